"""The same as in `test_crash`, at each system call that changes something in turn; and what is synced by the end."""

import os
import random
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Run, Trace
from crashes import OLD_ROWS, Command, Commands, Rows, is_hot, left, make_old, old_or_new, sound, stored

BETWEEN = ("fdatasync", "fsync", "link", "mkdir", "rename", "unlink", "write")
"""The calls that change what is left after a kill, among those that a write makes."""

ALL = (*BETWEEN, "ftruncate", "linkat", "mkdirat", "pwrite64", "renameat", "renameat2", "unlinkat")


class Case:
    """A folder with a store in some state, and the command that is killed."""

    def __init__(self, folder: Path, argv: tuple[str, ...], before: Rows, after: Rows) -> None:
        self.folder = folder
        self.argv = argv
        self.before = before
        self.after = after


def case(name: str, run: Run, tmp_path: Path, trace: Trace) -> Case:
    commands = Commands(tmp_path, random.Random(1))
    template = tmp_path / "template"
    store = template / "rates.db"

    def done(command: Command) -> Rows:
        template.mkdir(exist_ok=True)
        assert run(*command.argv, "--db", str(store)) == (0, "", "")
        return command.rows

    if name in ("first save", "first import"):
        command = commands.save(3) if name == "first save" else commands.import_file(3)
        return Case(template, command.argv, frozenset(), command.rows)
    if name == "migration":
        template.mkdir()
        make_old(store)
        command = commands.save(20)
        return Case(template, command.argv, OLD_ROWS, command.after(OLD_ROWS))
    there = done(commands.save(200)) | done(commands.import_file(5))
    if name == "recovery":  # of a write that was broken off when all of it was in the file
        killed = trace(kill_at("unlink", 1), commands.save(100).argv, store)
        assert killed.returncode == -9
        assert is_hot(store)
        return Case(template, ("rates", "-q"), there, there)
    if name == "forget":
        command = commands.forget(there)
    else:
        command = commands.save(100) if name == "save" else commands.import_file(100)
    return Case(template, command.argv, there, command.after(there))


def kill_at(call: str, number: int) -> list[str]:
    return ["-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]


def killed_at_each(case: Case, calls: tuple[str, ...], tmp_path: Path, trace: Trace) -> Iterator[tuple[str, Path]]:
    """The store after the process was killed just before its 1st, 2nd, ... of each of the system calls."""
    for call in calls:
        number = 1
        while True:
            folder = tmp_path / f"{call}-{number}"
            if case.folder.exists():
                shutil.copytree(case.folder, folder)
            done = trace(kill_at(call, number), case.argv, folder / "rates.db")
            if done.returncode == 0:
                break
            assert (done.returncode, done.stderr) == (-9, "")
            yield f"{number}. {call}", folder / "rates.db"
            number += 1


CASES = ("first save", "first import", "save", "import", "forget", "recovery", "migration")


def check(name: str, calls: tuple[str, ...], run: Run, tmp_path: Path, trace: Trace) -> int:
    """How many system calls the process was killed at; after each the store is as before or as after."""
    made = case(name, run, tmp_path, trace)
    count = 0
    for place, store in killed_at_each(made, calls, tmp_path, trace):
        count += 1
        try:
            store.parent.mkdir(exist_ok=True)
            left(store)
            sound(run, store)
            assert stored(run, store) in (made.before, made.after)
            if name == "migration":
                old_or_new(run, store)
        except BaseException as error:
            error.add_note(f"killed before its {place}")
            raise
    return count


@pytest.mark.parametrize("name", CASES)
def test_a_command_that_is_killed_between_its_steps(name: str, run: Run, tmp_path: Path, trace: Trace) -> None:
    """Before each sync, each file that appears or goes: as it was before, or as it is after."""
    assert check(name, BETWEEN, run, tmp_path, trace) >= 3


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_a_command_that_is_killed_at_each_system_call(name: str, run: Run, tmp_path: Path, trace: Trace) -> None:
    """The same before each write to a file."""
    count = check(name, ALL, run, tmp_path, trace)
    sys.stdout.write(f"{name}: killed at {count} system calls\n")
    assert count >= 6


# -- what is on the disk when a command has ended -------------------------------------------

_CALL = re.compile(r"\d+ +(\w+)\((.*)\) = (\d+)(?:<(.*)>)?$")
_NAMES = re.compile(r'"((?:[^"\\]|\\.)*)"')


def unsynced(log: str, below: Path) -> set[str]:
    """Files and folders in `below` of which a power cut could still lose content or entries."""
    open_to_loss: set[str] = set()
    known: set[str] = set()

    def entry(path: str) -> None:
        open_to_loss.add(os.path.dirname(path))

    for line in log.splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        call, arguments, _, opened = found.groups()
        names = _NAMES.findall(arguments)
        of = arguments.partition("<")[2].partition(">")[0]
        if call == "openat" and "O_CREAT" in arguments and opened and opened not in known:
            known.add(opened)
            entry(opened)
        elif call in ("write", "pwrite64", "ftruncate"):
            open_to_loss.add(of)
        elif call in ("fsync", "fdatasync"):
            open_to_loss.discard(of)
        elif call in ("mkdir", "link", "unlink", "rename"):
            open_to_loss.discard(names[0])
            for name in names[:1] if call == "unlink" else names[-1:]:
                entry(name)
            known.discard(names[0])
    return {path for path in open_to_loss if Path(path).is_relative_to(below)}


@pytest.mark.parametrize("kind", ["save", "import"])
def test_what_is_reported_is_on_the_disk(kind: str, tmp_path: Path, trace: Trace) -> None:
    """The file, the end of its journal, its name in its folder, and the folders created for it."""
    commands = Commands(tmp_path, random.Random(1))
    for _ in range(2):  # the first time everything is made
        command = commands.save(3) if kind == "save" else commands.import_file(3)
        calls = "openat,write,pwrite64,ftruncate,fsync,fdatasync,mkdir,link,unlink,rename"
        done = trace(
            ["-y", "-o", str(tmp_path / "log"), "-e", f"trace={calls}"], command.argv, tmp_path / "new/deep/rates.db"
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        log = (tmp_path / "log").read_text()
        assert log.count("rates.db") > 20
        assert unsynced(log, tmp_path) == set()
