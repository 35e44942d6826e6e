"""Conversions with rates that are given as text, as in `oracle`, and all that is printed of them."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import oracle
from conftest import SEED_10, SEED_16
from oracle import Rate

from ctick.model import DatedQuote, Leg, Quote
from ctick.rates.conversion import Conversion, convert

DAY = dt.date(2025, 12, 16)
SEEDS = {"16": SEED_16, "10": SEED_10}


def rates_of(**rates: str) -> dict[str, Rate]:
    return {code: Rate(code, rate, DAY, "timesca") for code, rate in rates.items()}


def seed(figures: str) -> dict[str, Rate]:
    return rates_of(**dict(figure.split()[:2] for figure in figures.split(";")))


def dated(rate: Rate) -> DatedQuote:
    """The rate as ctick has it."""
    if ":" not in rate.figures:
        return DatedQuote(Quote(rate.base, Decimal(rate.figures)), rate.as_of, rate.source)
    legs = []
    for leg in rate.figures.split():
        pair, value, nominal, unit = leg.split(":")
        base, quote = pair.split("/")
        legs.append(Leg(base, quote, int(nominal), Decimal(value), Decimal(unit)))
    return DatedQuote(Quote.derived(rate.base, tuple(legs)), rate.as_of, rate.source)


def quotes_of(rates: Mapping[str, Rate]) -> dict[str, DatedQuote]:
    return {code: dated(rate) for code, rate in rates.items()}


def answer(
    amount: str, base: str, target: str, rates: Mapping[str, Rate], day: dt.date = DAY, places: int | None = None
) -> Conversion:
    return convert(Decimal(amount), base, target, quotes_of(rates), day, places)


def printed(conversion: Conversion) -> oracle.Expected:
    """Everything that people and programs see of it."""
    shown = conversion.shown()
    assert shown.sign == conversion.sign
    assert str(conversion) == f"{conversion.value:f} {conversion.target}"
    return oracle.Expected(
        f"{conversion.value:f}",
        f"{conversion.low:f}",
        f"{conversion.high:f}",
        f"{conversion.likely_low:f}",
        f"{conversion.likely_high:f}",
        shown.sign,
        f"{shown.value:f}",
        (f"{shown.low:f}", f"{shown.high:f}"),
        conversion.shows_range,
    )
