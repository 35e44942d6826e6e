"""`ctick doctor`: checks the installation and the store, one line per check, for people and for cron."""

import datetime as dt
import os
import platform
import sys

from ctick import __version__, clock, settings
from ctick.commands.options import Options
from ctick.errors import DONE, PARTLY, NoRateError, StoreError, UsageError
from ctick.output import terminal
from ctick.output.records import lines
from ctick.rates.choose import first_use, last_day
from ctick.shell import store_command
from ctick.sources.registry import default_sources
from ctick.storage import backup, bundled
from ctick.storage.atomic_file import beside
from ctick.storage.connection import Database
from ctick.storage.fetch_log import FetchLog
from ctick.storage.integrity import check
from ctick.storage.sqlite_errors import advice
from ctick.storage.store import Store
from ctick.text import STALE, counted, long_date, plain, read_age, to_the_second

FIELDS = ("status", "check", "message")

OK, NOTE, FAIL = "ok", "note", "FAIL"

Finding = tuple[str, str, str]


def run(options: Options, *, max_age: str | None, rescue: str | None, restore: str | None) -> int:
    """Runs all checks: exit 6 if settings, store, its path or the bundled data fail, 4 if rates are too old.

    With `rescue`, saves the intact snapshots to a new store in that file instead: exit 1 if some are
    lost. With `restore`, replaces the store by the backup in that file.
    """
    output_format = options.format()
    if rescue is not None and restore is not None:
        raise UsageError("--rescue makes a new store and --restore replaces yours: choose one")
    if rescue is not None:
        return _rescue(options, rescue, output_format)
    if restore is not None:
        return _restore(options, restore, output_format)
    limit = None if max_age is None else read_age(max_age)
    findings: list[Finding] = [
        (OK, "ctick", __version__),
        (OK, "python", f"{platform.python_version()}, {sys.executable}"),
        _check_bundled(),
    ]
    broken = _check_settings()
    findings += broken
    try:
        path = options.store_path_or_error(default_may_be_missing=True)
    except StoreError as error:
        findings.append((FAIL, "store", str(error)))
    except UsageError:  # in the settings
        findings.append((NOTE, "store", "not checked: the settings may name another; choose one with --db"))
    else:
        findings += _check_store(path)
    if not broken:
        findings.append(_check_sources())
    _show(findings, options, output_format)
    if any(status == FAIL for status, _, _ in findings):
        return StoreError.exit_code
    if limit is not None:
        _check_age(Store(path), limit)
    return DONE


def _show(findings: list[Finding], options: Options, output_format: str | None) -> None:
    if options.quiet:
        findings = [finding for finding in findings if finding[0] == FAIL]
    if output_format in (None, "table"):
        out = terminal.stdout()
        for status, check, message in findings:
            terminal.write([terminal.between_words(f"{status:<4}  {check}: {message}", out), "\n"])
    else:
        rows = [dict(zip(FIELDS, finding, strict=True)) for finding in findings]
        terminal.write(lines(rows, output_format, FIELDS))


def _rescue(options: Options, path: str, output_format: str | None) -> int:
    count, lost = backup.rescue(options.store_path_or_error(), path)
    findings: list[Finding] = [(OK, "rescued", f"{counted(count, 'snapshot')} into the new store {plain(path)}")]
    findings += [(FAIL, "lost", what) for what in lost]
    _show(findings, options, output_format)
    return PARTLY if lost else DONE


def _restore(options: Options, source: str, output_format: str | None) -> int:
    from ctick.storage.restore import restore

    count, kept = restore(options.store_path(), source)
    findings: list[Finding] = [(OK, "restored", f"{counted(count, 'snapshot')} from {plain(source)}")]
    findings += [(NOTE, "kept", f"previous file, now {plain(name)}") for name in kept]
    _show(findings, options, output_format)
    return DONE


def _check_bundled() -> Finding:
    """Whether the bundled rates can be read and are complete."""
    try:
        snapshots = bundled.snapshots()
    except StoreError as error:
        return FAIL, "bundled rates", str(error)
    newest = snapshots[-1].as_of
    assert newest is not None
    return OK, "bundled rates", f"{len(snapshots)} days, newest {long_date(newest)}"


