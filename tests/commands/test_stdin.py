"""stdin of any kind: a pause is not its end, and what can't be read is reported."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Result, Run

from ctick.commands.streams import lines

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs descriptors of Unix")

EXPORT = (
    '{"ctick": "export", "version": 1}\n{"source": "timesca", "as_of": "2025-12-16",'
    ' "seen_at": "2025-12-16T05:00:00.000000Z", "quotes": [{"base": "KGS", "rate": "0.01144", "change": "0"}]}\n'
)
COMMANDS = {
    ("parse", "-"): PAGE_16 + PAGE_10,
    ("parse",): PAGE_16 + PAGE_10,
    ("scan", "-"): PAGE_16 + "Bread costs 50 KGS.\n\nTea costs 20 KGS ($0.23).\n",
    ("scan", "--annotate"): PAGE_16 + "Bread costs 50 KGS.\n\nTea costs 20 KGS ($0.23).\n",
    ("snapshot", "-"): PAGE_16 + PAGE_10,
    ("import", "-"): EXPORT + EXPORT.partition("\n")[2].replace("12-16", "12-17"),
    ("convert", "-"): "50000 KGS\n100 USD KZT\n7 TJS\n",
    ("convert", "-q", "-o", "json"): "50000 KGS\n100 USD KZT\n7 TJS\n",
}
"""Each command that reads stdin, and what it reads."""


def pipe() -> tuple[int, int]:
    return os.pipe()


def pair() -> tuple[int, int]:
    reading, writing = socket.socketpair()
    return reading.detach(), writing.detach()


def piecewise(argv: tuple[str, ...], home: Path, ends: tuple[int, int], pieces: list[bytes]) -> tuple[Result, bool]:
    """The result of a command with pauses in a non-blocking stdin; and whether that is blocking afterwards."""
    reading, writing = ends
    os.set_blocking(reading, False)
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", *argv],
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"HOME": str(home)},
        text=True,
    ) as process:
        for piece in pieces:
            time.sleep(0.4)
            os.write(writing, piece)
        os.close(writing)
        out, err = process.communicate(timeout=60)
    is_blocking = os.get_blocking(reading)
    os.close(reading)
    return Result(process.returncode, out, err), is_blocking


@pytest.mark.parametrize("ends", [pipe, pair])
@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_a_pause_is_not_the_end(
    run: Run, tmp_path: Path, argv: tuple[str, ...], ends: Callable[[], tuple[int, int]]
) -> None:
    """A non-blocking pipe or socket whose writer pauses, even within a line, is read to its end."""
    data = COMMANDS[argv].encode()
    third = len(data) // 3
    found, is_blocking = piecewise(argv, tmp_path, ends(), [data[:third], data[third : 2 * third], data[2 * third :]])
    assert not is_blocking  # other processes share it
    expected = run(*argv, stdin=data)
    assert expected.code == 0
    if argv[0] != "convert":  # which counts ages up to the real date, as `snapshot` does below its summary
        assert (found.out, found.err.splitlines()[:1]) == (expected.out, expected.err.splitlines()[:1])
    assert (found.code, found.out.count("\n")) == (0, expected.out.count("\n"))


def test_each_line_is_answered_at_once(tmp_path: Path) -> None:
    """`convert` answers a line before the next one arrives."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "convert", "-q", "-", "--rate", "0.01"],
        stdin=reading,
        stdout=subprocess.PIPE,
        env={"HOME": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        for amount in (100, 200):
            os.write(writing, b"%d KGS\n" % amount)
            assert process.stdout.readline() == b"%d.00 USD\n" % (amount // 100)
        os.close(writing)
        assert process.wait(30) == 0
    os.close(reading)


def test_a_nonblocking_terminal(tmp_path: Path) -> None:
    """Typed lines, with Ctrl-D at the end."""
    import pty

    master, slave = pty.openpty()
    os.set_blocking(slave, False)
    with subprocess.Popen(
        [sys.executable, "-m", "ctick", "convert", "-q", "-", "--rate", "0.01"],
        stdin=slave,
        stdout=subprocess.PIPE,
        env={"HOME": str(tmp_path)},
    ) as process:
        assert process.stdout is not None
        for typed in (b"10", b"0 KGS\n"):
            time.sleep(0.3)
            os.write(master, typed)
        assert process.stdout.readline() == b"1.00 USD\n"
        os.write(master, b"\x04")
        assert process.wait(30) == 0
    os.close(slave)
    os.close(master)


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("stdin", ["</dev/null", "<&-", "0>/dev/null"])
def test_empty_closed_and_write_only_stdin(tmp_path: Path, argv: tuple[str, ...], stdin: str) -> None:
    """A message that names stdin, not a bug."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {stdin}', "sh", sys.executable, "-m", "ctick", *argv],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if stdin == "</dev/null" and argv[0] == "convert":
        assert (done.returncode, done.stderr) == (0, "")
    elif stdin == "</dev/null" and argv[0] == "scan":
        assert (done.returncode, done.stderr) == (0, "no amounts of KGS, KZT, TJS, UZS or TMT found\n")
    else:
        assert done.returncode in (2, 3)
        assert len(done.stderr.splitlines()) == 1
        assert "stdin" in done.stderr or argv in (("parse",), ("scan", "--annotate"), ("convert", "-q", "-o", "json"))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_lines_are_the_same_in_any_chunks(size: int) -> None:
    """Of an overlong line only the first part is kept; the next line is whole."""
    data = b"ab\n\nabcde\n123456789012345\nxyz\n" + b"q" * 50 + b"\nend"

    def parts() -> Iterator[bytes]:
        yield from (data[place : place + size] for place in range(0, len(data), size))

    found = list(lines(parts(), 6))
    assert [line for line in found if len(line) <= 6] == [b"ab\n", b"\n", b"abcde\n", b"xyz\n", b"end"]
    assert [line[:1] for line in found if len(line) > 6] == [b"1", b"q"]
    assert b"".join(lines(parts(), 100)) == data


ANSWER = "0.01000 USD\n"
WARNING = (
    "ctick: no amount given, but stdin has data: 'ctick convert -' reads lines such as 50000 KGS from it;"
    " for one unit, write 1 KGS\n"
)


def without_amount(home: Path, script: str) -> tuple[int, str, str]:
    """What a shell script gives; `ctick` answers at 0.01 USD for 1 KGS."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'ctick() {{ "{sys.executable}" -m ctick "$@" --rate 0.01 -q; }}; {script}'],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("line", ["convert KGS USD", "convert KGS/USD", "kgs usd", "KGS/USD"])
def test_an_amount_that_waits_in_a_pipe_is_not_ignored(tmp_path: Path, line: str) -> None:
    """`echo 50000 | ctick convert KGS USD` does not answer for 1."""
    assert without_amount(tmp_path, f"echo 50000 | (sleep 0.2; ctick {line})") == (2, "", WARNING)


@pytest.mark.parametrize(
    "script",
    [
        *(
            "ctick convert KGS USD",
            "ctick convert KGS USD </dev/null",
            "ctick convert KGS USD <&-",
            ": | ctick KGS/USD",
        ),
        *(
            ": >empty; ctick convert KGS USD <empty",
            "mkfifo pipe; (sleep 60 >pipe & echo $! >id); ctick convert KGS USD <pipe; kill $(cat id)",
        ),
        "printf '1\\n2\\n' | ctick convert 1 KGS USD",
    ],
)
def test_without_data_a_missing_amount_is_1(tmp_path: Path, script: str) -> None:
    """Nothing is waited for: not for cron's empty stdin, nor for an open pipe that nobody writes to."""
    assert without_amount(tmp_path, f"cd {tmp_path}; {script}") == (0, ANSWER, "")


def test_data_in_a_file_or_a_socket_counts(tmp_path: Path) -> None:
    """As in `ctick convert KGS USD < amounts.txt`."""
    assert without_amount(tmp_path, f"cd {tmp_path}; echo 5 >full; ctick convert KGS USD <full") == (2, "", WARNING)
    reading, writing = pair()
    os.write(writing, b"50000 KGS\n")
    done = subprocess.run(
        [sys.executable, "-m", "ctick", "convert", "KGS", "-q"],
        env={"HOME": str(tmp_path)},
        stdin=reading,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", WARNING)
    assert os.read(reading, 100) == b"50000 KGS\n"
    os.close(reading)
    os.close(writing)


def test_a_loop_keeps_its_lines(tmp_path: Path) -> None:
    """`ctick convert 5 KGS` within `while read` reads nothing of the loop's input."""
    script = "printf '100\\n200\\n300\\n' | while read amount; do ctick convert $amount KGS; done"
    assert without_amount(tmp_path, script) == (0, "1.00 USD\n2.00 USD\n3.00 USD\n", "")


def test_a_terminal_with_typed_ahead_input_is_no_pipe(tmp_path: Path) -> None:
    """What was typed there is meant for the shell."""
    import pty

    master, slave = pty.openpty()
    os.write(master, b"ls\n")
    time.sleep(0.2)
    done = subprocess.run(
        [sys.executable, "-m", "ctick", "convert", "KGS", "USD", "--rate", "0.01", "-q"],
        env={"HOME": str(tmp_path)},
        stdin=slave,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, ANSWER, "")
    os.close(slave)
    os.close(master)
