"""Rewrites the rates that ctick bundles: the ticker's days stay, the open source's one day becomes a newer one.

    python tools/bundle.py EXPORT...                # exports of ctick
    python tools/bundle.py --as fawaz usd.min.json  # an answer of the source itself

Of all days given the newest is taken. It is checked as `ctick snapshot` checks it. Exit 1, with the
reason, if it can't be used: the file is then as it was.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from ctick import clock
from ctick.commands import saved_answers
from ctick.commands.inputs import open_input
from ctick.commands.streams import lines
from ctick.currencies import FIVE
from ctick.errors import CtickError, InputError
from ctick.model import Snapshot
from ctick.storage import bundled
from ctick.storage.atomic_file import write_beside
from ctick.storage.completeness import Completeness
from ctick.storage.export_format import read_export
from ctick.storage.plausibility import off_peg
from ctick.storage.store import Store
from ctick.text import counted, long_date, plain
from ctick.ticker.decoding import unpacked

OPEN = "fawaz"
"""The source whose rates may be bundled: they are in the public domain (CC0)."""


def main(argv: Sequence[str]) -> int:
    """Reads the arguments, rewrites the file, and says what changed; the exit code."""
    parser = argparse.ArgumentParser(prog="python tools/bundle.py", description=__doc__.partition("\n")[0])
    parser.add_argument("exports", nargs="*", metavar="EXPORT", help="an export of ctick")
    parser.add_argument("--as", nargs=2, action="append", default=[], metavar=("NAME", "FILE"), dest="answers",
                        help="a saved answer of a source")  # fmt: skip
    parser.add_argument("--file", default=bundled.PATH, help="the file to rewrite (default: that of ctick)")
    options = parser.parse_args(argv)
    bundled.PATH = options.file
    try:
        before = bundled.snapshots()
        given = [*_of_exports(options.exports), *_of_answers(options.answers)]
        new = _newest(given)
        after = [snapshot for snapshot in before if snapshot.source != OPEN] + [new]
        old = max((item for item in before if item.source == OPEN), key=_order, default=None)
        _check(new, old)
        text = _text(after)
        is_changed = Path(options.file).read_text(encoding="utf-8") != text
        if is_changed:
            write_beside(options.file, lambda name: _write(name, text), _replace)
    except (CtickError, OSError, ValueError, ArithmeticError) as error:
        sys.stderr.write(f"bundle.py: {plain(error, 500)}; {plain(options.file)} was not changed\n")
        return 1
    _report(old, new, is_changed=is_changed)
    sys.stdout.write(f"{plain(options.file)}: {counted(len(after), 'snapshot')}\n")
    return 0


def _of_exports(names: Sequence[str]) -> Iterator[Snapshot]:
    """The snapshots of the open source in exports, all of which must be complete."""
    for name in names:
        source = open_input(name)
        completeness = Completeness()
        try:
            for snapshot in read_export(lines(unpacked(source.chunks, unlimited=True), 1 << 16), completeness):
                if snapshot.source == OPEN:
                    yield snapshot
        except InputError as error:
            raise InputError(str(error) if source.name in str(error) else f"{source.name}: {error}") from None
        if missing := completeness.missing():
            raise InputError(f"{source.name}: {missing}")


def _of_answers(answers: Sequence[Sequence[str]]) -> Iterator[Snapshot]:
    """The snapshots in saved answers of the open source."""
    for source, name in answers:
        if source != OPEN:
            raise InputError(f"the rates of {plain(source, 40)} may not be bundled: only those of {OPEN} are CC0")
        snapshots, errors = saved_answers.read(source, [name], force=False)
        for error in errors:
            raise error
        yield from snapshots


def _newest(given: Sequence[Snapshot]) -> Snapshot:
    if not given:
        raise InputError(f"no rates of {OPEN} were given: name an export that has some, or --as {OPEN} FILE")
    return max(given, key=_order)


def _order(snapshot: Snapshot) -> tuple[str, str]:
    return str(snapshot.as_of), snapshot.seen_at or ""


def _check(new: Snapshot, old: Snapshot | None) -> None:
    """InputError unless a snapshot may take the place of the one that is bundled."""
    assert new.as_of is not None
    what = f"{new.source} of {long_date(new.as_of)}"
    if missing := [code for code in FIVE if new.quote(code) is None]:
        raise InputError(f"{what} has no rate of {' '.join(missing)}")
    if not all(quote.legs for quote in new.quotes):
        raise InputError(f"{what} was read from ticker text (snapshot --source {new.source}), not from its own answer")
    if new.as_of > clock.today():
        raise InputError(f"{what} is in the future")
    if old is not None and old.as_of is not None and new.as_of < old.as_of:
        raise InputError(f"{what} is older than what is bundled, of {long_date(old.as_of)}")
    for reason in filter(None, map(off_peg, new.quotes)):
        raise InputError(f"{what}: {reason}")
    with tempfile.TemporaryDirectory() as folder:  # an empty store: the rates are compared with the bundled ones
        store = Store(os.path.join(folder, "rates.db"))
        refused = store.save([new]).refused
        store.close()
    for _, why in refused:
        raise InputError(f"{what}: {why}")


def _text(snapshots: Sequence[Snapshot]) -> str:
    """The file: a line for each snapshot, sorted, and their number."""
    rows = sorted((str(item.as_of), item.source, item.to_text()) for item in snapshots)
    return "".join("\t".join(row) + "\n" for row in rows) + f"{len(rows)}\n"


def _write(name: str, text: str) -> None:
    with open(name, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def _replace(temporary: str, path: str) -> bool:
    os.replace(temporary, path)
    return True


def _report(old: Snapshot | None, new: Snapshot, *, is_changed: bool) -> None:
    assert new.as_of is not None
    if not is_changed:
        sys.stdout.write(f"{OPEN} of {long_date(new.as_of)} is bundled already\n")
        return
    was = f"{long_date(old.as_of)} -> " if old is not None and old.as_of is not None else ""
    sys.stdout.write(f"{OPEN}: {was}{long_date(new.as_of)}\n")
    for quote in new.quotes:
        before = old and old.quote(quote.base)
        sys.stdout.write(f"  {quote.base} {f'{before.rate:f} -> ' if before else ''}{quote.rate:f}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
