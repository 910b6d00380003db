"""What all tests share: how Hypothesis looks, no encoder, English, and the end of the processes that read files."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from chipbot.sources.reader_process import close_readers

# Examples differ in how long they take on a busy machine: a time limit each would only fail at random. CI
# repeats the same examples every time, so that a change is judged by what it changes; elsewhere they are new
# each time.
settings.register_profile("chipbot", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("chipbot")

# Answers by words alone, unless a test says otherwise: what a machine has installed must not decide.
os.environ["CHIPBOT_ENCODER"] = "off"
# A thread each for those that run the tests: NumPy's own would wait for each other where all processors are busy.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# In English, whatever a machine's user speaks, unless a test says otherwise.
os.environ["LANGUAGE"] = "en"


@pytest.fixture(scope="session", autouse=True)
def _readers() -> Iterator[None]:
    """End the processes that read files while their coverage can still be counted."""
    yield
    close_readers()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database of PostgreSQL's that tests may do anything with."""
    from tests.journal import postgresql

    try:
        with postgresql.server() as url:
            yield url
    except postgresql.MissingError as error:
        pytest.skip(str(error))
