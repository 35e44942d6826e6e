"""Charts of rates: in the terminal with plotext, and as SVG.

Floats are good enough here: no figure is read from a chart.
"""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from ctick.model import DatedQuote
from ctick.rates.trend import error_text, is_unknown
from ctick.text import short_date

_COLORS = ("cyan", "orange", "green", "magenta", "red")
_ESCAPES = ("36", "38;5;214", "32", "35", "31")  # the same colours, for the legend
_WEB_COLORS = ("#0077aa", "#d07000", "#2a8a2a", "#b0309a", "#c03020")
_MARKERS = "*+xo#"
_BAND = 1.5  # lines of text: a narrower band of possible rates is not drawn
_GAP = 3  # times the usual distance of two days: a line is interrupted where days are further apart
_EQUAL = 1e-9  # of a rate: rates that differ by less are drawn as equal
_TALLEST = 40

_WIDTH, _HEIGHT = 900, 420  # of the SVG, in its own units
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 50, 50, 50  # its margins

Point = tuple[int, float, float, float]
"""The ordinal number of a day, the rate, and its lowest and highest possible value."""


class _Layout:
    """What both kinds of chart draw: runs of points without gaps, the limits of the axes, and the band.

    The band is shown if it would be visible in `lines` lines of text. `missing` has the currencies
    that are not drawn, with what their digits leave open: they would look like exact constants.
    """

    def __init__(self, found: Mapping[str, Sequence[DatedQuote]], lines: int) -> None:
        self.missing = {}
        unknown = {code: quotes for code, quotes in found.items() if is_unknown(quotes)}
        if len(unknown) < len(found):
            found = {code: quotes for code, quotes in found.items() if code not in unknown}
            self.missing = {code: error_text(quotes[0].quote.interval.width) for code, quotes in unknown.items()}
        self.is_single = len(found) == 1
        self.runs: dict[str, list[list[Point]]] = {}
        for code, quotes in found.items():
            scale = 1 if self.is_single else 100 / float(quotes[0].exact)
            self.runs[code] = _runs([_point(dated, scale) for dated in quotes])
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
        """Up to `most` round values for the axis, each with its label."""
        least = (self.high - self.low) / most
        power = math.floor(math.log10(least))
        step = next(part * 10.0**power for part in (1, 2, 5, 10) if part * 10.0**power >= least)
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        numbers = range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        return [(number * step, f"{number * step:.{digits}f}") for number in numbers]

    def days(self, most: int) -> list[tuple[int, str]]:
        """Up to `most` days for the axis, always the first and the last, each with its label."""
        days = {round(self.first + (self.last - self.first) * part / (most - 1)) for part in range(most)}
        return [(day, short_date(dt.date.fromordinal(day))) for day in sorted(days)]


def _point(dated: DatedQuote, scale: float) -> Point:
    assert dated.as_of is not None
    quote = dated.quote
    return dated.as_of.toordinal(), *(float(value) * scale for value in (quote.exact, quote.low, quote.high))  # type: ignore[return-value]


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


# -- in the terminal --------------------------------------------------------------------------


