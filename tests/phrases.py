r"""The tables of `tests/data/mentions`: sentences, and the amounts that are in them.

A file is named after where its sentences could come from. A row has three cells between tabs: the sentence, its
mentions, and a note. A mention is `phrase|code|amount|dollars`, with ` ; ` between several; the code `som` stands for
a som that is not decided, and a sentence without mentions has an empty cell. `\n`, `\r`, `\t` and `\u00a0` are
escapes. A note that begins `xfail:` says why a finder that works by rules can't be expected to get the row.
"""

import re
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ctick.mentions.model import Mention

FOLDER = Path(__file__).parent / "data" / "mentions"
_ESCAPE = re.compile(r"\\(?:([nrt])|u([0-9a-f]{4}))")


class Amount(NamedTuple):
    """A mention as a table has it. The offset is in characters; the code is None where it is not decided."""

    offset: int
    phrase: str
    code: str | None
    amount: Decimal
    dollars: Decimal | None

    def __str__(self) -> str:
        dollars = "" if self.dollars is None else f", ${self.dollars:f}"
        return f"{self.phrase!r} at {self.offset}: {self.amount:f} {self.code or 'som'}{dollars}"


class Row(NamedTuple):
    """A sentence with its amounts. `name` is its file and line."""

    name: str
    sentence: str
    amounts: list[Amount]
    note: str

    @property
    def is_hard(self) -> bool:
        return self.note.startswith("xfail:")


def found(mention: Mention) -> Amount:
    """What counts of a mention when it is compared with a table."""
    dollars = None if mention.dollars is None else mention.dollars.value
    return Amount(mention.offset, mention.phrase, mention.code, mention.amount.value, dollars)


def paths() -> list[Path]:
    """The files of the tables, those of `held_out` too: whoever changes the finder does not look at these."""
    return sorted(FOLDER.rglob("*.tsv"))


def read(path: Path) -> list[Row]:
    """The rows of a file; raises ValueError for one that is not well-formed."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1], 1):
        name = f"{path.relative_to(FOLDER).with_suffix('').as_posix()}:{number}"
        cells = line.split("\t")
        if len(cells) != 3:
            raise ValueError(f"{name} has {len(cells)} cells")
        sentence, mentions = unescaped(cells[0]), unescaped(cells[1])
        rows.append(Row(name, sentence, _amounts(name, sentence, mentions), cells[2]))
    return rows


def unescaped(text: str) -> str:
    """The text with its escapes replaced."""
    return _ESCAPE.sub(
        lambda match: {"n": "\n", "r": "\r", "t": "\t"}[match[1]] if match[1] else chr(int(match[2], 16)), text
    )


def _amounts(name: str, sentence: str, mentions: str) -> list[Amount]:
    """Each phrase is where it first stands as a whole word, or number, after the phrase before it."""
    amounts = []
    end = 0
    for mention in mentions.split(" ; ") if mentions else ():
        phrase, code, amount, dollars = mention.split("|")
        place = re.compile(rf"(?<!\w)(?<!\d[.,]){re.escape(phrase)}(?!\w|[.,]\d)").search(sentence, end)
        if place is None:
            raise ValueError(f"{name} has no {phrase!r}")
        amounts.append(
            Amount(
                place.start(),
                phrase,
                None if code == "som" else code,
                Decimal(amount),
                Decimal(dollars) if dollars else None,
            )
        )
        end = place.end()
    return amounts
