"""Charts of rates in the terminal: lines of Braille dots by plotille, in a frame with the axes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from plotille import Canvas

from ctick.model import DatedQuote
from ctick.output.chart_layout import Layout, Point, not_drawn_text

_ESCAPES = ("36", "38;5;214", "32", "35", "31")
_GRAY = "90"
_MARKERS = "*+xo#"
_TALLEST = 40
_NUDGE = 1e-6  # dots: a value half-way between two has the same one however it was computed
_EMPTY = "\u2800"  # Braille without dots
_FRAME = str.maketrans("┌┐└┘│─┤┬•", "++++|-++*")


def chart(
    found: Mapping[str, Sequence[DatedQuote]],
    width: int,
    height: int,
    *,
    color: bool,
    plain: bool,
    per_dollar: bool = False,
) -> str:
    """A chart that fits `width` and leaves two of `height` lines free; `plain` for encodings without Braille.

    One currency is drawn in USD (`per_dollar`: USD in the currency), with a band of the possible rates if that is wide
    enough to see; several are scaled to 100 on their first days.
    """
    width, height = max(width, 24), max(min(height - 2, _TALLEST), 7)
    layout = Layout(found, height - 4, per_dollar=per_dollar)
    head = _title_and_legend(layout, width, color=color, plain=plain)
    height = max(height - len(head), 5)
    rates = {
        rate: text if len(text) <= width // 2 else f"{rate:.3g}"
        for rate, text in layout.rates(max(2, min(6, height // 3)))
    }
    margin = max(map(len, rates.values()))
    plot = _Plot(layout, width - margin - 2, height - 3)
    for place, runs in enumerate(layout.runs.values()):
        if layout.shows_band:
            plot.add_band(runs, _shade_marker(plain=plain))
        plot.add_line(runs, _letter(layout, place, color=color, plain=plain), _ESCAPES[place % 5])
    labels = {plot.row(rate): text for rate, text in rates.items()}
    lines = [*head, f"{'':{margin}}┌{'─' * plot.columns}┐"]
    for row, line in enumerate(plot.lines(color=color)):
        label = labels.get(row, "")
        lines.append(f"{label:>{margin}}{'┤' if label else '│'}{line}│")
    lines += _days_axis(plot, layout.days(max(2, min(6, (width - 12) // 16))), margin, width)
    text = "".join([f"{line.rstrip()}\n" for line in lines])
    return text.translate(_FRAME) if plain else text


class _Plot:
    """What is inside the frame, in layers of characters: the later ones cover the earlier ones."""

    def __init__(self, layout: Layout, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self._layout = layout
        self._layers: list[tuple[Canvas, str]] = []

    def _layer(self, escape: str) -> Canvas:
        """A new layer; its coordinates are dots, of which a character has two by four."""
        canvas = Canvas(self.columns, self.rows, 0, 0, self.columns * 2, self.rows * 4)
        self._layers.append((canvas, escape))
        return canvas

    def x(self, day: float) -> int:
        """The dot of a day."""
        first, last = self._layout.span()
        return round((day - first) / (last - first) * (self.columns * 2 - 1))

    def y(self, value: float) -> int:
        """The dot of a value, from below."""
        low, high = self._layout.low, self._layout.high
        return round((value - low) / (high - low) * (self.rows * 4 - 1) + _NUDGE)

    def row(self, value: float) -> int:
        """The line of a value, from above."""
        return self.rows - 1 - self.y(value) // 4

    def add_band(self, runs: Sequence[Sequence[Point]], marker: str) -> None:
        """Shades all characters between the lowest and the highest possible values."""
        canvas = self._layer(_GRAY)
        for run in runs:
            for before, after in pairwise(run if len(run) > 1 else [*run, *run]):
                start, end = self.x(before[0]) // 2, self.x(after[0]) // 2
                for column in range(start, end + 1):
                    part = (column - start) / max(end - start, 1)
                    low, high = (self.y(before[side] + (after[side] - before[side]) * part) for side in (2, 3))
                    for row in range(low // 4, high // 4 + 1):
                        canvas.text(column * 2, row * 4, marker)

    def add_line(self, runs: Sequence[Sequence[Point]], letter: str, escape: str) -> None:
        """Draws a line of dots, or of a letter; a single day is a mark."""
        canvas = self._layer(escape)
        for run in runs:
            dots = [(self.x(day), self.y(value)) for day, value, _, _ in run]
            for before, after in pairwise(dots):
                if letter:
                    for x, y in _steps(before, after):
                        canvas.text(x, y, letter)
                else:
                    canvas.line(*before, *after)
            if len(dots) == 1:
                canvas.text(*dots[0], letter or "•")

    def lines(self, *, color: bool) -> Iterator[str]:
        """All layers as text, from above."""
        layers = [canvas.plot("\n").split("\n") for canvas, _ in self._layers]
        escapes = [escape for _, escape in self._layers]
        for rows in zip(*layers, strict=True):
            top = [
                next(
                    ((char, escape) for char, escape in zip(chars[::-1], escapes[::-1], strict=True) if char != _EMPTY),
                    (" ", ""),
                )
                for chars in zip(*rows, strict=True)
            ]
            yield "".join(
                _painted("".join([char for char, _ in cells]), escape if color else "")
                for escape, cells in groupby(top, key=lambda cell: cell[1])
            )


def _steps(before: tuple[int, int], after: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The dots of a line."""
    (x, y), (to_x, to_y) = before, after
    count = max(abs(to_x - x), abs(to_y - y), 1)
    for step in range(count + 1):
        yield x + round((to_x - x) * step / count), y + round((to_y - y) * step / count)


