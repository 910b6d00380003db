"""How the documents use a term: what it stands beside, which words it is made of, in which languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

from chipbot.index import DocumentRow, Index, spread
from chipbot.text.tokenizer import analyzer

_LOOKED_AT = 256  # passages that hold a term, or two: enough to tell how it is used
_READ = 8  # … whose text is read for the words that a term stands for

Ints = npt.NDArray[np.int64]


def runs(tokens: npt.NDArray[np.integer], owner: Ints, written: Sequence[int]) -> Ints:
    """Return where the terms `written` begin, one after the other, among tokens of one owner."""
    count = len(tokens) - len(written) + 1
    if count < 1:
        return np.zeros(0, np.int64)
    same = owner[:count] == owner[len(written) - 1 :]
    for step, number in enumerate(written):
        same &= tokens[step : step + count] == number
    return np.flatnonzero(same)


def stand_together(index: Index, first: int, second: int) -> bool:
    """Whether somewhere in a sentence one term directly follows another: among the first passages that hold
    both.
    """
    arrays = index.arrays
    offsets, passages = arrays["posting_offsets"], arrays["posting_passages"]
    one, other = (passages[offsets[term] : offsets[term + 1]] for term in (first, second))
    both = np.intersect1d(one, other, assume_unique=True)[:_LOOKED_AT].astype(np.int64)
    first_sentences = arrays["passage_sentences"][both]
    sentences = spread(first_sentences, arrays["passage_sentences"][both + 1] - first_sentences)
    starts = arrays["sentence_tokens"][sentences]
    counts = arrays["sentence_tokens"][sentences + 1] - starts
    return (
        len(runs(arrays["tokens"][spread(starts, counts)], np.repeat(sentences, counts), (first, second))) > 0
    )


def surface(index: Index, term: int) -> str:
    """Return the word that a term stands for, as the first passage that holds it has it."""
    return next(surfaces(index, term), index.terms[term])


def surfaces(index: Index, term: int, language: str | None = None) -> Iterator[str]:
    """Yield the words that a term stands for in the first passages that hold it, in documents of one language
    or any.

    They are read from the text, which is slow, and seldom needed.
    """
    wanted = index.terms[term]
    for passage, document in islice(_holders(index, term, language), _READ):
        text, start = index.passage_text(passage), int(index.arrays["passage_start"][passage])
        texts = [text[a - start : b - start] for a, b in index.sentences(passage)]
        texts.append(
            "\n".join((document.title, *index.heading(int(index.arrays["passage_context"][passage]))))
        )
        for part in texts:
            for token in analyzer(document.language).tokens(part):
                if token.term == wanted:
                    yield part[token.start : token.end]


def is_used_in(index: Index, language: str, term: int) -> bool:
    """Whether documents in a language hold a term: among the first passages that do."""
    return next(_holders(index, term, language), None) is not None


def _holders(index: Index, term: int, language: str | None) -> Iterator[tuple[int, DocumentRow]]:
    """Yield the first passages that hold a term, in documents of one language or any, with their
    documents.
    """
    first, last = index.arrays["posting_offsets"][term : term + 2]
    for passage in index.arrays["posting_passages"][first : min(last, first + _LOOKED_AT)].tolist():
        document = index.document(int(index.arrays["passage_document"][passage]))
        if language is None or document.language == language:
            yield passage, document
