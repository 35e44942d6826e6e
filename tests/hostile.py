"""Hostile texts, and what must hold for everything that ctick shows."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from conftest import Result

CODES = {0, 1, 2, 3, 4, 5, 6, 130}
"""The documented exit codes, except 70, a bug."""

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07",
    "link": "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "c1": "a\x9b31m\x9d0;x\x9c\x85b",
    "nul": "KGS\0USD",
    "back": "KGS\b\b\bUSD\x7f\r",
    "bidi": "KGS\u202e\u202dUSD\u2066\u2067\u2069\u200f",
    "zero width": "K\u200bG\u200dS\u2060\ufeff\u00ad\U000e0041\U000e007f\ufff9",
    "surrogates": "KGS\udc80\udcff",
    "lone": "\ud800USD\udfff",
    "lines": "KGS\nUSD\r\nKGS\u2028USD\u2029KGS\x0bUSD\x0cKGS\x1cUSD",
    "tab": "KGS\tUSD",
    "markup": "[red]KGS[/]",
    "markup link": "[link=http://evil.example]KGS[/link]",
    "markup end": "[/] :skull: [bold",
    "quotes": "</text><script>alert('&\"')</script>,;|`",
    "formula": '=HYPERLINK("http://evil.example","KGS")',
    "format": "--%s{0}{x!r}%n",
    "long": "KGS" * 5000,
    "wide": "\uff2b\u0300\u0301\u0302" * 50,
    "empty": "",
}

SHORT_AND_LONG = [pytest.param(3, id="some"), pytest.param(1, id="all", marks=pytest.mark.long)]
"""For the parameter `step` of `some`."""


def some(seed: int, step: int) -> dict[str, str]:
    """One in `step` of the hostile texts, different ones for each seed."""
    return dict(list(HOSTILE.items())[seed % step :: step])


COLOR = re.compile(r"\x1b\[[0-9;]*m")
SCREEN = re.compile(r"\x1b\[\?(?:1049|25)[hl]|\x1b\[H|\a")
"""The escape sequences of `watch`: it switches the screen, hides the cursor, rings the bell."""


def check(
    result: Result, format_name: str = "", *, color: bool = False, screen: bool = False, context: object = ""
) -> None:
    """Asserts a documented exit code, and no control characters for a terminal."""
    what = (context, result)
    assert result.code in CODES, what
    out = SCREEN.sub("", result.out) if screen else result.out
    out = COLOR.sub("", out) if color else out
    assert is_plain(out, "\n\t" if format_name == "tsv" else "\n"), what
    assert is_plain(result.err), what
    assert not any(len(line) > 2500 for line in result.err.splitlines()), what
    if format_name in READERS and result.code in (0, 1):
        READERS[format_name](out)


def is_plain(text: str, allowed: str = "\n") -> bool:
    return all(char.isprintable() or char in allowed for char in text)


def _json(text: str) -> None:
    rows = json.loads(text, parse_constant=_none)
    assert isinstance(rows, list)


def _none(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def _jsonl(text: str) -> None:
    assert all(isinstance(json.loads(line, parse_constant=_none), dict) for line in text.splitlines())


def _tsv(text: str) -> None:
    assert len({line.count("\t") for line in text.split("\n")[:-1]}) <= 1


def _csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        assert cell[:1] not in ("=", "@", "+"), "a spreadsheet would compute it"
        assert cell[:1] != "-" or cell[1:].replace(".", "").isdigit(), "a spreadsheet would compute it"


def _svg(text: str) -> None:
    root = ET.fromstring(text)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg", "title", "rect", "text", "path", "polygon", "polyline", "circle",
    }  # fmt: skip


READERS = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "tsv": _tsv,
    "svg": _svg,
}
