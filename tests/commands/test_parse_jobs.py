"""`ctick parse --jobs`: several processes print what one prints; and the progress bar."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import PAGE_10, PAGE_16, Result, Run, page

from ctick.commands import parse, parse_tasks, worker_processes


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Eight files: two good ones, repeats, a file without a ticker, a bad line, a truncated .gz file, a missing one."""
    import gzip

    contents = {
        "a.txt": PAGE_16.encode() * 50,
        "b.txt": PAGE_10.encode(),
        "c.txt": b"nothing\n",
        "d.txt": (page("KGS 0.01150 0%", "15 December 2025") + "KZT/USD = 0.0.1 0%\n").encode(),
        "e.txt.gz": gzip.compress(PAGE_16.encode())[:-9],
        "f.txt": PAGE_16.encode(),
        "g.txt": page("KGS 0.01144 0%; KGS 0.01145 0%", None).encode(),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in contents]


def both(run: Run, monkeypatch: pytest.MonkeyPatch, *argv: str) -> tuple[Result, Result]:
    """The results with one process and with three."""
    one = run("parse", "--jobs", "1", *argv)
    started: list[None] = []
    begin = subprocess.Popen.__init__
    with monkeypatch.context() as patch:
        patch.setattr(parse, "_LARGE", 0)
        patch.setattr(subprocess.Popen, "__init__", lambda *args, **named: started.append(begin(*args, **named)))
        several = run("parse", "--jobs", "3", *argv)
    assert len(started) == min(3, len([word for word in argv if "/" in word]))
    return one, several


def test_several_processes_print_the_same(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Rows in the order of the files, the same messages and exit code."""
    one, several = both(run, monkeypatch, *files)
    assert one.code == 1
    assert several == one
    assert [line.split("\t")[5] for line in one.out.splitlines()] == (
        ["2025-12-16"] * 5 + ["2025-12-10"] * 5 + ["2025-12-15"] + ["2025-12-16"] * 10 + ["", ""]
    )
    named = dict.fromkeys(line.split(": ")[1].partition(":")[0] for line in one.err.splitlines())
    assert list(named) == [files[place] for place in (2, 3, 4, 6)]


def test_options_apply_in_every_process(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Source, date and format."""
    argv = ("--source", "mine", "--date", "2025-12-31", "-o", "jsonl", files[6], files[1])
    one, several = both(run, monkeypatch, *argv)
    assert several == one
    assert '"as_of": "2025-12-31", "source": "mine"' in one.out


@pytest.mark.parametrize("place", [2, 4])
def test_nothing_readable(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str], place: int) -> None:
    """Exit 3 if no file has anything, in one process or several."""
    (empty := Path(files[0])).write_text("nothing")
    one, several = both(run, monkeypatch, files[2], str(empty))
    assert (one.code, one.out) == (3, "")
    assert several == one


def test_an_unreadable_file_is_reported(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """The others are printed."""
    Path(files[1]).chmod(0)
    one, several = both(run, monkeypatch, *files[:3])
    assert several == one


def test_only_large_files_use_other_processes(
    run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str], tmp_path: Path
) -> None:
    """stdin, missing files and small inputs are read in this one."""
    monkeypatch.setattr(parse._Parser, "elsewhere", None)
    assert len(run("parse", *files[:2]).out.splitlines()) == 10
    monkeypatch.setattr(parse, "_LARGE", 0)
    assert len(run("parse", files[0], "-", stdin=PAGE_10).out.splitlines()) == 10
    assert run("parse", files[0], str(tmp_path / "none")).code == 1
    assert len(run("parse", "--jobs", "8", files[0]).out.splitlines()) == 5


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5"])
def test_invalid_jobs(run: Run, files: list[str], jobs: str) -> None:
    """At least one: exit 2."""
    result = run("parse", "--jobs", jobs, files[0])
    assert (result.code, result.out) == (2, "")
    assert jobs != "0" or result.err == "ctick: --jobs 0 is too few: use at least 1\n"


# -- the processes ------------------------------------------------------------------------------

