"""Text that is rich in what Discord takes for markup, and what a mention looks like in the raw."""

from __future__ import annotations

import re

from hypothesis import strategies as st

# As Discord's server looks for them: in the raw text, without regard to Markdown.
PING = re.compile(r"<@[!&]?\d+>|@everyone|@here", re.IGNORECASE)

PARTS = [
    *"*_~|`#>-+=.:<>[]()\\!@&/ \n\t'\"1aBé",
    *(
        "**",
        "__",
        "~~",
        "||",
        "```",
        "> ",
        ">>> ",
        "# ",
        "-# ",
        "- ",
        "1. ",
        "2) ",
        "---",
        "\r\n",
        "\r",
        "  \n",
        "\n\n",
    ),
    *(
        "<@1>",
        "<@!2>",
        "<@&3>",
        "<#4>",
        "<:a:5>",
        "<a:b:6>",
        "<t:7:R>",
        "</ask:8>",
        "<id:guide>",
        "@everyone",
        "@here",
    ),
    *(
        "@Everyone",
        ":smile:",
        "::",
        "https://example.com/a_b",
        "http://x.y",
        "https://discord.com/channels/1/2",
    ),
    *(
        "<https://example.com>",
        "[a](https://example.com)",
        "[x]: y",
        "¯\\_(ツ)_/¯",
        "&amp;",
        "word",
        "two words",
        ".",
    ),
    *(
        "\u200b",
        "\u200e",
        "\u200f",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00a0",
        "\u2028",
        "😀",
        "*️⃣",
        "عربي",
        "שלום",
        "é",
    ),
]
RICH = st.lists(st.sampled_from(PARTS), max_size=24).map("".join)
ANY = st.one_of(RICH, st.text(max_size=60), st.tuples(RICH, st.text(max_size=8), RICH).map("".join))
