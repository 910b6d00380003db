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


def counted(
    sentences: Ints,
    contexts: Ints,
    token_counts: Ints,
    tokens: Array,
    context_counts: Ints,
    context_terms: Array,
) -> Postings:
    """Count each term in each passage of a batch; a passage's context counts as if it stood in it.

    Of each passage it takes how many `sentences` it has and the number of its context; of sentences and of
    contexts, how many terms each has, and the terms.
    """
    numbers = np.arange(len(sentences), dtype=np.int32)
    of_context = context_counts.take(contexts)
    in_contexts = context_terms.take(spread(offsets_of(context_counts).take(contexts), of_context))
    terms = np.concatenate([tokens, in_contexts])
    holders = np.concatenate(
        [np.repeat(np.repeat(numbers, sentences), token_counts), np.repeat(numbers, of_context)]
    )
    order = np.lexsort((*halves(holders), *halves(terms)))
    terms, holders = terms.take(order), holders.take(order)
    first = changes(terms) | changes(holders)
    starts = np.flatnonzero(first)
    frequencies = np.diff(starts, append=len(terms))
    terms, holders = terms.take(starts), holders.take(starts)
    groups = np.flatnonzero(changes(terms))
    return Postings(
        terms=terms[groups],
        counts=np.diff(groups, append=len(terms)),
        passages=holders.astype(np.min_scalar_type(len(sentences))),
        frequencies=frequencies.astype(np.min_scalar_type(int(frequencies.max(initial=0)))),
    )


def halves(numbers: Array) -> list[Array]:
    """Return numbers from 0 as 16-bit arrays, the lower half first, the upper one if there is any.

    Stable sorting of 16-bit numbers is a radix sort, several times as quick as sorting numbers as they are.
    """
    lower = numbers.astype(np.uint16)
    return [lower, (numbers >> 16).astype(np.uint16)] if int(numbers.max(initial=0)) >> 16 else [lower]
