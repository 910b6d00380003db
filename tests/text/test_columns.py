"""Lines are broken by the columns that they take, also in scripts that put no blanks between words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipbot.cli.wrap import hanging, wrap
from chipbot.text.columns import padded, rows, width


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("日本", 4), ("ｱ", 1), ("ทั่ว", 2), ("हिन्दी", 5), ("e\u0301", 1), ("👍", 2)],
)
def test_how_wide_a_text_is(text: str, columns: int) -> None:
    assert width(text) == columns
    assert padded(text, 6) == text + " " * (6 - columns)
    assert padded(text, 0) == text


@pytest.mark.parametrize(
    ("text", "columns", "broken"),
    [
        ("one two  three", 7, ["one two", "three"]),
        ("https://example.org/long is long", 10, ["https://example.org/long", "is long"]),
        ("a self-hosted bot", 8, ["a", "self-hosted", "bot"]),
        ("1\u202f234\u202f567 «\u00a0mots\u00a0»", 9, ["1\u202f234\u202f567", "«\u00a0mots\u00a0»"]),
        ("ドキュメントから答えます。", 12, ["ドキュメント", "から答えま", "す。"]),
        ("これは「終了」です", 8, ["これは", "「終了」", "です"]),
        ("ファイル (何も保存しない)", 12, ["ファイル (何", "も保存しな", "い)"]),
        ("Discordのチャンネルで", 12, ["Discordの", "チャンネルで"]),
        ("输入“quit”结束。", 8, ["输入", "“quit”结", "束。"]),
        ("พิมพ์คำถามแล้วกด Enter", 10, ["พิมพ์คำถามแล้", "วกด Enter"]),
        ("한국어 문장은 띄어쓰기에서 나뉜다", 14, ["한국어 문장은", "띄어쓰기에서", "나뉜다"]),
        ("", 5, [""]),
        ("   ", 2, [""]),
    ],
)
def test_where_a_line_is_broken(text: str, columns: int, broken: list[str]) -> None:
    assert wrap(text, columns) == broken


def test_what_hangs_is_as_far_to_the_right_as_its_lead_is_wide() -> None:
    assert hanging("索引 ", "作成または更新\nする", 13) == ["索引 作成また", "     は更新", "     する"]
    assert hanging("\x1b[1ma\x1b[0m ", "one two", 6, indent=2) == ["\x1b[1ma\x1b[0m one", "  two"]


TEXTS = st.text(st.sampled_from("ab (「『」』)。、,. 日本ーっ\u00a0\u202f\u3000กเแา่ำฯ漢👍\n“”"), max_size=60)


@given(TEXTS, st.integers(1, 20))
def test_rows_are_the_text_and_fit_unless_nothing_can_be_broken(text: str, columns: int) -> None:
    broken = [*rows(text, columns)]
    assert "".join(broken) == text
    for row in broken:
        shown = row.rstrip(" \n\u3000")
        assert width(shown) <= columns or len([*rows(shown, columns)]) == 1
