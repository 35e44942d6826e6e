"""Closed and full streams, and signals: no superfluous message, and nothing lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from conftest import Result, Run
from crashes import Commands, everything, sound, stored

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a Unix shell, and signals")

# -- streams --------------------------------------------------------------------------------

STREAMS = (
    *(">&-", ">&- 2>&- <&-", ">/dev/full", ">&7"),
    *(
        pytest.param(name, marks=pytest.mark.long)
        for name in ("2>&-", "<&-", "2>/dev/full", ">/dev/full 2>&1", ">&7 2>&7")
    ),
)
"""Closed, full, or (7) a pipe whose reader has closed it."""


@pytest.mark.parametrize("streams", STREAMS)
def test_closed_and_full_streams(
    run: Run, tmp_path: Path, filled_store: Path, commands: Commands, environment: dict[str, str], streams: str
) -> None:
    """Output that can't be written is an error (unless the reader has closed the pipe); what was saved stays saved."""
    rows = stored(run, filled_store)
    for command in everything(commands, rows, tmp_path / "copy"):
        ctick = [sys.executable, "-m", "ctick", *command.argv, "--db", str(filled_store)]
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = subprocess.run(
                ["bash", "-c", f'exec "$@" {streams.replace("7", str(writing))}', "bash", *ctick],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                pass_fds=[writing],
                timeout=60,
                check=False,
            )
        finally:
            os.close(writing)
        shows = command.argv[0] not in ("snapshot", "import", "backup")
        is_lost = shows and streams.startswith(">") and "7" not in streams
        what = "it is closed" if streams.startswith(">&-") else "No space left on device"
        sentence = f"ctick: the results could not be written ({what}): check where stdout goes\n"
        assert (done.returncode, done.stderr) == ((1, "" if "2>" in streams else sentence) if is_lost else (0, "")), (
            command.argv,
            done,
        )
        if done.returncode == 0 and not (command.is_deletion and "7" in streams):
            rows = command.after(rows)
        assert stored(run, filled_store) == rows
    sound(run, filled_store)


# -- signals --------------------------------------------------------------------------------

_READY = """
import os, sys
from ctick import __main__
from ctick.output import terminal
pipe, prepare = int(sys.argv.pop(1)), terminal.prepare
terminal.prepare = lambda: (os.write(pipe, b"r"), prepare())
sys.exit(__main__.main())
"""


def signalled(number: int, argv: Sequence[str], env: Mapping[str, str], after: float) -> Result:
    """The result of a `ctick` that gets a signal `after` seconds."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", _READY, str(writing), *argv],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[writing],
    ) as process:
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        time.sleep(after)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    return Result(process.returncode, out, err)


def signals(run: Run, filled_store: Path, commands: Commands, environment: dict[str, str], rounds: int) -> None:
    chance = random.Random(1)
    rows = stored(run, filled_store)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        ends = (130, -number) if number == signal.SIGINT else (-number,)
        for _ in range(rounds):
            for command in everything(commands, rows, filled_store.with_name("copy")):
                filled_store.with_name("copy").unlink(missing_ok=True)
                argv = (*command.argv, "--db", str(filled_store))
                result = signalled(
                    number, argv, environment, chance.choice([0, 0.001, 0.01, 0.1, 0.2]) * chance.random()
                )
                assert result.code in (0, *ends), (number, command.argv, result)
                assert result.err == "", (number, command.argv, result)
                sound(run, filled_store)
                found = stored(run, filled_store)
                assert found in ([command.after(rows)] if result.code == 0 else [rows, command.after(rows)])
                rows = found


def test_signals(run: Run, filled_store: Path, commands: Commands, environment: dict[str, str]) -> None:
    """SIGINT (130, or the signal if Python was already exiting), SIGTERM and SIGHUP: no message."""
    signals(run, filled_store, commands, environment, 1)


@pytest.mark.long
def test_many_signals(run: Run, filled_store: Path, commands: Commands, environment: dict[str, str]) -> None:
    """The same for 20 rounds."""
    signals(run, filled_store, commands, environment, 20)