def _check_settings() -> list[Finding]:
    """Whether the file of the settings can be used, if there is one."""
    try:
        settings.entries()
    except UsageError as error:
        return [(FAIL, "settings", str(error))]
    return []


def _check_sources() -> Finding:
    try:
        return OK, "default sources", ", ".join(default_sources())
    except UsageError as error:
        return NOTE, "default sources", str(error)


def _check_store(path: str) -> list[Finding]:
    name = plain(path)
    try:
        count, damage = check(path)
        if not os.path.exists(path):
            return [
                (NOTE, "store", f"{name} does not exist yet: {store_command(path, 'snapshot')} creates it"),
                _check_folder(path),
            ]
        findings = [(FAIL, "store", f"{name}: {sentence}; {advice(path)}") for sentence in damage]
        if not damage:
            size = os.path.getsize(path)
            findings.append((OK, "store", f"{name}, {size:,} bytes, {counted(count, 'snapshot')}, no damage"))
        findings += [_check_folder(path), *_old_stores(path)]
        if not damage:  # or else nothing in it can be relied on
            findings += [*_newest_rates(Store(path)), *_failed_fetches(path)]
    except StoreError as error:
        return [(FAIL, "store", str(error))]
    return findings


def _newest_rates(store: Store) -> list[Finding]:
    """The newest day of each source, with a note if it is old, or not used yet."""
    today = clock.today()
    return [
        (
            OK if day <= last_day(today) and (today - day).days <= STALE else NOTE,
            f"newest from {plain(source)}",
            f"{long_date(day)}, {_age(day)}",
        )
        for source, day in store.newest().items()
    ]


def _age(day: dt.date) -> str:
    """`3 days old`, `dated tomorrow`, or `dated 4 days ahead, not used before 27 November 2026`."""
    age = (clock.today() - day).days
    if age >= 0:
        return f"{counted(age, 'day')} old"
    if age == -1:
        return "dated tomorrow"
    first = f", not used before {long_date(first_use(day))}" if day > last_day(clock.today()) else ""
    return f"dated {-age:,} days ahead{first}"


def _failed_fetches(path: str) -> list[Finding]:
    """The sources whose last fetch failed, and why."""
    return [
        (
            NOTE,
            f"last fetch from {plain(source)}",
            f"failed at {plain(to_the_second(log.failure_at))}: {plain(log.failure, 500)}",
        )
        for source, log in FetchLog(Database(path)).logs().items()
        if log.failure_at and log.failure_at > (log.success_at or "")
    ]


def _check_folder(path: str) -> Finding:
    """Whether a snapshot could be saved, according to the permissions."""
    folder = os.path.dirname(os.path.realpath(path))
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    if os.access(folder, os.W_OK) and (not os.path.exists(path) or os.access(path, os.W_OK)):
        return OK, "store folder", f"{plain(folder)} is writable"
    return NOTE, "store folder", f"{plain(folder)} is read-only: rates can be shown but not saved"


def _old_stores(path: str) -> list[Finding]:
    """The copies kept when the store was migrated or a backup was restored."""
    return [
        (NOTE, "old store", f"{plain(copy)}, kept when {event}")
        for ending, event in ((".version-", "the store was migrated"), (".replaced-", "a backup was restored"))
        for copy in beside(os.path.realpath(path), ending)
    ]


def _check_age(store: Store, limit: int) -> None:
    newest = max(store.newest(last_day(clock.today())).values(), default=None)
    if newest is None:
        raise NoRateError(f"your store has no rates: {store_command(store.path, 'snapshot')} fetches some")
    age = (clock.today() - newest).days
    if age > limit:
        raise NoRateError(
            f"your newest rates date from {long_date(newest)} ({counted(age, 'day')} ago), but --max-age allows only"
            f" {counted(limit, 'day')}: {store_command(store.path, 'snapshot')} fetches newer ones"
        )
