"""Which currency a `som` is, and which reading of a number fits its dollars."""

from collections.abc import Sequence
from decimal import Decimal

from ctick.mentions.classify import SOM, SUM
from ctick.mentions.usual_rates import fit

_FARTHEST = 15  # the factor by which a figure may differ from the usual rate and still decide
_LEAST_SUM = 100  # "two sums" are not money


def by_dollars(value: Decimal, dollars: Decimal) -> str | None:
    """`KGS` or `UZS`, whichever makes the amount worth these dollars; None if neither does."""
    fits = {code: fit(value, dollars, code) for code in ("KGS", "UZS")}
    best = min(fits, key=lambda code: fits[code])
    return best if fits[best] <= _FARTHEST else None


def decided(
    code: str, value: Decimal, near: Sequence[str], dollars: Decimal | None, named: frozenset[str]
) -> str | None:
    """The currency of `som`, `sum` or another name: a code, `SOM` if it can't be told, None if it is not money.

    `near` has the countries beside the name; `dollars` is the figure that belongs to the amount, `named`
    the countries in the paragraph.
    """
    if code == "TMT":
        return None if "" in named and "TMT" not in named and not near else code
    if code == SUM:
        is_uzbek = "UZS" in near or dollars is not None or (named & {"KGS", "UZS"} == {"UZS"} and value >= _LEAST_SUM)
        return "UZS" if is_uzbek else None
    if code != SOM:
        return code
    for country in near:
        if country in ("KGS", "UZS"):
            return country
    by_figure = by_dollars(value, dollars) if dollars is not None else None
    if by_figure:
        return by_figure
    candidates = named & {"KGS", "UZS"}
    return next(iter(candidates)) if len(candidates) == 1 else SOM
