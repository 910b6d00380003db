"""What a confidence is made of: what says the same is no rival of what answers."""

from __future__ import annotations

import numpy as np
from tests.core import answerer

from chipbot.answering.confidence import confidence_features
from chipbot.answering.reranking import Ranking

QUESTION = "How old must you be to row?"
SAYS = "You must be sixteen years old to row a boat of the club."
OTHER = "The club was founded on the river. Boats are washed on Sunday. You must be patient to fish."


def ranking(*pages: str) -> Ranking:
    asked = answerer({f"{number}.txt": page for number, page in enumerate(pages)})
    found = asked.rank(asked.parse(QUESTION), QUESTION)
    assert found is not None
    return found


def test_the_same_sentence_on_other_pages_is_no_rival() -> None:
    repeated = confidence_features(ranking(f"Rules\n\n{SAYS}", f"Terms\n\n{SAYS}", f"Club\n\n{SAYS}", OTHER))
    near = confidence_features(
        ranking(f"Rules\n\n{SAYS}", "Terms\n\nYou must be nine years old to row.", OTHER)
    )
    for name in ("margin", "bm25_margin", "chance"):
        assert repeated[name] > near[name], name


def test_sentences_share_a_wording_with_those_of_the_same_terms_in_order() -> None:
    found = ranking(
        "Rules\n\nYou must be old to row. To row, you must be old.", "Terms\n\nYou must be OLD to row!"
    )
    matches = found.matches
    texts = [tuple(matches.candidates.terms[matches.candidates.term_sentences == row]) for row in range(3)]
    expected = [[one == other for other in texts] for one in texts]
    assert np.equal.outer(matches.wording, matches.wording).tolist() == expected
    assert sorted(np.bincount(matches.wording).tolist()) == [1, 2]
