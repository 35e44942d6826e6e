"""What digits with separators can mean in a text: `50,000`, `1.5`, `7 000 000`, `1.234,5`, `50.000`."""

from decimal import Decimal

from ctick.interval import EXACT
from ctick.rates.numbers import is_digits, ungrouped

_LONGEST = 40  # characters of a number
_SPACES = "\u00a0\u2007\u2008\u2009\u202f"
_HUNDREDTH = Decimal("0.01")
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_ONE = Decimal(1)

Reading = tuple[Decimal, Decimal]
"""A number, and the unit of its last digit."""


def readings(text: str, *, has_scale: bool, is_russian: bool) -> list[Reading]:
    """The numbers that digits can mean, the likelier first; empty if they are not a number.

    Both matter where one separator has three digits after it: with a scale a point is a decimal point
    (`1.392 million`), and in a Russian text a comma is one (`1,392 млн`).

    >>> readings("50.000", has_scale=False, is_russian=False)
    [(Decimal('50000'), Decimal('1')), (Decimal('50.000'), Decimal('0.001'))]
    """
    if len(text) > _LONGEST:
        return []
    if is_digits(text):
        return [(Decimal(text), _ONE)]
    if text[-1] in _FRACTIONS:
        whole, part = text[:-1] or "0", _FRACTIONS[text[-1]]
        return [(EXACT.add(Decimal(whole), part), _HUNDREDTH)] if is_digits(whole) else []
    for space in _SPACES:
        text = text.replace(space, " ")
    found = [_decimal(whole, fraction) for whole, fraction in _splits(text, has_scale=has_scale, is_russian=is_russian)]
    return [reading for reading in found if reading is not None]


def _splits(text: str, *, has_scale: bool, is_russian: bool) -> list[tuple[str, str]]:
    """How a number can be divided into its whole and its fraction."""
    points, commas = text.count("."), text.count(",")
    last = "," if text.rfind(",") > text.rfind(".") else "."
    head, _, tail = text.rpartition(last)
    if points and commas:
        return [(head, tail)] if text.count(last) == 1 else []
    if points + commas != 1:
        return [(text, "")]
    if " " in text or len(tail) != 3 or head[0] == "0" or len(head) > 3:
        return [(head, tail)]
    grouped, decimal = (text, ""), (head, tail)
    if last == ".":
        return [decimal] if has_scale else [grouped, decimal]
    return [decimal, grouped] if is_russian and tail != "000" else [grouped, decimal]


def _decimal(whole: str, fraction: str) -> Reading | None:
    digits = ungrouped(whole, ", .")
    if not digits or not is_digits(fraction):
        return None
    return (
        (Decimal(f"{digits}.{fraction}"), _ONE.scaleb(-len(fraction), EXACT)) if fraction else (Decimal(digits), _ONE)
    )
