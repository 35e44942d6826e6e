"""Mentions as a table. (STUB: the real one comes from branch `output`, same interface.)"""

from collections.abc import Iterable, Iterator

from ctick.mentions.check import Checked
from ctick.output import terminal


def write_table(checked: Iterable[Checked], width: int, *, color: bool) -> None:
    """A line for each mention."""
    terminal.write(f"{one.mention.phrase}  {one.conversion}  {one.verdict}\n"[:width] for one in checked if not color)


def markdown_lines(checked: Iterable[Checked]) -> Iterator[str]:
    """A Markdown table."""
    for one in checked:
        yield f"| {one.mention.phrase} |\n"
