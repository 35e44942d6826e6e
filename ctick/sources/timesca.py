"""The Times of Central Asia: a market ticker, printed on every page."""

from ctick.blocks import Block
from ctick.currencies import FIVE
from ctick.errors import InputError
from ctick.model import Snapshot
from ctick.sources.contract import Source
from ctick.ticker import read


def parse(body: bytes) -> list[Snapshot]:
    """A page of HTML or text; its snapshots have no date where the page has none."""
    if not body.strip():
        raise InputError("is empty")
    page = body.lower()
    if b"<html" in page and b"</html" not in page:
        raise InputError("is cut short: its <html> is never closed")
    blocks = [item for item in read([body]) if isinstance(item, Block)]
    snapshots = [Snapshot("timesca", block.as_of, quotes) for block in blocks for quotes in block.snapshots]
    if not snapshots:
        raise InputError("has no ticker line that can be read")
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