def chart(found: Mapping[str, Sequence[DatedQuote]], width: int, height: int, *, color: bool, plain: bool) -> str:
    """A chart that fits `width` and leaves two of `height` lines free; `plain` for encodings without Braille.

    One currency is drawn in USD, with a band of the possible rates if that is wide enough to see;
    several are scaled to 100 on their first days.
    """
    import plotext

    width, height = max(width, 24), max(min(height - 2, _TALLEST), 7)
    layout = _Layout(found, height - 4)
    head = _title_and_legend(layout, width, color=color, plain=plain)
    height = max(height - len(head), 5)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)  # plotext would limit it to its own idea of the terminal
    plotext.plotsize(width, height)
    plotext.xlim(*layout.span())
    plotext.ylim(layout.low, layout.high)
    rates = [
        (rate, text if len(text) <= width // 3 else f"{rate:.3g}")
        for rate, text in layout.rates(max(2, min(6, height // 3)))
    ]
    plotext.yticks(*zip(*rates, strict=True))
    plotext.xticks(*zip(*layout.days(max(2, min(6, (width - 12) // 16))), strict=True))
    for place, runs in enumerate(layout.runs.values()):
        tint = _COLORS[place % 5] if color else "default"
        letter = _letter(layout, place, color=color, plain=plain)
        for run in runs if layout.shows_band else ():
            days, values = zip(*_shade_points(run, layout, width, height), strict=True)
            plotext.scatter(days, values, marker=_shade_marker(plain=plain), color="gray" if color else "default")
        for run in runs:
            days, values, _, _ = zip(*run, strict=True)
            # A single day: one dot of Braille is hard to see.
            draw, marker = (plotext.plot, "braille") if len(run) > 1 else (plotext.scatter, "•")
            draw(days, values, marker=letter or marker, color=tint)
    text = str(plotext.build())
    plotext.clear_figure()
    return _tidy([*head, *text.splitlines()], color=color, plain=plain)


def _shade_marker(*, plain: bool) -> str:
    return ":" if plain else "░"


def _letter(layout: _Layout, place: int, *, color: bool, plain: bool) -> str:
    """What a line is drawn with if Braille isn't available, or several lines would look the same."""
    return _MARKERS[place % 5] if plain or not (layout.is_single or color) else ""


def _title_and_legend(layout: _Layout, width: int, *, color: bool, plain: bool) -> list[str]:
    """The title and the legend, on as many lines as they take."""
    title = "first day = 100"
    if layout.is_single:
        title = f"{next(iter(layout.runs))}/USD"
        words = shown = [f"{_shade_marker(plain=plain)} rounding range"] if layout.shows_band else []
    else:
        words = [
            f"{_letter(layout, place, color=color, plain=plain) or '•'} {code}"
            for place, code in enumerate(layout.runs)
        ]
        shown = [f"\x1b[{_ESCAPES[place % 5]}m{word}\x1b[0m" if color else word for place, word in enumerate(words)]
    lines, space = [title], width - len(title)
    for word, text in zip(words, shown, strict=True):
        if len(word) + 3 > space:
            lines.append("")
            space = width + 3
        lines[-1] += ("   " if lines[-1] else "") + text
        space -= len(word) + 3
    for code, error in layout.missing.items():
        sign = "+-" if plain else "±"
        note = _not_drawn(code, sign, error)
        lines.append(note if len(note) <= width else f"{code} not drawn ({sign}{error})")
    return lines


def _not_drawn(code: str, sign: str, error: str) -> str:
    return f"{code} not drawn: its digits ({sign}{error}) show no change"


def _shade_points(run: list[Point], layout: _Layout, width: int, height: int) -> Iterator[tuple[float, float]]:
    """Points that fill the band of a run, at least one for each character of the plot."""
    (first, last), (bottom, top) = layout.span(), (layout.low, layout.high)
    across, up = (last - first) / width, (top - bottom) / height
    for before, after in pairwise(run if len(run) > 1 else run * 2):
        columns = max(1, math.ceil((after[0] - before[0]) / across))
        for column in range(columns + 1):
            part = column / columns
            day = before[0] + (after[0] - before[0]) * part
            low, high = (before[side] + (after[side] - before[side]) * part for side in (2, 3))
            rows = max(1, math.ceil((high - low) / up))
            yield from ((day, low + (high - low) * row / rows) for row in range(rows + 1))


_FRAME = str.maketrans("┌┐└┘│─┤├┬┴┼•", "++++|-++++++")


def _tidy(lines: Sequence[str], *, color: bool, plain: bool) -> str:
    import re

    if not color:
        lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    text = "".join(line.rstrip() + "\n" for line in lines)
    return text.translate(_FRAME) if plain else text


# -- as SVG -----------------------------------------------------------------------------------


def svg(found: Mapping[str, Sequence[DatedQuote]]) -> str:
    """The same chart as an SVG document that loads nothing."""
    layout = _Layout(found, 100)
    first, last = layout.span()

    def x(day: float) -> str:
        return f"{_LEFT + (day - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def y(value: float) -> str:
        return f"{_TOP + (layout.high - value) / (layout.high - layout.low) * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    title = ", ".join(f"{code}/USD" for code in layout.runs) + ("" if layout.is_single else ", first day = 100")
    shaded = ", shaded: rounding range" if layout.shows_band else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        ' font-size="13" fill="#333">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16">{title + shaded if layout.is_single else "first day = 100"}</text>',
    ]
    for rate, text in layout.rates(7):
        lines.append(f'<path d="M{_LEFT} {y(rate)}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y(rate)}" dy="4" text-anchor="end">{text}</text>')
    for day, text in layout.days(6):
        lines.append(f'<path d="M{x(day)} {_HEIGHT - _BOTTOM}v6" stroke="#999"/>')
        lines.append(f'<text x="{x(day)}" y="{_HEIGHT - _BOTTOM + 24}" text-anchor="middle">{text}</text>')
    for place, (code, runs) in enumerate(layout.runs.items()):
        tint = _WEB_COLORS[place % 5]
        if not layout.is_single:
            lines.append(f'<text x="{_LEFT + 200 + 70 * place}" y="28" fill="{tint}" font-weight="bold">{code}</text>')
        for run in runs:
            if layout.shows_band:
                edge = [(day, high) for day, _, _, high in run] + [(day, low) for day, _, low, _ in reversed(run)]
                corners = " ".join(f"{x(day)},{y(value)}" for day, value in edge)
                style = f'fill="{tint}" fill-opacity="0.15" stroke="{tint}" stroke-opacity="0.3"'
                lines.append(f'<polygon points="{corners}" {style}/>')
            points = [f"{x(day)},{y(value)}" for day, value, _, _ in run]
            if len(run) > 1:
                lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{tint}" stroke-width="2"/>')
            else:
                lines.append(f'<circle cx="{x(run[0][0])}" cy="{y(run[0][1])}" r="3.5" fill="{tint}"/>')
    notes = "; ".join([_not_drawn(code, "&#177;", error) for code, error in layout.missing.items()])
    if notes:
        lines.append(f'<text x="{_LEFT}" y="44" font-size="12">{notes}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
