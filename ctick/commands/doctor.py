"""`ctick doctor`: is everything as it should be? A line a check, for people and for cron."""

import os
import platform
import sys

from ctick import __version__, clock
from ctick.commands.advice import STALE
from ctick.commands.options import Options
from ctick.errors import DONE, PARTLY, NoRateError, StoreError, UsageError
from ctick.output import terminal
from ctick.output.records import lines
from ctick.shell import store_command
from ctick.sources.registry import default_sources
from ctick.storage import backup, bundled
from ctick.storage.atomic_file import beside
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.integrity import check
from ctick.storage.sqlite_errors import advice
from ctick.storage.store import Store
from ctick.text import counted, long_date, plain, read_age, to_the_second

FIELDS = ("status", "check", "message")

OK, NOTE, FAIL = "ok", "note", "FAIL"

_SHIPPED = 39
"""Days whose rates this version ships with."""

Finding = tuple[str, str, str]


def run(options: Options, *, max_age: str | None, rescue: str | None, restore: str | None) -> int:
    """Runs all checks; exit 6 where the store, its path or the bundled data fail, 4 where rates are too old.

    With `rescue` none is run, but a new store made in that file of what is sound; exit 1 where something is lost.
    With `restore` the backup in that file takes the store's place.
    """
    form = options.form()
    if rescue is not None and restore is not None:
        raise UsageError("--rescue makes a new store, --restore replaces yours: choose one of them")
    if rescue is not None:
        return _rescue(options, rescue, form)
    if restore is not None:
        return _restore(options, restore, form)
    limit = None if max_age is None else read_age(max_age)
    findings: list[Finding] = [
        (OK, "ctick", __version__),
        (OK, "python", f"{platform.python_version()}, {sys.executable}"),
        _bundled(),
    ]
    try:
        path = options.named_path()
    except StoreError as error:
        findings.append((FAIL, "store", str(error)))
    else:
        findings += _store(path)
    try:
        findings.append((OK, "default sources", ", ".join(default_sources())))
    except UsageError as error:
        findings.append((NOTE, "default sources", str(error)))
    _show(findings, options, form)
    if any(status == FAIL for status, _, _ in findings):
        return StoreError.exit_code
    if limit is not None:
        _check_age(Store(path), limit)
    return DONE


def _show(findings: list[Finding], options: Options, form: str | None) -> None:
    if options.quiet:
        findings = [finding for finding in findings if finding[0] == FAIL]
    if form in (None, "table"):
        terminal.write(f"{status:<4}  {check}: {message}\n" for status, check, message in findings)
    else:
        rows = [dict(zip(FIELDS, finding, strict=True)) for finding in findings]
        terminal.write(lines(rows, form, FIELDS))


def _rescue(options: Options, place: str, form: str | None) -> int:
    count, lost = backup.rescue(options.existing_path(), place)
    findings: list[Finding] = [(OK, "rescued", f"{counted(count, 'snapshot')} in the new store {plain(place)}")]
    findings += [(FAIL, "lost", what) for what in lost]
    _show(findings, options, form)
    return PARTLY if lost else DONE


def _restore(options: Options, source: str, form: str | None) -> int:
    from ctick.storage.restore import restore

    count, kept = restore(options.store_path(), source)
    findings: list[Finding] = [(OK, "restored", f"{counted(count, 'snapshot')} from {plain(source)}")]
    findings += [(NOTE, "kept", f"{plain(name)} was there before") for name in kept]
    _show(findings, options, form)
    return DONE


def _bundled() -> Finding:
    """The data that came with ctick: all of it there, and readable."""
    try:
        snapshots = bundled.snapshots()
    except (OSError, ValueError, ArithmeticError) as error:
        return FAIL, "bundled rates", f"can't be read ({plain(error)}): install ctick again"
    if len(snapshots) != _SHIPPED:
        return FAIL, "bundled rates", f"{len(snapshots)} days instead of {_SHIPPED}: install ctick again"
    newest = snapshots[-1].as_of
    assert newest is not None
    return OK, "bundled rates", f"{len(snapshots)} days, the newest {long_date(newest)}"


def _store(path: str) -> list[Finding]:
    name = plain(path)
    try:
        count, wrong = check(path)
        if not os.path.exists(path):
            return [
                (NOTE, "store", f"{name} is not there yet: {store_command(path, 'snapshot')} makes it"),
                _writable(path),
            ]
        findings = [(FAIL, "store", f"{name}: {sentence}; {advice(path)}") for sentence in wrong]
        if not wrong:
            findings.append(
                (OK, "store", f"{name}, {os.path.getsize(path):,} bytes, {counted(count, 'snapshot')}, all sound")
            )
        findings.append(_writable(path))
        findings += _old_copies(path)
        if wrong:  # nothing that is read from it can be relied on
            return findings
        today = clock.today()
        for source, day in Store(path).newest().items():
            age = (today - day).days
            status = NOTE if age > STALE else OK
            findings.append((status, f"newest of {plain(source)}", f"{long_date(day)}, {counted(age, 'day')} old"))
        for source, log in FetchLog(Database(path)).logs().items():
            if log.failure_at and log.failure_at > (log.success_at or ""):
                when = plain(to_the_second(log.failure_at))
                findings.append(
                    (NOTE, f"last fetch of {plain(source)}", f"failed at {when}: {plain(log.failure, 500)}")
                )
    except StoreError as error:
        return [(FAIL, "store", str(error))]
    return findings


def _writable(path: str) -> Finding:
    """Whether a snapshot could be saved; only asked, not tried."""
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    writable = os.access(folder, os.W_OK) and (not os.path.exists(path) or os.access(path, os.W_OK))
    if writable:
        return OK, "store's folder", f"{plain(folder)} can be written to"
    return NOTE, "store's folder", f"{plain(folder)} is read-only: rates are shown, none can be saved"


def _old_copies(path: str) -> list[Finding]:
    """The copies that were kept when the store was brought to a newer version, or a backup took its place."""
    place = os.path.realpath(path)
    return [
        (NOTE, "older store", f"{plain(copy)} was kept when {why}")
        for ending, why in ((".version-", "the store got its present version"), (".replaced-", "a backup was restored"))
        for copy in beside(place, ending)
    ]


def _check_age(store: Store, limit: int) -> None:
    newest = max((day for day in store.newest().values() if day <= clock.today()), default=None)
    if newest is None:
        raise NoRateError(f"there are no rates of your own: {store_command(store.path, 'snapshot')} gets some")
    age = (clock.today() - newest).days
    if age > limit:
        raise NoRateError(
            f"your newest rates are of {long_date(newest)}, {counted(age, 'day')} old,"
            f" and --max-age allows {counted(limit, 'day')}: {store_command(store.path, 'snapshot')} gets new ones"
        )
