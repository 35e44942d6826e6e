"""`ctick export`: the user's own store as JSON lines, or its rates for another tool."""

from collections.abc import Iterator

from ctick.commands.options import TOOL_FORMATS, Options
from ctick.currencies import FIVE
from ctick.errors import DONE, UsageError
from ctick.model import DatedQuote
from ctick.output import terminal
from ctick.output.price_files import price_lines
from ctick.storage.export_format import export_lines
from ctick.storage.store import Store
from ctick.text import plain


def run(options: Options) -> int:
    """Writes the whole store as JSON lines, or the best rates of each day for another tool."""
    output_format = options.output
    if output_format not in (None, "jsonl", *TOOL_FORMATS):
        raise UsageError(
            f"-o {plain(output_format, 40)} is not an export format: choose one of jsonl, {', '.join(TOOL_FORMATS)}"
        )
    store = Store(options.store_path_or_error())
    if output_format in TOOL_FORMATS:
        terminal.write(price_lines(_last_of_each_day(store), output_format))
    else:
        terminal.write(export_lines(store.snapshots()))
    return DONE


def _last_of_each_day(store: Store) -> Iterator[DatedQuote]:
    """The last quote of each day, currency and source, oldest day first."""
    last: dict[tuple[str, str], DatedQuote] = {}
    day = None
    for snapshot in store.snapshots():
        if snapshot.as_of != day:
            yield from _sorted(last)
            last.clear()
            day = snapshot.as_of
        for quote in snapshot.quotes:
            if quote.base in FIVE:  # another program may have written others
                last[quote.base, snapshot.source] = DatedQuote(quote, snapshot.as_of, snapshot.source, snapshot.seen_at)
    yield from _sorted(last)


def _sorted(quotes: dict[tuple[str, str], DatedQuote]) -> list[DatedQuote]:
    """By currency, in the order of `FIVE`, then by source."""
    return [quotes[key] for key in sorted(quotes, key=lambda key: (FIVE.index(key[0]), key[1]))]