SCRIPT = """
import sys
from ctick.commands import parse
parse._LARGE = 0
from ctick.__main__ import main
if __name__ == "__main__":
    sys.exit(main())
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """`start("parse", ...)`: a process running a script in another folder, like an installed command."""
    script = tmp_path / "bin" / "ctick"
    script.parent.mkdir()
    script.write_text(SCRIPT)
    started: list[subprocess.Popen[str]] = []

    def start(*argv: str, cwd: Path = tmp_path, out: int = subprocess.PIPE, **more: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(script), *argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            env={"HOME": str(tmp_path), **more},
            cwd=cwd,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def long_files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Three files of 20,000 different snapshots: some seconds of work each."""
    folder = tmp_path_factory.mktemp("long")
    for name in range(1, 4):
        rows = (
            page(f"KGS 0.0{name}{number} 0%; KZT 0.00{number}", "16 December 2025", 1, "")
            for number in range(10_000, 30_000)
        )
        (folder / f"{name}.txt").write_text("".join(rows))
    return [str(folder / f"{name}.txt") for name in range(1, 4)]


def workers(parent: int, count: int) -> list[int]:
    """The children of a process, oldest first, as soon as there are `count`."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = [pid for file in Path(f"/proc/{parent}/task").glob("*/children") for pid in file.read_text().split()]
        if len(found) >= count:
            return sorted(map(int, found))
        time.sleep(0.005)
    raise AssertionError("no workers")


def end_soon(pids: list[int]) -> None:
    """Fails if one of the processes still runs after five seconds."""
    until = time.monotonic() + 5
    while left := [pid for pid in pids if Path(f"/proc/{pid}").exists() and "Z (zomb" not in status(pid)]:
        assert time.monotonic() < until, left
        time.sleep(0.01)


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""


@pytest.mark.parametrize("more", [{}, {"PYTHONPATH": ""}, {"PYTHONSAFEPATH": "1"}, {"PYTHONSTARTUP": "os.py"}])
def test_nothing_is_imported_from_the_current_folder(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path, files: list[str], more: dict[str, str]
) -> None:
    """Files there that are named like modules of Python or ctick are not run by any process."""
    folder = tmp_path / "untrusted"
    folder.mkdir()
    for name in (*sys.stdlib_module_names, "ctick", "sitecustomize", "usercustomize", "typer", "rich"):
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'a').write('{name} ')")
    process = start("parse", "--jobs", "2", *files, cwd=folder, **more)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, len(out.splitlines())) == (1, 23)
    assert not (tmp_path / "run").exists()
    assert not (folder / "__pycache__").exists()


@linux
def test_memory_stays_flat(
    start: Callable[..., "subprocess.Popen[str]"], tmp_path: Path, long_files: list[str]
) -> None:
    """Results are passed on as they arrive, and little is read ahead."""
    with (tmp_path / "out").open("w") as out:
        process = start("parse", "--jobs", "3", *long_files, out=out.fileno())
        pids = [process.pid, *workers(process.pid, 3)]
        peaks = dict.fromkeys(pids, 0)
        while process.poll() is None:
            for pid in pids:
                found = re.search(r"VmHWM:\s*(\d+)", status(pid))
                peaks[pid] = max(peaks[pid], int(found[1]) // 1024) if found else peaks[pid]
            time.sleep(0.02)
    assert process.returncode == 0
    assert len((tmp_path / "out").read_text().splitlines()) == 120_000
    assert max(peaks.values()) < 48, peaks


@linux
@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_worker_is_left(
    start: Callable[..., "subprocess.Popen[str]"], long_files: list[str], number: int, early: bool
) -> None:
    """Each way of ending the command ends its workers too, at once and silently."""
    process = start("parse", "--jobs", "2", *long_files)
    pids = workers(process.pid, 1 if early else 2)
    assert process.stdout is not None
    assert early or process.stdout.readline()
    os.killpg(process.pid, number)
    begun = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130 if number == signal.SIGINT else -number, "")
    assert time.monotonic() - begun < 5
    end_soon(pids)


@linux
def test_no_worker_is_left_when_stdout_is_closed(
    start: Callable[..., "subprocess.Popen[str]"], long_files: list[str]
) -> None:
    """`ctick parse ... | head -1` ends at once, although much is left to do."""
    process = start("parse", "--jobs", "2", *long_files)
    pids = workers(process.pid, 2)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    begun = time.monotonic()
    assert process.wait(30) == 0
    assert time.monotonic() - begun < 5
    assert process.stderr is not None
    assert process.stderr.read() == ""
    end_soon(pids)


@linux
@pytest.mark.parametrize("which", [0, 1])
def test_the_file_of_a_killed_worker_is_read_again(
    start: Callable[..., "subprocess.Popen[str]"], run: Run, long_files: list[str], which: int
) -> None:
    """Nothing is missing, nothing printed twice, and nobody need know."""
    process = start("parse", "--jobs", "2", *long_files)
    os.kill(workers(process.pid, 2)[which], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == run("parse", "--jobs", "1", *long_files)


def test_a_file_that_kills_its_worker_each_time(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """It is named after three attempts, and the others are read: exit 1."""
    killer = (
        "import os; from ctick.commands import worker_processes as it; read = it.read_file;"
        "it.read_file = lambda task: os._exit(9) if task.name.endswith('b.txt') else read(task); it.main()"
    )
    monkeypatch.setattr(parse, "_LARGE", 0)
    monkeypatch.setattr(worker_processes, "_PROGRAM", worker_processes._PROGRAM.partition("from")[0] + killer)
    result = run("parse", "--jobs", "2", files[0], files[1], files[5])
    assert result == (
        1,
        run("parse", files[0], files[5]).out,
        f"ctick: {files[1]}: each process that read it died, perhaps for lack of memory: read it alone with"
        f" 'ctick parse --jobs 1 {files[1]}'\n",
    )


def test_a_worker_without_memory(files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named, and its worker goes on."""

    def exhausted(*_: object) -> Iterator[None]:
        raise MemoryError

    monkeypatch.setattr(parse_tasks, "distinct", exhausted)
    result = parse_tasks.read_file(parse_tasks.Task(files[0], "timesca", None, force=False, version=""))
    assert list(result.messages("timesca")) == [f"{files[0]}: out of system resources (Cannot allocate memory)"]
    assert result.exit_code == 1


