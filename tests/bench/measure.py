"""Times whole processes: each round runs every contestant once, so that all run under the same load."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Contestant(NamedTuple):
    """A command line. With `inner` it prints the seconds itself; `before` runs before each round, unmeasured."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    terminal: bool = False
    inner: bool = False
    before: Callable[[], None] | None = None
    codes: tuple[int, ...] = (0,)


class Times:
    """The seconds of each round of one contestant, and its peak memory in KiB."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.peak = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def quartiles(self) -> tuple[float, float]:
        if len(self.seconds) < 2:
            return self.median, self.median
        first, _, third = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return first, third


def rounds(contestants: Sequence[Contestant], count: int) -> dict[str, Times]:
    """Runs `count` interleaved rounds, after one that only warms up (files in the cache, bytecode written)."""
    times = {contestant.name: Times() for contestant in contestants}
    for number in range(count + 1):
        for contestant in contestants:
            if contestant.before is not None:
                contestant.before()
            seconds, peak = once(contestant)
            if number:
                times[contestant.name].seconds.append(seconds)
                times[contestant.name].peak = max(times[contestant.name].peak, peak)
    return times


def once(contestant: Contestant) -> tuple[float, int]:
    """Runs a contestant; returns the seconds that it took and its peak memory in KiB."""
    began = time.perf_counter()
    if contestant.terminal:
        output, status, usage = _on_a_terminal(contestant)
    else:
        # stdin is empty, stdout and stderr are pipes.
        process = subprocess.Popen(
            contestant.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=contestant.env,
        )
        assert process.stdout is not None
        output = process.stdout.read()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    if code not in contestant.codes:
        raise SystemExit(
            f"{' '.join(contestant.command)} ended with {code}:\n{output[-2000:].decode(errors='replace')}"
        )
    return float(output) if contestant.inner else seconds, usage.ru_maxrss


def _on_a_terminal(contestant: Contestant) -> tuple[bytes, int, resource.struct_rusage]:
    """The same with a pseudo-terminal for all three streams."""
    master, slave = os.openpty()
    process = subprocess.Popen(contestant.command, stdin=slave, stdout=slave, stderr=slave, env=contestant.env)
    os.close(slave)
    output = b""
    while True:
        try:
            data = os.read(master, 65536)
        except OSError:  # on Linux: the other side is closed
            break
        if not data:
            break
        output += data
    _, status, usage = os.wait4(process.pid, 0)
    os.close(master)
    process.returncode = os.waitstatus_to_exitcode(status)
    return output, status, usage


def forgotten(path: Path) -> Callable[[], None]:
    """A function that drops a file from the system's cache, so that it is next read cold."""

    def forget() -> None:
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    return forget
