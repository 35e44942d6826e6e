"""Text -> the amounts of money in it. (STUB: the real one comes from branch `scan`, same interface.)"""

import re
from collections.abc import Iterator
from decimal import Decimal

from ctick.mentions.model import Mention, Printed

_STUB = re.compile(r"([\d,]+)( million)? (KGS|KZT|TJS|UZS|TMT|som)(?: \((?:around |about )?\$([\d.,]+)\))?")


def find(text: str) -> list[Mention]:
    """All amounts of one of the five currencies in a text, in its order."""
    finder = Finder()
    return [*finder.feed(text.encode("utf-8", "surrogatepass")), *finder.finish()]


class Finder:
    """Finds the amounts in a text that comes in pieces: bytes of visible text, as `ticker.html_text` yields them.

    In them \\x1f stands for a tag that ends a paragraph or line, \\x0b for a line end of HTML source. Both count as
    line ends in the position of a mention.
    """

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[Mention]:
        """The mentions of the paragraphs that are complete by now."""
        self._held += data
        yield from ()

    def finish(self) -> Iterator[Mention]:
        """Ends the paragraph, and yields its mentions: at the end of the text, or where something else begins."""
        text = self._held.decode("utf-8", "surrogateescape")
        self._held = b""
        for found in _STUB.finditer(text):
            before = text[: found.start()]
            phrase = f"{found[1]}{found[2] or ''} {found[3]}"
            amount = Decimal(found[1].replace(",", "")) * (1_000_000 if found[2] else 1)
            dollars = Printed(Decimal(found[4].replace(",", "")), Decimal(1)) if found[4] else None
            yield Mention(
                before.count("\n") + 1,
                len(before) - before.rfind("\n"),
                len(before),
                len((before + phrase).encode()),
                phrase,
                text,
                len(before),
                Printed(amount, Decimal(1)),
                None if found[3] == "som" else found[3],
                dollars,
            )

    def skip(self, data: bytes) -> None:
        """Counts bytes that are not searched, such as a ticker block; call `finish` first."""
