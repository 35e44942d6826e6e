"""Amounts in running text as a table for people: each with its sentence below it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rich.text import Text

from ctick.mentions.check import FAR_OFF, OFF, OK, Checked
from ctick.output import terminal
from ctick.output.excerpt import excerpt
from ctick.output.mention_text import amount_text, difference_text, dollars_text, likely_text, printed_text
from ctick.output.tables import Cells, rich_console, table_width
from ctick.text import plain, wrapped

_COLUMNS = ("line", "amount", "dollars", "article", "off by", "verdict", "likely", "reason")
_RIGHT = ("line", "amount", "article", "off by")
_WITH_VERDICT = ("article", "off by")  # which it is about: they stay together
_LABELED = ("article", "likely")  # where they are not below their header
_VERDICT_STYLES = {OK: "green", OFF: "yellow", FAR_OFF: "bold red"}
_PHRASE_STYLE = "bold cyan"
_SPACE = 2  # between two columns
_ROWS = 500
_NARROW = 60  # columns; from here on, what is below a row begins below its amount


def write_table(checked: Iterable[Checked], width: int, *, color: bool) -> None:
    """Prints the mentions; only the sentences are cut to the width.

    The first columns, as many as fit, stand in a table, the others on lines of their own below each row.
    Every `_ROWS` mentions are a table with its own columns, so that memory stays flat.
    """
    console = rich_console(width, color=color)
    dots = "…" if terminal.shows("…") else "..."
    mentions = iter(checked)
    while batch := list(islice(mentions, _ROWS)):
        for line in _lines(batch, width, dots):
            console.print(line, soft_wrap=True)


def _lines(batch: Sequence[Checked], width: int, dots: str) -> Iterator[Text]:
    rows = [_cells(checked) for checked in batch]
    filled = [name for name in _COLUMNS if any(row[name] for row in rows)]
    columns = list(filled)
    while len(columns) > 1 and table_width(columns, rows) > width:
        columns.pop()
    if "verdict" not in columns:
        columns = [name for name in columns if name not in _WITH_VERDICT]
    others = sorted([name for name in filled if name not in columns], key=lambda name: name != "verdict")
    widths = {name: table_width([name], rows) for name in columns}
    indent = widths["line"] + _SPACE if width >= _NARROW else 2
    yield _aligned({name: Text(name, "bold") for name in columns}, widths)
    for checked, row in zip(batch, rows, strict=True):
        yield _aligned(row, widths)
        for line in (*_flowing(row, others, width - indent), *_sentence(checked, width - indent, dots)):
            yield Text(" " * indent) + line


def _cells(checked: Checked) -> Cells:
    verdict = checked.verdict or ""
    style = _VERDICT_STYLES.get(verdict, "")
    of_figure = style if verdict != OK else ""
    return {
        "line": Text(str(checked.mention.line)),
        "amount": Text(amount_text(checked)),
        "dollars": Text(dollars_text(checked), "" if checked.conversion else "dim"),
        "article": Text(printed_text(checked), of_figure),
        "off by": Text(difference_text(checked), of_figure),
        "verdict": Text(verdict, style),
        "likely": Text(likely_text(checked.conversion)),
        "reason": Text(plain(checked.reason)),
    }


def _aligned(row: Cells, widths: dict[str, int]) -> Text:
    """The cells that have a width, side by side."""
    line = Text()
    for name, width in widths.items():
        cell = row[name].copy()
        cell.align("right" if name in _RIGHT else "left", width)
        line = line + cell + " " * _SPACE
    line.rstrip()
    return line


def _flowing(row: Cells, names: Sequence[str], width: int) -> Iterator[Text]:
    """The cells that have no column, as many on a line as fit."""
    line = Text()
    for name in names:
        label = f"{name} " if row[name] and name in _LABELED else ""
        for part in wrapped(label + row[name].plain, width) if row[name] else ():
            cell = Text(part, row[name].style)
            if line and len(line) + _SPACE + len(cell) > width:
                yield line
                line = Text()
            line = (line + " " * _SPACE if line else Text()) + cell  # the first cell's style is not the line's
    if line:
        yield line


def _sentence(checked: Checked, width: int, dots: str) -> Iterator[Text]:
    """The phrase in its sentence: one line, unless the phrase alone is wider."""
    mention = checked.mention
    before, phrase, after = excerpt(mention.paragraph, mention.start, mention.phrase, width, dots)
    for number, part in enumerate(wrapped(phrase, width)):
        yield Text("" if number else before) + Text(part, _PHRASE_STYLE) + Text("" if number else after)
