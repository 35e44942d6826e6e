"""Disks, limits, clocks, streams and signals that fail: an error message, an exit code of the contract, nothing lost."""

import datetime as dt
import json
import random
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from conftest import Result, Run
from crashes import Command, Commands, Rows, everything, is_orderly, sound, stored

from ctick import clock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these faults are made as Linux does")

_STEPS = """
import json, subprocess, sys
for step in json.loads(sys.argv[1]):
    words = ["sh", "-ec", step] if isinstance(step, str) else [sys.executable, "-m", "ctick", *step]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert not isinstance(step, str) or done.returncode == 0, done
    print(json.dumps([done.returncode, done.stdout, done.stderr]))
"""


def steps(prefix: list[str], env: Mapping[str, str], *wanted: Sequence[str]) -> list[Result]:
    """What each `ctick` gave, or a line for the shell; one after another in one mount namespace."""
    command = [*prefix, sys.executable, "-c", _STEPS, json.dumps(wanted)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return [Result(*json.loads(line)) for line in done.stdout.splitlines()]


# -- disks ----------------------------------------------------------------------------------


def test_a_disk_that_fills_up(
    tmp_path: Path, commands: Commands, mounted: Callable[[str], list[str]], environment: dict[str, str]
) -> None:
    """What was reported is there, rates are shown, and once there is space again the rest is saved."""
    disk = tmp_path / "disk"
    disk.mkdir()
    db = ("--db", str(disk / "rates.db"))
    saves = [commands.save(60) if number % 2 else commands.import_file(60) for number in range(14)]
    filled = steps(
        mounted(f"mount -t tmpfs -o size=400k none '{disk}'"),
        environment,
        f"head -c 150000 /dev/zero >'{disk}/other'",
        *[(*command.argv, *db) for command in saves],
        ("export", *db),
        ("doctor", "-q", *db),
        ("convert", "-q", "50000", "KGS", *db),
        ("backup", f"{disk}/copy", *db),
        f"rm '{disk}/other'; ls '{disk}'",
        *[(*command.argv, *db) for command in saves],
        ("export", *db),
        ("doctor", "-q", *db),
    )
    full = f"ctick: the store {db[1]} can't be written, the disk is full: nothing was saved; free some space\n"
    first, middle, second = filled[1:15], filled[15:20], filled[20:34]
    assert {result.code for result in first} == {0, 6}
    assert {result.err for result in first} == {"", full}
    reported = [command.rows for command, result in zip(saves, first, strict=True) if result.code == 0]
    assert _rows(middle[0]) == frozenset().union(*reported)
    assert middle[1] == (0, "", "")
    assert (middle[2].code, middle[2].err) == (0, "")
    assert middle[3].code == 6
    assert middle[4].out.split() == ["rates.db"]
    assert {result[:] for result in second} == {(0, "", "")}
    assert _rows(filled[-2]) == frozenset().union(*[command.rows for command in saves])
    assert filled[-1] == (0, "", "")


def _rows(export: Result) -> Rows:
    rows = [json.loads(line) for line in export.out.splitlines()[1:-1]]
    return frozenset((row["source"], row["as_of"]) for row in rows)


def test_a_full_folder_for_temporary_files(
    run: Run,
    tmp_path: Path,
    filled_store: Path,
    commands: Commands,
    mounted: Callable[[str], list[str]],
    environment: dict[str, str],
) -> None:
    """An import that can't be copied there imports nothing."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = commands.import_file(400)
    before = stored(run, filled_store)
    (result,) = steps(
        mounted(f"mount -t tmpfs -o size=8k none '{disk}'"),
        {**environment, "TMPDIR": str(disk)},
        (*command.argv, "--db", str(filled_store)),
    )
    assert result == (
        6,
        "",
        f"ctick: {command.argv[-1]} can't be copied to the temporary folder (No space left on device):"
        " free some space, or set TMPDIR to another folder\n",
    )
    assert stored(run, filled_store) == before


_TURNING = """
import json, sys
from ctick.__main__ import main
for argv in json.loads(sys.argv[1]):
    print(json.dumps(main(argv)), flush=True)
"""


def turning(
    prefix: list[str],
    filled_store: Path,
    wanted: list[Command],
    environment: dict[str, str],
    turn: Callable[[bool], None],
) -> list[int]:
    """The exit codes of commands while the folder turns read-only and back at random moments."""
    chance = random.Random(1)
    argv = json.dumps([[*command.argv, "--db", str(filled_store)] for command in wanted])
    with subprocess.Popen(
        [*prefix, sys.executable, "-c", _TURNING, argv],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while process.poll() is None:
            turn(True)
            time.sleep(chance.random() * 0.02)
            turn(False)
            time.sleep(chance.random() * 0.02)
        out, err = process.communicate(timeout=60)
    for line in err.splitlines():
        assert line.startswith(f"ctick: the store {filled_store} "), err
    return [int(line) for line in out.splitlines()]


def test_a_folder_that_turns_read_only(
    run: Run, filled_store: Path, commands: Commands, ordinary: list[str], environment: dict[str, str]
) -> None:
    """Between commands and in the middle of them: each saves or says why not."""
    before = stored(run, filled_store)
    wanted = [commands.save(1 + number % 30) if number % 2 else commands.import_file(5) for number in range(60)]
    codes = turning(
        ordinary, filled_store, wanted, environment, lambda now: filled_store.parent.chmod(0o500 if now else 0o700)
    )
    assert len(codes) == 60
    assert set(codes) <= {0, 6}
    sound(run, filled_store)
    saved = [command.rows for command, code in zip(wanted, codes, strict=True) if code == 0]
    assert stored(run, filled_store) == before.union(*saved)


def test_a_disk_that_turns_read_only(
    run: Run,
    tmp_path: Path,
    filled_store: Path,
    commands: Commands,
    mounted: Callable[[str], list[str]],
    environment: dict[str, str],
) -> None:
    """The disk is remounted while commands run, as a system does that finds it faulty."""
    before = stored(run, filled_store)
    wanted = [commands.save(1 + number % 30) if number % 2 else commands.import_file(5) for number in range(40)]
    folder = shlex.quote(str(filled_store.parent))
    back_and_forth = (  # as long as the shell, or what it becomes, is there
        f"while kill -0 $$ && sleep 0.01; do"
        f" mount -o remount,bind,ro {folder}; sleep 0.01; mount -o remount,bind,rw {folder}; done"
    )
    prefix = mounted(f"mount --bind {folder} {folder}; ({back_and_forth}) >/dev/null 2>&1 & true")
    codes = turning([*prefix, "timeout", "120"], filled_store, wanted, environment, lambda _: None)
    assert len(codes) == 40
    assert set(codes) <= {0, 6}
    sound(run, filled_store)
    saved = [command.rows for command, code in zip(wanted, codes, strict=True) if code == 0]
    assert stored(run, filled_store) == before.union(*saved)


# -- limits ---------------------------------------------------------------------------------

_LIMITED = """
import resource, sys
from ctick.__main__ import main
number = getattr(resource, "RLIMIT_" + sys.argv[1])
resource.setrlimit(number, (int(sys.argv[2]),) * 2)
del sys.argv[1:3]
sys.exit(main())
"""


LIMITS = {
    "NOFILE": range(3, 13),
    "FSIZE": (0, 100, 4096, 20_000, 60_000, 100_000),
    "AS": range(12 << 20, 64 << 20, 4 << 20),
}
"""Open files, bytes of a file, memory: from what is too little for anything on."""

SOME = {"NOFILE": (3, 4, 6), "FSIZE": (60_000,), "AS": (28 << 20,)}


@pytest.mark.parametrize("limit", LIMITS)
def test_some_limits(
    run: Run, tmp_path: Path, filled_store: Path, commands: Commands, environment: dict[str, str], limit: str
) -> None:
    """Each command does all of its work, or nothing and says why."""
    limits(run, filled_store, commands, environment, limit, SOME[limit])


@pytest.mark.long
@pytest.mark.parametrize("limit", LIMITS)
def test_limits(
    run: Run, tmp_path: Path, filled_store: Path, commands: Commands, environment: dict[str, str], limit: str
) -> None:
    """The same on the way up from none."""
    limits(run, filled_store, commands, environment, limit, LIMITS[limit])


def limits(
    run: Run, filled_store: Path, commands: Commands, environment: dict[str, str], limit: str, values: Sequence[int]
) -> None:
    before = stored(run, filled_store)
    for value in values:
        for command in everything(commands, before, filled_store.with_name("copy")):
            filled_store.with_name("copy").unlink(missing_ok=True)
            place = filled_store.with_name("limited.db")
            shutil.copy(filled_store, place)
            done = subprocess.run(
                [sys.executable, "-c", _LIMITED, limit, str(value), *command.argv, "--db", str(place)],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            result = Result(done.returncode, done.stdout, done.stderr)
            if "(SystemError" in result.err:  # Python's own, which has lost count of its errors
                continue
            if result.err.startswith(
                "ERROR:root:code for hash"
            ):  # hashlib's own, for want of memory; then comes ctick's
                result = result._replace(err="ctick: " + result.err.rpartition("\nctick: ")[2])
            assert is_orderly(result), (limit, value, command.argv, result)
            said = result.err or result.out  # of doctor, which says it there
            assert result.code == 0 or said.startswith("ctick: ") or "FAIL  store: " in said, (
                limit,
                value,
                command.argv,
                result,
            )
            sound(run, place)
            expected = [command.after(before)] if result.code == 0 else [before, command.after(before)]
            assert stored(run, place) in expected


# -- clocks ---------------------------------------------------------------------------------

YEAR = dt.timedelta(days=365)


def test_a_clock_that_jumps(run: Run, tmp_path: Path, filled_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year back and a year ahead: all commands work, what was saved last counts, and no time runs backwards."""
    page = tmp_path / "page.txt"
    now, today = clock.now(), clock.today()
    seen: list[str] = []
    for number, jump in enumerate((0, -1, 1, 0, -1)):
        monkeypatch.setattr(clock, "now", lambda jump=jump: now + jump * YEAR)
        monkeypatch.setattr(clock, "today", lambda jump=jump: today + jump * YEAR)
        for figure in (f"0.0114{number}", "0.01149"):  # each time another one, and one that is known
            page.write_text(f"KGS/USD = {figure} 0%\n2023-01-02\n")
            assert run("snapshot", "-q", str(page), "--db", str(filled_store)) == (0, "", "")
            answer = run(
                "rates",
                "-q",
                "-o",
                "jsonl",
                "KGS",
                "--date",
                "2023-01-02",
                "--source",
                "timesca",
                "--db",
                str(filled_store),
            )
            assert (answer.code, answer.err) == (0, "")
            row = json.loads(answer.out, parse_float=str)
            assert row["rate"] == figure
            seen.append(row["seen_at"])
        for argv in (
            ["rates"],
            ["convert", "5", "KGS"],
            ["history"],
            ["sources"],
            ["export"],
            ["backup", f"{tmp_path}/{number}"],
        ):
            result = run(*argv, "--db", str(filled_store))
            assert is_orderly(result, (0,)), result
        sound(run, filled_store)
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen)


def test_a_clock_that_jumps_under_the_system(
    run: Run, tmp_path: Path, filled_store: Path, commands: Commands, environment: dict[str, str]
) -> None:
    """The same with whole processes, as far as the system shows them another time."""
    if shutil.which("faketime") is None:
        pytest.skip("there is no faketime")
    rows = stored(run, filled_store)
    for jump in ("-1y", "+1y"):
        for command in everything(commands, rows, tmp_path / f"copy{jump}{len(rows)}"):
            done = subprocess.run(
                ["faketime", "-f", jump, sys.executable, "-m", "ctick", *command.argv, "--db", str(filled_store)],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert is_orderly(Result(done.returncode, done.stdout, done.stderr), (0,)), (command.argv, done)
            rows = command.after(rows)
    sound(run, filled_store)
    assert stored(run, filled_store) == rows
