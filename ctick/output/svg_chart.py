"""Charts of rates as SVG."""

from collections.abc import Mapping, Sequence

from ctick.model import DatedQuote
from ctick.output.chart_layout import Layout, not_drawn_text

_COLORS = ("#0077aa", "#d07000", "#2a8a2a", "#b0309a", "#c03020")
_WIDTH, _HEIGHT = 900, 420  # in its own units
_LEFT, _RIGHT, _TOP, _BOTTOM = 90, 50, 50, 50  # margins


def svg(found: Mapping[str, Sequence[DatedQuote]], *, per_dollar: bool = False) -> str:
    """The chart of `ctick.output.chart` as an SVG document that loads nothing."""
    layout = Layout(found, 100, per_dollar=per_dollar)
    first, last = layout.span()

    def x(day: float) -> str:
        return f"{_LEFT + (day - first) / (last - first) * (_WIDTH - _LEFT - _RIGHT):.1f}"

    def y(value: float) -> str:
        return f"{_TOP + (layout.high - value) / (layout.high - layout.low) * (_HEIGHT - _TOP - _BOTTOM):.1f}"

    title = layout.title if layout.is_single else f"{layout.pairs}, {layout.title}"
    shaded = ", shaded: rounding range" if layout.shows_band else ""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
        ' font-size="13" fill="#333">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-size="16">{layout.title + shaded}</text>',
    ]
    for rate, text in layout.rates(7):
        lines.append(f'<path d="M{_LEFT} {y(rate)}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{_LEFT - 8}" y="{y(rate)}" dy="4" text-anchor="end">{text}</text>')
    for day, text in layout.days(6):
        lines.append(f'<path d="M{x(day)} {_HEIGHT - _BOTTOM}v6" stroke="#999"/>')
        lines.append(f'<text x="{x(day)}" y="{_HEIGHT - _BOTTOM + 24}" text-anchor="middle">{text}</text>')
    for place, (code, runs) in enumerate(layout.runs.items()):
        tint = _COLORS[place % 5]
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
    notes = "; ".join([not_drawn_text(code, "&#177;", error) for code, error in layout.missing.items()])
    if notes:
        lines.append(f'<text x="{_LEFT}" y="44" font-size="12">{notes}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"
