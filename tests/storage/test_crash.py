"""kill -9 at any moment: nothing that was reported as saved is lost, and nothing is half saved."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import Run
from crashes import OLD_ROWS, Command, Commands, Rows, Worker, left, make_old, old_or_new, sound, stored

SEED = int(os.environ.get("CTICK_SEED", "20251216"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs signals, and files to be seen while they live")


class Life:
    """One store after another, each used until its writers have been killed some times."""

    def __init__(self, run: Run, folder: Path, environment: dict[str, str], seed: int) -> None:
        self.run = run
        self.chance = random.Random(seed)
        self.commands = Commands(folder, self.chance)
        self.folder = folder
        self.environment = environment
        self.left: Counter[str] = Counter()
        self.kills = 0
        self.number = 0
        self.rows: Rows = frozenset()
        self.store = folder

    def fresh(self, kind: str) -> None:
        """A store that is still to be made, or one of version 1."""
        self.number += 1
        self.store = self.folder / f"{self.number}" / "rates.db"
        self.store.parent.mkdir()
        self.rows = frozenset()
        if kind == "migration":
            make_old(self.store)
            self.rows = OLD_ROWS

    def look(self, kind: str, done: list[Command], under_way: Command | None) -> None:
        """After a kill: what was reported is there, what was under way is there whole or not at all."""
        beside = left(self.store)
        self.left.update(beside)
        sound(self.run, self.store)
        for command in done:
            self.rows = command.after(self.rows)
        found = stored(self.run, self.store)
        if found != self.rows:
            assert under_way is not None
            assert found == under_way.after(self.rows)
            self.left["a write that was whole, and not reported yet"] += 1
        self.rows = found
        if kind == "migration":
            self.left[old_or_new(self.run, self.store)] += 1

    def kill_a_worker(self, kind: str) -> None:
        """Commands one after another in one process, killed in a write or between."""
        commands = self.commands.several(kind, self.rows, self.chance.randrange(1, 6))
        worker = Worker(commands, self.store, self.environment)
        worker.kill_at(self.chance, self.store)
        reported = worker.end()
        self.kills += worker.process.returncode != 0
        self.look(kind, commands[:reported], commands[reported] if reported < len(commands) else None)

    def kill_a_process(self, kind: str, life: float) -> None:
        """A whole `ctick`, killed at any moment of its life."""
        (command,) = self.commands.several(kind, self.rows, 1)
        argv = [sys.executable, "-m", "ctick", *command.argv, "--db", str(self.store)]
        with subprocess.Popen(
            argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            time.sleep(life * self.chance.random())
            process.kill()
            _, err = process.communicate(timeout=60)
        assert (process.returncode, err) in ((0, b""), (-9, b""))
        self.kills += process.returncode != 0
        self.look(kind, [command] if process.returncode == 0 else [], command)


KINDS = ("mixed", "save", "import", "fetch", "migration")


def kill(run: Run, folder: Path, environment: dict[str, str], kills: int) -> Life:
    life = Life(run, folder, environment, SEED)
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "ctick", "snapshot", "--help"], env=environment, capture_output=True, check=True
    )
    start = time.monotonic() - began  # what the start of a process takes here
    while life.kills < kills:
        kind = KINDS[life.kills // 5 % len(KINDS)]
        if life.kills % 5 == 0 or kind == "migration":
            life.fresh(kind)
        try:
            if life.chance.random() < 0.2:
                life.kill_a_process(kind, start * 1.5)
            else:
                life.kill_a_worker(kind)
        except BaseException as error:
            error.add_note(f"seed {SEED}, kill {life.kills} of {kills}, kind {kind}, store {life.store}")
            raise
    sys.stdout.write(f"seed {SEED}, {life.kills} kills left {dict(life.left)}\n")
    return life


def test_killed_at_random(run: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    """30 kills during snapshots, imports, fetches, deletions and migrations; the store is sound after each."""
    assert kill(run, tmp_path, environment, 30).kills == 30


@pytest.mark.long
def test_killed_300_times(run: Run, tmp_path: Path, environment: dict[str, str]) -> None:
    """The same for long, and it was writes that were killed."""
    life = kill(run, tmp_path, environment, 300)
    assert life.left["a hot journal"] > 50
    assert life.left["no store yet"] > 5
