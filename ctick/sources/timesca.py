"""The Times of Central Asia: a market ticker, printed on every page."""

from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import PartError, Source
from ctick.ticker.blocks import ParseWarning
from ctick.ticker.scanner import read


def parse(body: bytes) -> list[Snapshot]:
    """A page of HTML or text; its snapshots have no date if the page has none.

    Raises InputError for a date that can't be read, or PartError if the page has other blocks.
    """
    if not body.strip():
        raise InputError("is empty")
    page = body.lower()
    if b"<html" in page and b"</html" not in page:
        raise InputError("is cut short: its <html> is never closed")
    snapshots, undated, warning = [], "", None
    for item in read([body]):
        if isinstance(item, ParseWarning):
            warning = item
        elif item.date_unread and warning:  # the warning comes just before its block
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
)
