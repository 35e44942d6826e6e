"""What a conversion must give, in fractions, written from the contract's sections 5 and 6, not from the code.

Rates are given as text, so that nothing of ctick takes part: `"0.01144"`, or for a derived rate its one or two
published figures, `"USD/RUB:75.9134:1:0.0001"` (value, nominal, unit of the last digit).
"""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import ceil, floor, isqrt
from typing import NamedTuple

N_AND_K = {
    "KGS": ("0", "0.31"),
    "KZT": ("0.72", "0.76"),
    "TJS": ("0.86", "0.31"),
    "UZS": ("0.2", "0.4"),
    "TMT": ("0.43", "0"),
}
OFFICIAL = ["cbr", "cbu", "nbk", "nbkr", "nbt"]

Bounds = tuple[Fraction, Fraction, Fraction]
ONE: Bounds = (Fraction(1), Fraction(1), Fraction(1))


class Rate(NamedTuple):
    """A rate as it was published: `figures` is one text, or the texts of its legs."""

    base: str
    figures: str
    as_of: dt.date
    source: str


class Expected(NamedTuple):
    """What is printed, as text; `range` is what is shown for people, whether or not it is wide enough to be shown."""

    value: str
    low: str
    high: str
    likely_low: str
    likely_high: str
    sign: str
    shown: str
    range: tuple[str, str]
    shows_range: bool


def grid(number: Fraction, places: int, how: str) -> str:
    """A fraction as text with `places` (-1: whole tens), rounded down, up, or half to even."""
    scaled = number * Fraction(10) ** places
    whole = floor(scaled) if how == "down" else ceil(scaled) if how == "up" else round(scaled)
    whole *= 10 ** max(-places, 0)
    digits = str(abs(whole)).rjust(max(places, 0) + 1, "0")
    cut = len(digits) - max(places, 0)
    return ("-" if whole < 0 else "") + digits[:cut] + ("." + digits[cut:] if places > 0 else "")


def magnitude(number: Fraction) -> int:
    """The place of the first digit: 2 for 572, -3 for 0.005."""
    place = len(str(number.numerator)) - len(str(number.denominator))
    return place if number >= Fraction(10) ** place else place - 1


def around(value: str, unit: str) -> Bounds:
    half = Fraction(unit) / 2
    return Fraction(value) - half, Fraction(value), Fraction(value) + half


def digits_of(rate: Rate) -> Bounds:
    """The smallest, the published and the largest rate."""
    if ":" not in rate.figures:
        return around(rate.figures, f"1e-{len(rate.figures.partition('.')[2])}")
    found = ONE
    for leg in rate.figures.split():
        pair, value, nominal, unit = leg.split(":")
        low, figure, high = (each / int(nominal) for each in around(value, unit))
        if pair.partition("/")[0] == "USD":
            low, figure, high = 1 / high, 1 / figure, 1 / low
        found = found[0] * low, found[1] * figure, found[2] * high
    return found


@cache
def days_between(source: str, as_of: dt.date, day: dt.date) -> int:
    """Counted one by one."""
    earlier, later = sorted((as_of, day))
    days = [earlier + dt.timedelta(number) for number in range(1, (later - earlier).days + 1)]
    if source not in OFFICIAL:
        return len(days)
    count = sum(each.weekday() not in (5, 6) for each in days)
    return max(count, 1) if as_of > day else count


@cache
def age_error(base: str, days: int) -> Fraction:
    n, k = (Fraction(figure) / 100 for figure in N_AND_K[base])
    return n + k * Fraction(isqrt(days * 100**230), 10**230) if days else Fraction(0)


def likely_of(rate: Rate, day: dt.date) -> Bounds:
    low, figure, high = digits_of(rate)
    error = figure * age_error(rate.base, days_between(rate.source, rate.as_of, day))
    return max(low - error, low / 9), figure, high + error


def product(amount: Fraction, base: str, target: str, rates: Mapping[str, Bounds]) -> Bounds:
    """From all combinations of the ends."""
    one, by = (rates.get(code, ONE) if base != target else ONE for code in (base, target))
    corners = [amount * a / b for a in one for b in by]
    return min(corners), amount * one[1] / by[1], max(corners)


def convert(
    amount: str, base: str, target: str, rates: Mapping[str, Rate], day: dt.date, places: int | None = None
) -> Expected:
    digits = {code: digits_of(rate) for code, rate in rates.items()}
    likely = {code: likely_of(rate, day) for code, rate in rates.items()}
    ends = [product(Fraction(amount), base, target, given) for given in (digits, likely)]
    is_one_dollar = base == "USD" != target and abs(Fraction(amount)) == 1
    return expected(ends[0], ends[1], is_one_dollar, places)


def expected(digits: Bounds, likely: Bounds, is_one_dollar: bool, places: int | None) -> Expected:
    value = digits[1]
    half, likely_half = (digits[2] - digits[0]) / 2, (likely[2] - likely[0]) / 2
    finest = 2
    if places is not None:
        finest = places
    elif is_one_dollar:
        finest = -magnitude(half)
    elif 0 < abs(value) < 1:
        finest = next(place for place in range(3, 200) if round(abs(value) * 10 ** (place + 1)) >= 10**4)
        if finest == 3:  # 0.99996 is 1.00
            finest = 2
    in_pipe = finest
    if places is None and not is_one_dollar and half:
        in_pipe = min(finest, max(1 - magnitude(half), 2))
    of_value, of_range = finest, max(finest, 0)
    sign = "="
    error = abs(Fraction(grid(value, finest, "even")) - value)
    if value and not (likely_half < abs(value) / 2000 and error < abs(value) / 2000):
        sign = "≈"
        if places is None and likely_half:
            of_value = min(finest, 1 - magnitude(likely_half))
            of_range = min(of_range, 1 - magnitude(likely_half))
    bounds = max(in_pipe, 0)
    return Expected(
        value=grid(value, in_pipe, "even"),
        low=grid(digits[0], bounds, "down"),
        high=grid(digits[2], bounds, "up"),
        likely_low=grid(likely[0], bounds, "down"),
        likely_high=grid(likely[2], bounds, "up"),
        sign=sign,
        shown=grid(value, of_value, "even"),
        range=(grid(likely[0], of_range, "down"), grid(likely[2], of_range, "up")),
        shows_range=bool(value) and likely_half >= abs(value) / 200,
    )