def _painted(text: str, escape: str) -> str:
    return f"\x1b[{escape}m{text}\x1b[0m" if escape else text


def _days_axis(plot: _Plot, days: Sequence[tuple[int, str]], margin: int, width: int) -> list[str]:
    """The lower edge of the frame with a tick for each day, and its labels, each as near below it as they fit."""
    ticks = {plot.x(day) // 2: label for day, label in days}
    edge = "".join(["┬" if column in ticks else "─" for column in range(plot.columns)])
    starts, space = {}, width
    for column, label in reversed(ticks.items()):
        start = max(min(margin + 1 + column - len(label) // 2, space - len(label)), 0)
        starts[start], space = label, start - 1
    labels = ""
    for start, label in sorted(starts.items()):
        labels = labels.ljust(start) + label
    return [f"{'':{margin}}└{edge}┘", labels]


def _shade_marker(*, plain: bool) -> str:
    return ":" if plain else "░"


def _letter(layout: Layout, place: int, *, color: bool, plain: bool) -> str:
    """What a line is drawn with if Braille isn't available, or several lines would look the same."""
    return _MARKERS[place % 5] if plain or not (layout.is_single or color) else ""


def _title_and_legend(layout: Layout, width: int, *, color: bool, plain: bool) -> list[str]:
    """The title and the legend, on as many lines as they take."""
    title = layout.title
    if layout.is_single:
        words = shown = [f"{_shade_marker(plain=plain)} rounding range"] if layout.shows_band else []
    else:
        words = [
            f"{_letter(layout, place, color=color, plain=plain) or '•'} {code}"
            for place, code in enumerate(layout.runs)
        ]
        shown = [_painted(word, _ESCAPES[place % 5] if color else "") for place, word in enumerate(words)]
    lines, space = [title], width - len(title)
    for word, text in zip(words, shown, strict=True):
        if len(word) + 3 > space:
            lines.append("")
            space = width + 3
        lines[-1] += ("   " if lines[-1] else "") + text
        space -= len(word) + 3
    for code, error in layout.missing.items():
        sign = "+-" if plain else "±"
        note = not_drawn_text(code, sign, error)
        lines.append(note if len(note) <= width else f"{code} not drawn ({sign}{error})")
    return lines
