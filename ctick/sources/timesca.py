"""The Times of Central Asia: a market ticker, printed on every page."""

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import PartError, Source
from ctick.ticker.blocks import ParseWarning
from ctick.ticker.html_text import is_truncated_page
from ctick.ticker.scanner import read


def parse(body: bytes) -> list[Snapshot]:
    """A page of HTML or text; its snapshots have no date if the page has none.

    Raises InputError for a date that can't be read, or PartError if the page has other blocks.
    """
    if not body.strip():
        raise InputError("is empty")
    if is_truncated_page(body):
        raise InputError("is truncated: </html> is missing")
    snapshots, undated, warning = [], "", None
    for item in read([body]):
        if isinstance(item, ParseWarning):
            warning = item
        elif item.unreadable_date and warning:  # the warning comes just before its block
            undated = f"has an unreadable date ({warning.line}:{warning.column}: {warning.message})"
        else:
            snapshots += [Snapshot("timesca", item.as_of, quotes) for quotes in item.snapshots]
    if undated:
        raise PartError(undated, snapshots) if snapshots else InputError(undated)
    if not snapshots:
        raise InputError("has no readable ticker line")
    return snapshots


TIMESCA = Source(
    "timesca",
    publisher="The Times of Central Asia",
    covers=FIVE,
    official=False,
    quantum="0.00001 USD",
    latest=("https://timesca.com/",),
    parse=parse,
    page="https://timesca.com/",
)
