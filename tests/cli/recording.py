"""A picture of the terminal as it is used, drawn from what the commands print:

    .venv/bin/python -m tests.cli.recording

writes docs/pictures/terminal.svg. Lines appear one after the other, where the viewer wants movement; nothing in it is loaded
from elsewhere.
"""

from __future__ import annotations

import html
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from tests.core import SEED

TARGET = Path(__file__).parent.parent.parent / "docs/pictures/terminal.svg"
TYPED = (
    ["ask", "How much money is in the fund?"],
    ["ask", "And who is the CEO of TSMC?"],
)
COLUMNS, CELL, LINE, MARGIN, TOP = 88, 8.43, 20, 18, 58
LIGHTS = ("#ed6a5e", "#f4bf4f", "#61c554")
LETTER = 0.03  # seconds that typing one takes
PAUSE = 1.2  # seconds that an answer is looked at
STYLE = """
text { font: 14px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d7dce2; white-space: pre }
.typed { fill: #8bd5ca } .bold { font-weight: 700; fill: #fff } .dim { fill: #8f98a3 }
@media (prefers-reduced-motion: no-preference) {
  .line { opacity: 0; animation: show 0.01s linear forwards }
  @keyframes show { to { opacity: 1 } }
}
"""


def shown(arguments: list[str], home: Path) -> str:
    """Return what a command prints on a terminal."""
    screen, inner = pty.openpty()
    environment = {
        **os.environ,
        "CHIPBOT_HOME": str(home),
        "CHIPBOT_ENCODER": "off",
        "TERM": "xterm",
        "COLUMNS": str(COLUMNS),
    }
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "chipbot", *arguments],
        env=environment,
        stdout=inner,
        stdin=inner,
        stderr=subprocess.DEVNULL,
    ):
        os.close(inner)
        said = b""
        while True:
            try:
                said += os.read(screen, 4096)
            except OSError:  # nobody has the other end open any more
                break
    os.close(screen)
    return said.decode().replace("\r", "").strip("\n")


def lines(home: Path) -> Iterator[tuple[float, Text]]:
    """Yield each line of the terminal with the second at which it is there."""
    second = 0.5
    console = Console(width=COLUMNS)
    for arguments in TYPED:
        command = f'$ ./deploy/start {arguments[0]} "{arguments[1]}"'
        second += LETTER * len(command)
        yield second, Text.assemble((command, "green"))
        for line in Text.from_ansi(shown(arguments, home)).wrap(console, COLUMNS):
            second += 0.05
            yield second, line
        yield second, Text()
        second += PAUSE


def drawn(line: Text, console: Console) -> str:
    """Return the spans of a line."""
    parts, column = [], 0
    for text, style, _ in line.render(console):
        words = text.rstrip("\n")
        kind = (
            ""
            if style is None
            else "typed"
            if style.color
            else "bold"
            if style.bold
            else "dim"
            if style.dim
            else ""
        )
        name = f' class="{kind}"' if kind else ""
        if words:
            parts.append(f'<tspan x="{MARGIN + column * CELL:.1f}"{name}>{html.escape(words)}</tspan>')
        column += cell_len(words)
    return "".join(parts)


def picture(home: Path) -> str:
    """Return the picture as SVG."""
    console, rows = Console(width=COLUMNS), [*lines(home)]
    drawings = [
        f'<text class="line" style="animation-delay: {second:.2f}s" y="{TOP + number * LINE}">{drawn(line, console)}</text>'
        for number, (second, line) in enumerate(rows)
        if line.plain
    ]
    lights = "".join(
        f'<circle cx="{24 + 20 * place}" cy="20" r="6" fill="{colour}"/>'
        for place, colour in enumerate(LIGHTS)
    )
    width, height = 2 * MARGIN + COLUMNS * CELL, TOP + len(rows) * LINE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" '
        f'aria-label="chipbot answers a question in a terminal, and refuses another">\n<style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" rx="8" fill="#1e2430"/>{lights}\n'
        + "\n".join(drawings)
        + "\n</svg>\n"
    )


def main() -> None:
    """Draw it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "seeds").mkdir()
        shutil.copy(SEED, home / "seeds")
        shown(["index"], home)
        TARGET.write_text(picture(home), encoding="utf-8")


if __name__ == "__main__":
    main()
