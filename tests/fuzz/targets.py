"""What is tried with inputs that nobody made: a function a target, which fails where a promise is broken.

Any exception but a CtickError is a bug, and so is what the assertions say.
"""

import bz2
import datetime as dt
import gzip
import io
import lzma
import random
import re
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from unittest.mock import patch

from ctick.commands.import_ import _copied
from ctick.currencies import CODES, FIVE
from ctick.errors import CtickError, InputError, UsageError
from ctick.model import DatedQuote, Quote, Snapshot, quotes_from_text
from ctick.rates import amounts, numbers
from ctick.rates.ageing import likely_interval
from ctick.sources.contract import Source
from ctick.sources.registry import SOURCES
from ctick.storage import plausibility
from ctick.storage.export_format import export_lines, read_export
from ctick.storage.store import Store
from ctick.ticker import decoding
from ctick.ticker.blocks import Block, ParseWarning
from ctick.ticker.scanner import read
from fuzz.commandline import command_line
from fuzz.seeds import SEEN

_DAY = dt.date(2025, 12, 16)
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_PACKERS: tuple[Callable[[bytes], bytes], ...] = (gzip.compress, bz2.compress, partial(lzma.compress, preset=0))
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_INDENTED = re.compile(rb"(?:[ \t\x0b\x1f]|&#?\w+;?){33}")  # is shortened in each buffer for itself
_BUFFERS = (1, 2, 3, 7, 16, 61, 255, 1000)


# -- the reader -----------------------------------------------------------------------------------


