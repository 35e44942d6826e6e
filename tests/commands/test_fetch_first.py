"""`--fetch` and the setting `fetch`: new rates before the answer, for at most three seconds."""

import datetime as dt
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PAGE_16, Run, on_a_terminal, sql
from feedserver import Server, days, use

from ctick import clock
from ctick.commands.watch_fetch import Fetch
from ctick.storage.connection import Database
from ctick.storage.fetch_log import ATTEMPT, FetchLog

FAILED = "could not fetch new rates; using older ones ('ctick sources' shows why)\n"


@pytest.fixture(autouse=True)
def behaving(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another process ctick does not know the day of the server."""
    server.feeds.today = dt.datetime.now(dt.UTC).date()
    monkeypatch.setattr(clock, "today", lambda: server.feeds.today)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def store(home: Path) -> Path:
    return home / ".local/share/ctick/ctick.db"


def sources(server: Server) -> list[str]:
    """The sources that were asked, each once; clears the requests."""
    found = sorted({path.split("/")[2].partition("?")[0] for path in server.feeds.paths})
    server.feeds.requests.clear()
    return found


@pytest.mark.parametrize("command", ["convert 50000 KGS", "rates", "history KGS"])
def test_old_rates_are_fetched_first(run: Run, server: Server, home: Path, command: str) -> None:
    """The answer uses the new ones, and nothing is said; fresh ones are not fetched again."""
    before = run(*command.split()).out
    assert sources(server) == []
    code, out, err = run(*command.split(), "--fetch")
    assert (code, "could not fetch" in err) == (0, False)
    assert out != before
    assert sources(server) == ["cbr", "timesca"]
    assert run(*command.split(), "--fetch", "--no-color").out == out
    assert sources(server) == []


def test_by_default_nothing_is_fetched(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor with `never`, which overrides the file."""
    path = home / ".config/ctick/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('fetch = "daily"')
    monkeypatch.setenv("CTICK_FETCH", "never")
    run("convert", "5", "KGS")
    path.unlink()
    monkeypatch.delenv("CTICK_FETCH")
    run("convert", "5", "KGS")
    assert sources(server) == []
    assert not store(home).exists()


def test_the_setting(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fetches the sources of the settings, once in an hour even if their rates stay old."""
    path = home / ".config/ctick/config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'fetch = "daily"\nsources = ["nbkr"]\n[urls]\nnbkr = "{server.address("nbkr")}"')
    monkeypatch.delenv("CTICK_URL_NBKR")
    today, server.feeds.today = server.feeds.today, server.feeds.today - dt.timedelta(days=4)
    monkeypatch.setattr(clock, "today", lambda: today)
    for _ in range(2):
        assert "could not fetch" not in run("convert", "5", "KGS").err
    assert len(server.feeds.requests) == 2  # its two files
    server.feeds.requests.clear()
    run("convert", "5", "KGS", "--fetch")
    assert sources(server) == ["nbkr"]
    for minutes in (-61, 61):  # the clock was an hour ahead
        then = (clock.now() + dt.timedelta(minutes=minutes)).isoformat()
        sql(store(home), "UPDATE source_log SET success_at = ?, failure_at = ?", then, then)
        run("convert", "5", "KGS")
        assert sources(server) == ["nbkr"]


def test_rates_of_yesterday_are_fresh(run: Run, server: Server, here: Path) -> None:
    """Those of the day before are not."""
    for age, expected in ((1, []), (2, ["cbr", "timesca"])):
        day = server.feeds.today - dt.timedelta(days=age)
        run("snapshot", "-", "-q", "--db", f"{age}.db", "--date", str(day), stdin="KGS/USD = 0.01144\n")
        run("convert", "5", "KGS", "--fetch", "--db", f"{age}.db")
        assert sources(server) == expected


def test_what_a_fetch_can_not_help(run: Run, server: Server) -> None:
    """A past day, a source that is no feed, one's own rate, days up to a past one: nothing is fetched."""
    for argv in (
        ["convert", "5", "KGS", "--date", "2025-12-16"],
        ["rates", "--source", "mine"],
        ["convert", "5", "KGS", "--rate", "87.5"],
        ["history", "KGS", "--until", "2025-12-16"],
    ):
        run(*argv, "--fetch")
        assert sources(server) == [], argv


def test_one_source(run: Run, server: Server, home: Path) -> None:
    """With `--source` only that one is fetched."""
    assert run("convert", "5", "KGS", "--source", "nbkr", "--fetch", "-q").code == 0
    assert sources(server) == ["nbkr"]
    assert days(home, "nbkr")


def test_lines_are_answered_after_one_fetch(run: Run, server: Server) -> None:
    """Not one for each."""
    assert run("convert", "-", "--fetch", "-q", stdin="5 KGS\n6 KGS\n7 KGS\n").code == 0
    assert len([path for path in server.feeds.paths if "timesca" in path]) == 1


def test_one_source_of_two_is_enough(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the other failed of is in the log, and not in the way of the answer."""
    use(monkeypatch, server, "403", "timesca")
    code, _, err = run("convert", "5", "KGS", "--fetch")
    assert (code, "could not fetch" in err) == (0, False)
    assert "answered 403" in run("sources", "-o", "tsv").out


def test_dead_servers(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line at once, unless -q; the exit code is that of the answer. With the setting the next one is not delayed."""
    for name in ("TIMESCA", "CBR"):
        monkeypatch.setenv(f"CTICK_URL_{name}", "http://127.0.0.1:9/")
    expected = run("convert", "50000", "KGS")
    began = time.monotonic()
    code, out, err = run("convert", "50000", "KGS", "--fetch")
    assert time.monotonic() - began < 2.5  # an address is not tried again
    assert (code, out) == expected[:2]
    assert err.startswith(FAILED)
    assert run("convert", "50000", "KGS", "--fetch", "-q") == (0, expected.out, "")
    assert run("convert", "5", "KGS", "--fetch", "--max-age", "1d").code == 4
    monkeypatch.setenv("CTICK_FETCH", "daily")
    began = time.monotonic()
    assert FAILED not in run("convert", "50000", "KGS").err
    assert time.monotonic() - began < 0.3


@pytest.mark.parametrize("kind", ["slow", "drip", "drip-headers", "resolver"])
def test_servers_that_hang(
    run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    """After three seconds the answer comes from what is stored; the log says why, and the store is whole."""
    if kind == "slow":
        server.feeds.delay = 20
    elif kind == "resolver":
        (tmp_path / "sitecustomize.py").write_text(
            "import socket, time\nsocket.getaddrinfo = lambda *_, **__: time.sleep(60)"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("CTICK_URL_TIMESCA", "http://rates.example/")
        monkeypatch.setenv("CTICK_URL_CBR", "http://rates.example/")
    else:
        use(monkeypatch, server, kind, "timesca", "cbr")
    began = time.monotonic()
    code, out, err = run("convert", "50000", "KGS", "--fetch")
    assert 2.9 < time.monotonic() - began < 4.5
    assert (code, err.startswith(FAILED)) == (0, True)
    assert out == run("convert", "50000", "KGS").out
    assert "no answer within 3 s: 'ctick snapshot' waits longer" in run("sources", "-o", "tsv").out
    server.feeds.delay = 0
    assert run("doctor").code == 0
    began = time.monotonic()
    monkeypatch.setenv("CTICK_FETCH", "daily")
    assert run("convert", "50000", "KGS").out == out
    assert time.monotonic() - began < 0.3


def test_on_a_terminal_the_wait_is_shown(environment: dict[str, str], home: Path, running: Server) -> None:
    """In a line that the answer replaces; not with -q."""
    running.feeds.today = dt.datetime.now(dt.UTC).date()
    argv = [sys.executable, "-m", "ctick", "convert", "5", "KGS", "--fetch"]
    del environment["HOME"]
    code, shown = on_a_terminal(argv, home, **environment)
    assert (code, shown.startswith("\rfetching rates...\r\r                 \r5 KGS ")) == (0, True)
    (home / ".local/share/ctick/ctick.db").unlink()
    assert on_a_terminal([*argv, "-q"], home, **environment)[1].startswith("5 KGS ")


def test_no_process_is_left(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after Ctrl-C, which ends the fetch and the command."""
    server.feeds.delay = 20
    ended: list[int] = []
    original = Fetch.stop

    def stop(self: Fetch) -> None:
        original(self)
        ended.append(self._process.returncode)

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Fetch, "stop", stop)
    monkeypatch.setattr("ctick.commands.fetch_first.time.sleep", interrupted)
    assert run("convert", "5", "KGS", "--fetch").code == 130
    assert ended == [-9]


def test_a_store_in_use(run: Run, server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program writes to it for longer than three seconds: the answer does not wait for it."""
    run("snapshot", "-", "-q", stdin=PAGE_16)
    program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN IMMEDIATE'); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(store(home))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        began = time.monotonic()
        code, _, err = run("convert", "5", "KGS", "--fetch")
        assert time.monotonic() - began < 4.5
        other.communicate(b"\n")
    assert code == 0
    assert err.startswith("could not fetch new rates; using older ones (the store")
    assert sources(server) == []


def test_a_store_that_can_not_be_written(server: Server, home: Path, ordinary: list[str], running: Server) -> None:
    """Its folder is read-only: the answer comes, with the reason in one line."""
    store(home).parent.mkdir(parents=True)
    store(home).parent.chmod(0o500)
    done = subprocess.run(
        [*ordinary, sys.executable, "-m", "ctick", "convert", "5", "KGS", "--fetch"],
        env={"HOME": str(home), **running.environment()}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    store(home).parent.chmod(0o700)
    assert done.returncode == 0
    assert done.stderr.startswith(f"could not fetch new rates; using older ones (the store {store(home)} can't be ")
    assert sources(server) == []


def test_a_new_store_is_reported_if_it_was_named(run: Run, here: Path, server: Server) -> None:
    """It may have been a typing error, as with `snapshot`."""
    code, _, err = run("convert", "5", "KGS", "--fetch", "--db", "typo.db")
    assert (code, err.splitlines()[0]) == (0, "created store typo.db")
    assert "created" not in run("convert", "5", "KGS", "--fetch", "--db", "typo.db").err


def test_two_at_once(environment: dict[str, str], home: Path, running: Server) -> None:
    """Both answer, and the store is whole."""
    running.feeds.today = dt.datetime.now(dt.UTC).date()
    environment["CTICK_FETCH"] = "daily"
    argv = [sys.executable, "-m", "ctick", "convert", "5", "KGS"]
    started = [
        subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    results = [(process.communicate(timeout=60), process.returncode) for process in started]
    assert all(code == 0 and out for (out, _), code in results), results
    doctor = subprocess.run([*argv[:3], "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert (doctor.returncode, "no damage" in doctor.stdout) == (0, True)


def test_the_log_of_an_attempt(path: Path) -> None:
    """It is a failure until the fetch succeeds or fails, and creates the store."""
    log = FetchLog(Database(str(path)))
    log.attempted(["cbr", "cbu"])
    found = log.logs()
    assert [(name, entry.success_at, entry.failure) for name, entry in found.items()] == [
        ("cbr", None, ATTEMPT), ("cbu", None, ATTEMPT),
    ]  # fmt: skip
    log.succeeded("cbr")
    entry = log.logs()["cbr"]
    assert entry.success_at is not None
    assert (entry.failure_at, entry.failure) == (None, None)
    log.failed("cbr", "why")
    log.succeeded("cbr")
    assert log.logs()["cbr"].failure == "why"


def test_a_fetch_that_succeeded_is_on_record_as_no_failure(run: Run, server: Server) -> None:
    """`sources` shows no failure of a source that has answered."""
    assert run("convert", "5", "KGS", "--fetch", "-q").code == 0
    assert [row["failure"] for row in json.loads(run("sources", "-o", "json").out)] == [None] * 8
