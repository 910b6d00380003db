"""How much of web pages' content is kept, and how much else: `python -m tests.sources.page_quality FOLDER`.

FOLDER is laid out as scrapinghub/article-extraction-benchmark: ground-truth.json gives each page's `articleBody`, and
html/ID.html.gz the page. The figures are that benchmark's: precision and recall of runs of four words, each page counting alike.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

from chipbot.sources.formats.html import extract

_WORD = re.compile(r"\w+")
_RUN = 4


def runs(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text, or all of its words where it is shorter."""
    words = _WORD.findall(text)
    return (
        Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))
        if words
        else Counter()
    )


def shares(truth: str, found: str) -> tuple[float, float, float]:
    """How much of both texts is in both, in the found one alone, and in the true one alone; together 1."""
    true, got = runs(truth), runs(found)
    counts = ((true & got).total(), (got - true).total(), (true - got).total())
    whole = sum(counts) or 1
    return counts[0] / whole, counts[1] / whole, counts[2] / whole


def main() -> None:
    """Print precision, recall, their harmonic mean, and the processor time of a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    pages = json.loads((folder / "ground-truth.json").read_bytes())
    both = extra = missed = seconds = 0.0
    for name, page in pages.items():
        data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        begun = time.process_time()
        found = extract(data).text
        seconds += time.process_time() - begun
        kept, more, less = shares(page["articleBody"], found)
        both, extra, missed = both + kept, extra + more, missed + less
    precision, recall = both / (both + extra), both / (both + missed)
    f1 = 2 * precision * recall / (precision + recall)
    sys.stdout.write(
        f"{len(pages)} pages: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}, "
        f"{1000 * seconds / len(pages):.1f} ms a page\n"
    )


if __name__ == "__main__":
    main()
