"""The reader as the tests of it see it."""

from collections.abc import Iterable, Iterator

from ctick.model import quotes_to_text
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.html_text import Stripper, fed
from ctick.ticker.scanner import read

Q16 = "KGS 0.01144 0;KZT 0.00194 -0;TJS 0.10877 -0;UZS 0.00008 0;TMT 0.28571 0"
Q10 = "KGS 0.01144 0;KZT 0.00193 -0;TJS 0.10811 -0.28;UZS 0.00008 0;TMT 0.28490 0"
B16 = ("2025-12-16", [Q16], 40, 0)
B10 = ("2025-12-10", [Q10], 40, 0)
CUT = "skipped an incomplete ticker line at the end of the input"

Item = tuple[str | None, list[str], int, int] | str


def shown(items: Iterable[Block | ParseWarning]) -> list[Item]:
    """Blocks as (date, snapshots, lines, skipped), warnings as they are printed, `!` before an error."""
    result: list[Item] = []
    for item in items:
        if isinstance(item, ParseWarning):
            result.append(f"{'!' if item.error else ''}{item.line}:{item.column}: {item.message}")
        else:
            day = item.as_of.isoformat() if item.as_of else None
            result.append((day, [quotes_to_text(quotes) for quotes in item.snapshots], item.lines, item.skipped))
    return result


def read_text(text: str | bytes, cut: int = 0) -> list[Item]:
    """What the reader says of one input, whole or in pieces of `cut` bytes."""
    data = text.encode() if isinstance(text, str) else text
    return shown(read([data[start : start + cut] for start in range(0, len(data), cut)] if cut else [data]))


GOOD = "KZT/USD = 0.00194 -0%\n"
GOOD_BLOCK: Item = (None, ["KZT 0.00194 -0"], 1, 0)


def strip_markup(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """HTML -> all of its text, with every tag read."""
    return fed(Stripper(), chunks)
