"""`ctick snapshot --as NAME FILE...`: the answers of a source that somebody has saved."""

from collections.abc import Iterator, Sequence

from ctick.commands.inputs import Input, open_input
from ctick.commands.options import Options
from ctick.errors import CtickError, InputError, UsageError
from ctick.model import Snapshot
from ctick.text import plain
from ctick.ticker.decoding import unpacked


def check(feed: str, names: Sequence[str], options: Options, span: str | None) -> None:
    """UsageError unless there is such a source, files enough, and no option that contradicts `--as`."""
    from ctick.sources.registry import SOURCES, known_sources

    if feed not in SOURCES:
        raise UsageError(f"--as {plain(feed, 40)}: no such source{known_sources(feed)}")
    files = SOURCES[feed].files
    wanted = ["FILE"] if len(files) == 1 else [f"{file.upper()}_FILE" for file in files]
    right = options.command("snapshot", "--as", feed, *(names or wanted))
    if options.source is not None:
        raise UsageError(f"--as names the source already, and --source another: leave it out, as in {right}")
    if span is not None:
        raise UsageError(
            f"--since and --until fetch past days, and --as reads what was saved: leave them out, as in {right}"
        )
    if options.date is not None and feed != "timesca":
        raise UsageError(
            f"--date is for text that has no date, and an answer of {feed} has one: leave it out, as in {right}"
        )
    if not names or len(names) % len(files):
        needs = "a file, or - for stdin" if len(files) == 1 else f"{len(files)} files for each answer"
        example = options.command("snapshot", "--as", feed, *wanted)
        raise UsageError(f"--as {feed} needs {needs}, as in {example}")


def files_by_answer(feed: str, names: Sequence[str]) -> Iterator[Sequence[str]]:
    """The files of each answer."""
    from ctick.sources.registry import SOURCES

    count = len(SOURCES[feed].files)
    return (names[start : start + count] for start in range(0, len(names), count))


def read(feed: str, names: Sequence[str], *, force: bool) -> tuple[list[Snapshot], list[CtickError]]:
    """The snapshots of one answer, and what of it can't be used; InputError if nothing can."""
    from ctick.sources.answers import read_saved_answer
    from ctick.sources.registry import SOURCES

    inputs = [open_input(name) for name in names]
    shown = " and ".join([source.name for source in inputs])
    bodies = [_body(source) for source in inputs]
    try:
        reading = read_saved_answer(SOURCES[feed], bodies, force=force)
    except InputError as error:
        raise InputError(f"{shown}: {error}") from None
    for left_out in reading.errors:
        left_out.args = (f"{shown}: {left_out}",)
    return reading.snapshots, reading.errors


def _body(source: Input) -> bytes:
    """All bytes of an input, unpacked; no more than a server may send."""
    from ctick.sources.contract import MAX_BYTES

    body = bytearray()
    try:
        for chunk in unpacked(source.chunks):
            body += chunk
            if len(body) > MAX_BYTES:
                break
    except InputError as error:
        raise InputError(f"{source.name}: {error}" if source.name not in str(error) else str(error)) from error
    if len(body) > MAX_BYTES:
        raise InputError(f"{source.name} is longer than {MAX_BYTES >> 20} MiB, as no answer is: name another file")
    return bytes(body)
