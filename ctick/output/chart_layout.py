"""What charts of rates have in common: runs of days without gaps, the axes, and the band of possible rates.

Floats are good enough here: no figure is read from a chart.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ctick.model import DatedQuote
from ctick.rates.trend import error_text, is_unknown
from ctick.text import short_date

_BAND = 1.5  # lines of text: a narrower band of possible rates is not drawn
_GAP = 3  # times the usual distance of two days: a line is interrupted where days are further apart
_EQUAL = 1e-9  # of a rate: rates that differ by less are drawn as equal

Point = tuple[int, float, float, float]
"""The ordinal number of a day, the rate, and its lowest and highest possible value."""


class Layout:
    """What both kinds of chart draw: runs of points without gaps, the limits of the axes, and the band.

    The band is shown if it would be visible in `lines` lines of text. `missing` has the currencies
    that are not drawn, with what their digits leave open: they would look like exact constants.
    With `per_dollar` the values are what 1 USD costs.
    """

    def __init__(self, found: Mapping[str, Sequence[DatedQuote]], lines: int, *, per_dollar: bool) -> None:
        self.missing = {}
        unknown = {code: quotes for code, quotes in found.items() if is_unknown(quotes)}
        if len(unknown) < len(found):
            found = {code: quotes for code, quotes in found.items() if code not in unknown}
            self.missing = {code: error_text(quotes[0].quote.interval.width) for code, quotes in unknown.items()}
        self.is_single = len(found) == 1
        self.pairs = ", ".join([f"USD/{code}" if per_dollar else f"{code}/USD" for code in found])
        self.title = self.pairs if self.is_single else f"{'1 USD, ' if per_dollar else ''}first day = 100"
        self.runs: dict[str, list[list[Point]]] = {}
        for code, quotes in found.items():
            all_points = [_point(dated, per_dollar=per_dollar) for dated in quotes]
            scale = 1 if self.is_single else 100 / all_points[0][1]
            self.runs[code] = _runs(
                [(day, value * scale, low * scale, high * scale) for day, value, low, high in all_points]
            )
        points = [point for runs in self.runs.values() for run in runs for point in run]
        self.first, self.last = min(point[0] for point in points), max(point[0] for point in points)
        values = [point[1] for point in points]
        bands = [(low, high) for _, _, low, high in points] if self.is_single else []
        low = min([*values, *(low for low, _ in bands)])
        high = max([*values, *(high for _, high in bands)])
        # If the rates are all equal, the band would fill any plot, however narrow it is.
        is_flat = max(values) - min(values) <= high * _EQUAL
        visible = max((high - low) * _BAND / lines, high * (1e-4 if is_flat else _EQUAL))
        self.shows_band = any(top - bottom > visible for bottom, top in bands)
        if not self.shows_band:
            low, high = min(values), max(values)
        margin = (high - low) * 0.05 if high - low > high * _EQUAL else high * 0.05
        self.low, self.high = low - margin, high + margin

    def span(self) -> tuple[int, int]:
        """The first and the last day of the axis; a single day is in the middle."""
        return (self.first, self.last) if self.last > self.first else (self.first - 1, self.last + 1)

    def rates(self, most: int) -> list[tuple[float, str]]:
        """About `most` round values for the axis, but two at least, each with its label."""
        span = self.high - self.low
        power = math.floor(math.log10(span))
        numbers, step = range(0), span
        for next_step in (part * 10.0**exponent for exponent in (power, power - 1) for part in (5, 2, 1)):
            if next_step * most < span and len(numbers) > 1:
                break
            step = next_step
            numbers = range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        return [(number * step, f"{number * step:.{digits}f}") for number in numbers]

    def days(self, most: int) -> list[tuple[int, str]]:
        """Up to `most` days for the axis, always the first and the last, each with its label."""
        days = {round(self.first + (self.last - self.first) * part / (most - 1)) for part in range(most)}
        return [(day, short_date(dt.date.fromordinal(day))) for day in sorted(days)]


def _point(dated: DatedQuote, *, per_dollar: bool) -> Point:
    assert dated.as_of is not None
    quote = dated.quote
    value, low, high = float(quote.exact), float(quote.low), float(quote.high)
    if per_dollar:
        value, low, high = 1 / value, 1 / high, 1 / low
    return dated.as_of.toordinal(), value, low, high


def _runs(points: list[Point]) -> list[list[Point]]:
    """The points, split where days are missing."""
    steps = sorted(after[0] - before[0] for before, after in pairwise(points))
    usual = max(steps[len(steps) // 2], 1) if steps else 1
    runs = [points[:1]]
    for before, after in pairwise(points):
        if after[0] - before[0] > usual * _GAP:
            runs.append([])
        runs[-1].append(after)
    return runs


def not_drawn_text(code: str, sign: str, error: str) -> str:
    """Why a currency is missing; `sign` is that for plus or minus."""
    return f"{code} not drawn: its digits ({sign}{error}) show no change"
