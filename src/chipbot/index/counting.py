"""The terms of a batch of documents → its postings: which passages hold which terms, and how often."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from chipbot.index import Array, changes, offsets_of, spread

Ints = npt.NDArray[np.int64]


class Postings(NamedTuple):
    """Which passages hold which terms, and how often: term by term, passages ascending."""

    terms: Array
    """The terms, each once, ascending."""
    counts: Array
    """How many passages hold each of them."""
    passages: Array
    """The passages of all terms, one term after the other."""
    frequencies: Array
    """How often each of these passages holds the term, its context included."""


def counted(passages: Array, sentence_counts: Ints, tokens: Array, context_counts: Ints, context_terms: Array) -> Postings:
    """Count each term in each passage of a batch; a passage's context counts as if it stood in it.

    `passages` are a batch's, of shape (P, 8); the other arrays hold how many terms sentences and contexts have, and the terms.
    """
    owners = np.repeat(np.repeat(np.arange(len(passages), dtype=np.int32), passages[:, 7]), sentence_counts)
    of_context = context_counts[passages[:, 6]]
    in_contexts = context_terms[spread(offsets_of(context_counts)[passages[:, 6]], of_context)]
    terms = np.concatenate([tokens, in_contexts])
    holders = np.concatenate([owners, np.repeat(np.arange(len(passages), dtype=np.int32), of_context)])
    order = np.lexsort((*halves(holders), *halves(terms)))
    terms, holders = terms[order], holders[order]
    first = changes(terms) | changes(holders)
    starts = np.flatnonzero(first)
    frequencies = np.diff(starts, append=len(terms))
    terms, holders = terms[starts], holders[starts]
    groups = np.flatnonzero(changes(terms))
    return Postings(
        terms=terms[groups],
        counts=np.diff(groups, append=len(terms)),
        passages=holders.astype(np.min_scalar_type(len(passages))),
        frequencies=frequencies.astype(np.min_scalar_type(int(frequencies.max(initial=0)))),
    )


def halves(numbers: Array) -> list[Array]:
    """Return numbers from 0 as 16-bit arrays, the lower half first, the upper one if there is any.

    Stable sorting of 16-bit numbers is a radix sort, several times as quick as sorting numbers as they are.
    """
    lower = numbers.astype(np.uint16)
    return [lower, (numbers >> 16).astype(np.uint16)] if int(numbers.max(initial=0)) >> 16 else [lower]