def test_few_tasks_are_submitted_ahead(files: list[str]) -> None:
    """However many files there are, and however long the first one takes."""
    executor = ThreadPoolExecutor(1)
    submitted: list[str] = []

    def tasks() -> Iterator[parse_tasks.Task]:
        for number in range(50):
            submitted.append(name := f"{files[0]}.{number}")
            yield parse_tasks.Task(name, "timesca", None, force=False, version="")

    with executor:
        engine = parse_tasks.Engine(executor, parse_tasks.read_file, lambda: 4, MemoryError, attempts=1)
        for number, result in enumerate(parse_tasks.run_tasks(tasks(), engine)):
            assert list(result.messages("timesca")) == [f"no such file: {files[0]}.{number}"]
            assert len(submitted) <= number + 5
    assert len(submitted) == 50


def test_no_process_can_be_started(run: Run, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """Then this one reads all files."""
    one = run("parse", *files)

    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(parse, "_LARGE", 0)
    monkeypatch.setattr(subprocess, "Popen", refused)
    assert run("parse", "--jobs", "2", *files) == one


def test_a_bug_in_a_worker(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, files: list[str]) -> None:
    """One line, as for every bug, and the worker's traceback in a file."""
    monkeypatch.setattr(parse, "_LARGE", 0)
    broken = "from ctick.commands import parse_tasks as it; it.distinct = lambda _: 1 // 0;"
    start = "from ctick.commands.worker_processes import main; main()"
    monkeypatch.setattr(
        worker_processes, "_PROGRAM", f"{worker_processes._PROGRAM.partition('from')[0]}{broken}{start}"
    )
    result = run("parse", "--jobs", "2", *files)
    assert (result.code, result.out) == (70, "")
    assert len(result.err.splitlines()) == 1
    (report,) = home.rglob("bug-*.txt")
    assert "ZeroDivisionError" in report.read_text()


# -- the bar ----------------------------------------------------------------------------------

PROGRAM = """
import sys
from ctick.commands import parse
from ctick.output import progress
progress._DELAY = 0
parse._LARGE = 0
from ctick.__main__ import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"""


def beside_a_terminal(folder: Path, *argv: str, program: str = PROGRAM, slow: float = 0) -> tuple[int, str, str]:
    """Exit code, stdout from a pipe, and stderr from a terminal; stdin arrives in parts, `slow` seconds apart."""
    import pty
    import threading

    script = folder / "program.py"
    script.write_text(program)
    master, slave = pty.openpty()
    environment = {"HOME": str(folder), "TERM": "xterm", "COLUMNS": "80", "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, str(script), *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave, env=environment
    )  # fmt: skip
    os.close(slave)
    shown: list[bytes] = []

    def watch() -> None:
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # on Linux: the other side is closed
                return
            if not data:
                return
            shown.append(data)

    def feed() -> None:
        assert process.stdin is not None
        for part in (PAGE_16, PAGE_10, page("KGS 0.01150 0%", "9 December 2025")):
            process.stdin.write(part.encode() * 20)
            process.stdin.flush()
            time.sleep(slow)
        process.stdin.close()

    threads = [threading.Thread(target=job) for job in (watch, feed)]
    for thread in threads:
        thread.start()
    assert process.stdout is not None
    out = process.stdout.read()
    code = process.wait(60)
    for thread in threads:
        thread.join(60)
    process.stdout.close()
    os.close(master)
    return code, out.decode(), b"".join(shown).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("output_format", ["tsv", "jsonl"])
def test_the_bar_leaves_no_trace_on_stdout(tmp_path: Path, output_format: str) -> None:
    """It is drawn on the terminal behind stderr; stdout has all the rows."""
    code, out, shown = beside_a_terminal(tmp_path, "parse", "-o", output_format, "-", slow=0.2)
    assert code == 0
    assert len(out.splitlines()) == 11
    assert "\x1b" not in out
    assert "━" in shown
    assert "KGS" not in shown
    assert shown.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))  # its line is erased and the cursor visible


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_one_bar_for_several_processes(tmp_path: Path, files: list[str]) -> None:
    """Other processes draw none; all rows and messages are there."""
    code, out, shown = beside_a_terminal(tmp_path, "parse", "--jobs", "2", *files)
    assert code == 1
    assert len(out.splitlines()) == 23
    assert "\x1b" not in out
    assert "0.0.1" in shown
    assert shown.count("\x1b[?25l") <= 1  # each bar hides the cursor


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("command", ["parse", "snapshot"])
def test_one_bar_for_the_files_in_a_folder(tmp_path: Path, command: str) -> None:
    """It counts them: a bar for each would never be seen."""
    (tmp_path / "pages").mkdir()
    for name in "abc":
        (tmp_path / "pages" / name).write_text(PAGE_16)
    program = PROGRAM.replace("parse._LARGE = 0\n", "")
    _, _, shown = beside_a_terminal(tmp_path, command, "-r", str(tmp_path / "pages"), program=program)
    assert "3/?" in shown
    assert shown.count("\x1b[?25l") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_bar_for_quick_input(tmp_path: Path) -> None:
    """Nothing is drawn within the first second."""
    delayed = PROGRAM.replace("progress._DELAY = 0", "progress._DELAY = 30")
    assert beside_a_terminal(tmp_path, "parse", "-", program=delayed)[2] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs head")
def test_a_closed_pipe_ends_it_quietly(ctick: Run, tmp_path: Path) -> None:
    """`ctick parse ... | head -1`."""
    file = tmp_path / "page"
    file.write_text("".join(page(f"KGS 0.0{rate} 0%", "16 December 2025", repeats=1) for rate in range(1000, 9000)))
    argv = " ".join([sys.executable, "-m", "ctick", "parse", "--jobs", "2", *[str(file)] * 6])
    done = subprocess.run(
        ["sh", "-c", f"{argv} | head -1"], capture_output=True, text=True, env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]}, check=True
    )  # fmt: skip
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")