def ticker(data: bytes) -> None:
    """A byte says which of its forms the text behind another byte is compared with: it reads the same however it comes."""
    how, cut, text = sum(data[:1]), sum(data[1:2]), data[2:]
    said = _said([text])
    packed = text.startswith(_PACKED)
    lines = 1 + len(_LINE_ENDS.findall(text))
    for item in said:
        if isinstance(item, Block):
            _check_block(item)
        elif isinstance(item, ParseWarning):
            assert item.line >= 1
            assert item.line <= lines or packed
            assert item.column >= 1
            assert item.message.isprintable()
    form = 0 if packed else how % 5
    if form == 0:
        assert _said(_cut(text, cut)) == said
    elif form == 1 and not _INDENTED.search(text):
        with patch.object(decoding, "CHUNK", max(_BUFFERS[how // 5 % len(_BUFFERS)], len(text) // 500)):
            assert _said(_cut(text, cut)) == said
    elif form == 2:
        whole = _PACKERS[how // 5 % len(_PACKERS)](text)
        assert _said(_cut(whole, cut)) == said
        _said([whole[: cut * len(whole) // 255]])
    elif form == 3 and b"\r" not in text:
        assert _said([text.replace(b"\n", (b"\r\n", b"\r")[how // 5 % 2])]) == said
    elif form == 4 and not text.startswith(_MARKS):
        assert _said([b"\xef\xbb\xbf", text]) == said
        if not {*b"<&"} & {*text}:
            once = text + b"\n.\n"
            blocks = [item for item in _said([once]) if isinstance(item, Block)]
            assert [item for item in _said([once, once]) if isinstance(item, Block)] == blocks * 2


def _cut(text: bytes, cut: int) -> list[bytes]:
    rng = random.Random(cut)
    edges = sorted(rng.randrange(len(text) + 1) for _ in range(cut % 9))
    return [text[a:b] for a, b in zip([0, *edges], [*edges, len(text)], strict=True)]


def _said(chunks: Iterable[bytes]) -> list[Block | ParseWarning | str]:
    """Everything that the reader gives, and the error at the end."""
    found: list[Block | ParseWarning | str] = []
    try:
        found.extend(read(chunks))
    except InputError as error:
        found.append(_sentence(error))
    return found


def _sentence(error: CtickError) -> str:
    """What an error says: nothing that a terminal would obey, and not the whole input."""
    text = str(error)
    assert text.isprintable()
    assert len(text) < 500
    return text


def _check_block(block: Block) -> None:
    assert block.snapshots or block.skipped or not block.lines
    assert sum(map(len, block.snapshots)) <= block.lines
    for quotes in block.snapshots:
        _check(Snapshot("timesca", block.as_of, quotes))


def _check(snapshot: Snapshot) -> None:
    """What a snapshot must be, whoever wrote it: it can be kept, computed with, and taken elsewhere."""
    bases = [quote.base for quote in snapshot.quotes]
    assert bases
    assert bases == sorted(set(bases), key=FIVE.index)
    for quote in snapshot.quotes:
        assert quote.rate > 0
        assert 0 <= quote.low <= quote.exact <= quote.high
        later = likely_interval(DatedQuote(quote, snapshot.as_of or _DAY, snapshot.source), _DAY)
        assert 0 <= later.low <= quote.low <= quote.high <= later.high
        assert Quote.from_text(quote.to_text()) == quote
        plausibility.implausible(quote, _DAY, None)
        plausibility.off_peg(quote)
    assert quotes_from_text(snapshot.to_text()) == snapshot.quotes
    kept = Snapshot(snapshot.source, snapshot.as_of or _DAY, snapshot.quotes, SEEN)
    assert list(read_export(line.encode() for line in export_lines([kept]))) == [kept]


# -- amounts --------------------------------------------------------------------------------------


def amount(data: bytes) -> None:
    """An amount with its currencies: what is read can be written and read again."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        request = amounts.read(text)
    except UsageError as error:
        _sentence(error)
        return
    assert request.amount.is_finite()
    assert request.amount.copy_abs() <= numbers.LARGEST
    assert {request.base, *request.targets} <= {*CODES}
    assert len({*request.targets}) == len(request.targets)
    assert _request(f"{request.amount:f} {request.base} {' '.join(request.targets)}") == _parts(request)
    if data.isascii():
        assert _request(text.upper()) == _request(text.lower()) == _parts(request)


def _request(text: str) -> tuple[str, str, list[str]] | None:
    try:
        return _parts(amounts.read(text))
    except UsageError:
        return None


def _parts(request: amounts.Request) -> tuple[str, str, list[str]]:
    return f"{request.amount:f}", request.base, request.targets


# -- feeds ----------------------------------------------------------------------------------------


def feed(source: Source, data: bytes) -> None:
    """The bodies of a source's files, apart by NUL where it has several."""
    bodies = data.split(b"\0", len(source.files) - 1)
    bodies += [b""] * (len(source.files) - len(bodies))
    found: list[Snapshot] = []
    parts = data.split(b"\0", len(source.range_files) - 1)
    spans = [partial(source.parse_range, *parts)] if source.parse_range else []
    for parse in (partial(source.parse, *bodies), *spans):
        try:
            found += parse()
        except InputError as error:
            _sentence(error)
            found += getattr(error, "snapshots", [])
    for snapshot in found:
        assert snapshot.source == source.name
        assert snapshot.as_of is not None or not source.dated
        _check(snapshot)


# -- import ---------------------------------------------------------------------------------------


def import_(data: bytes) -> None:
    """The text of an export: refused as a whole, or all of it comes out again as it went in, and only once."""
    try:
        snapshots = list(read_export(_copied([data], io.BytesIO())))
    except InputError as error:
        _sentence(error)
        return
    expected: dict[tuple[object, ...], Snapshot] = {}
    for snapshot in snapshots:
        _check(snapshot)
        key = snapshot.as_of, snapshot.source, snapshot.to_text()
        before = expected.get(key)
        if before is None or (before.seen_at or "") < (snapshot.seen_at or ""):
            expected[key] = snapshot
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "a.db"))
        assert store.import_snapshots(snapshots) == (len(expected), len(snapshots) - len(expected))
        kept = list(store.snapshots())
        assert sorted(map(repr, kept)) == sorted(map(repr, expected.values()))
        assert list(read_export(line.encode() for line in export_lines(kept))) == kept
        assert store.import_snapshots(kept) == (0, len(kept))
        assert list(store.snapshots()) == kept
        for code in FIVE:
            days = [item.as_of for item in kept if item.quote(code) and item.as_of]
            for dated in store.quotes(code, max(days, default=_DAY)):
                assert dated.bundled or dated.as_of in days
        store.close()


def cli(data: bytes) -> None:
    """A command line, see `commandline`."""
    command_line(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ticker": ticker,
    "amounts": amount,
    **{name: partial(feed, source) for name, source in SOURCES.items()},
    "import": import_,
    "cli": cli,
}


def attempt(target: str, data: bytes) -> None:
    """One input, as the tests and the driver try it."""
    try:
        TARGETS[target](data)
    except CtickError as error:
        raise AssertionError(f"{target} lets {type(error).__name__} through: {error}") from error
