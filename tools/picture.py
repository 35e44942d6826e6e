"""Draws the picture of the README: a terminal in which ctick has answered. Written by `python tools/picture.py`.

    python tools/picture.py [FILE]  # default: docs/terminal.svg

The commands run as in the pages: in a new home, on the day of all examples. rich draws their output; the picture has
its own dark background, names fonts that systems have, and loads none.
"""

import html
import io
import re
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from feedserver import serving  # noqa: E402 - in tests/
from run_console_blocks import Home  # noqa: E402

COMMANDS = ("ctick convert 50000 KGS", "ctick rates -q")
WIDTH = 80

_COLORS = [
    (69, 71, 90), (243, 139, 168), (166, 218, 149), (238, 212, 159),
    (138, 173, 244), (203, 166, 247), (139, 213, 202), (202, 211, 245),
]  # fmt: skip
THEME = TerminalTheme((30, 32, 48), (202, 211, 245), _COLORS, _COLORS)

FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>ctick in a terminal</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    font-size: {char_height}px;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""rich's own template without its fonts, which a browser would fetch."""


TEXT = re.compile(r'(<text [^>]*?)x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*)>((?:&#160;)+)([^<]*)')


def draw() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False, legacy_windows=False)
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        home = Home(Path(folder), "", server)
        del home.environment["NO_COLOR"]
        for number, command in enumerate(COMMANDS):
            console.print(Text.assemble("\n" if number else "", ("$ ", "dim"), (command, "bold")))
            console.print(Text.from_ansi(home.run(command).rstrip("\n")))
    svg = console.export_svg(title="", theme=THEME, code_format=FORMAT, unique_id="ctick")
    svg = TEXT.sub(_without_leading_blanks, svg.replace("</text><", "</text>\n<"))
    return "".join(line.rstrip() + "\n" for line in svg.splitlines())


def _without_leading_blanks(found: re.Match[str]) -> str:
    """The same text at the place of its first letter: not every program draws blanks at the beginning."""
    start, x, middle, length, end, blanks, rest = found.groups()
    shift = Decimal(length) / len(html.unescape(blanks + rest)) * len(html.unescape(blanks))
    return f'{start}x="{Decimal(x) + shift:f}"{middle}textLength="{Decimal(length) - shift:f}"{end}>{rest}'


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "terminal.svg"
    place.write_text(draw(), encoding="utf-8")
