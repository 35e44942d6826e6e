"""`ctick parse --cluster`: a real Dask scheduler and its workers print what one process prints."""

import functools
import gc
import http.server
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PAGE_16, Result, Run, page

import ctick
from ctick.commands import dask_cluster, parse_tasks

pytest.importorskip("distributed")
pytest.importorskip("fsspec")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ends processes by signals")


class Cluster:
    """A scheduler on loopback and its workers, each a process with one thread."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        # The scheduler asks a killed worker for its results for so long.
        self.environment = {"HOME": str(folder), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s", **environment}
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "Scheduler at", "--host", "127.0.0.1", "--port", str(self.port))

    def add_worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        options = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--local-directory", str(self.folder))
        return self._start("worker", "Registered to", self.address, *options, **environment)

    def _start(self, what: str, ready: str, *options: str, **environment: str) -> "subprocess.Popen[bytes]":
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.dask_{what}", *options, "--no-dashboard"],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=self.environment | environment,
                cwd=self.folder,
            )
        self.processes.append(process)
        until = time.monotonic() + 30
        while ready not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        return process

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers for tests that leave them alone."""
    cluster = Cluster(tmp_path_factory.mktemp("lasting"))
    try:
        cluster.add_worker()
        cluster.add_worker()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        yield cluster
    finally:
        cluster.end()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """400 files with three days each, one of them in the next file too; some have bad lines, or nothing to read."""
    folder = tmp_path_factory.mktemp("files")
    names = []
    for number in range(400):
        days = [f"{1 + (number + day) % 28} December 2025" for day in range(3)]
        text = "".join(page(f"KGS 0.0{1000 + number + day} 0%", days[day], prose="words\n" * 9000) for day in range(3))
        name = folder / f"{number:03}.txt"
        name.write_text({7: "nothing", 11: text + "KZT/USD = 0.0.1 0%\n"}.get(number % 50, text))
        names.append(str(name))
    (folder / "033.txt").unlink()
    return names


class Command:
    """`ctick parse` in a new process, with stdout and stderr in files."""

    def __init__(self, home: Path, *argv: str) -> None:
        self.files = home / "out", home / "err"
        out, err = (file.open("w") for file in self.files)
        with out, err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ctick", "parse", *argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={"HOME": str(home)},
                cwd=home,
            )

    def shows(self, lines: int, stream: int = 0) -> None:
        """Returns as soon as stdout, or stderr, has so many lines."""
        until = time.monotonic() + 30
        while self.files[stream].read_text().count("\n") < lines:
            assert time.monotonic() < until
            time.sleep(0.02)

    def result(self) -> Result:
        code = self.process.wait(60)
        return Result(code, *(file.read_text() for file in self.files))


Start = Callable[..., Command]


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """`start("--cluster", ...)`: a command that is ended with its test."""
    started: list[Command] = []

    def start(*argv: str) -> Command:
        started.append(Command(home, *argv))
        return started[-1]

    yield start
    for command in started:
        command.process.kill()
        command.process.wait()


def test_a_killed_worker_changes_nothing(cluster: Cluster, start: Start, files: list[str], ctick: Run) -> None:
    """Rows, messages and exit code are those of one process, to the letter."""
    doomed = cluster.add_worker()
    cluster.add_worker()
    several = start("--cluster", cluster.address, *files)
    several.shows(300)
    doomed.send_signal(signal.SIGKILL)
    assert several.process.poll() is None
    one = ctick("parse", "--jobs", "1", *files)
    assert several.result() == one
    assert one.code == 1
    assert f"ctick: no such file: {files[33]}\n" in one.err
    assert len(one.out.splitlines()) == 3 * (400 - 9)


def test_options_apply_on_workers(lasting: Cluster, run: Run, tmp_path: Path) -> None:
    """Date, source, format; a relative name is that of the same file for the workers."""
    (tmp_path / "undated.txt").write_text(page("KGS 0.01144 0%", None))
    argv = ("--date", "2025-12-31", "--source", "mine", "-o", "jsonl", str(tmp_path / "undated.txt"))
    several = run("parse", "--cluster", lasting.address, *argv[:-1], os.path.relpath(tmp_path / "undated.txt"))
    assert several == run("parse", *argv)
    assert '"as_of": "2025-12-31", "source": "mine"' in several.out


def test_addresses_are_opened_with_fsspec(lasting: Cluster, run: Run, tmp_path: Path) -> None:
    """Those of web servers too; each that can't be opened is named."""
    (tmp_path / "page.txt").write_text(PAGE_16)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.func.log_message = lambda *_: None  # type: ignore[attr-defined]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        web = f"http://127.0.0.1:{server.server_port}"
        names = (
            f"{web}/page.txt",
            f"{web}/none?key=secret",
            f"file://{tmp_path}/page.txt",
            "memory://none",
            "s4://none",
        )
        result = run("parse", "--cluster", lasting.address, *names)
        server.shutdown()
    assert (result.code, result.out) == (1, run("parse", "-", stdin=PAGE_16).out * 2)
    assert result.err == (
        f"ctick: no such file: {web}/none?...\n"
        "ctick: no such file: memory://none\n"
        "ctick: s4://none can't be read (Protocol not known: s4)\n"
    )


def test_nothing_readable(lasting: Cluster, run: Run) -> None:
    """The exit code is that of one process."""
    assert run("parse", "--cluster", lasting.address, "/none", "-q") == (3, "", "ctick: no such file: /none\n")


def test_ctrl_c(lasting: Cluster, start: Start, files: list[str]) -> None:
    """It cancels what has been submitted and ends at once, without a word; the cluster goes on."""
    command = start("--cluster", lasting.address, *files[:6] * 60)
    command.shows(1)
    begun = time.monotonic()
    command.process.send_signal(signal.SIGINT)
    code, _, err = command.result()
    assert (code, err) == (130, "")
    assert time.monotonic() - begun < 5
    assert start("--cluster", lasting.address, files[0]).result().code == 0


def test_a_closed_stdout(lasting: Cluster, home: Path, files: list[str]) -> None:
    """`ctick parse --cluster ... | head -1`."""
    argv = " ".join([sys.executable, "-m", "ctick", "parse", "--cluster", lasting.address, *files[:6] * 60])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {argv} | head -1"],
        capture_output=True,
        text=True,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        timeout=30,
        check=True,
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_memory_does_not_grow_with_the_files(lasting: Cluster, start: Start, tmp_path: Path) -> None:
    """Results are let go as they are printed."""
    (tmp_path / "pages.txt").write_text("".join(page("KGS 0.01144 0%", f"{day} December 2025") for day in range(1, 31)))
    peaks = []
    for count in (100, 1000):
        command = start("--cluster", lasting.address, *[str(tmp_path / "pages.txt")] * count)
        peak = 0
        while command.process.poll() is None:
            found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{command.process.pid}/status").read_text())
            peak = int(found[1]) // 1024 if found else peak
            time.sleep(0.02)
        assert len(command.result().out.splitlines()) == 30 * count
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 4, peaks


def test_a_scheduler_that_ends(cluster: Cluster, start: Start, files: list[str]) -> None:
    """One line, and exit 1 since some rows have been printed."""
    cluster.add_worker()
    command = start("--cluster", cluster.address, *files[:6] * 60)
    command.shows(1)
    cluster.scheduler.kill()
    code, _, err = command.result()
    assert (code, err) == (
        1,
        f"ctick: {cluster.address} no longer answers: check that its scheduler runs, then try again\n",
    )


def test_no_scheduler(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 5 with one line, within seconds."""
    monkeypatch.setattr(dask_cluster, "_TIMEOUT", 1)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        result = run("parse", "--cluster", address, "x")
    assert result == (
        5,
        "",
        f"ctick: no Dask scheduler answers at {address} (Timed out trying to connect to {address} after 1 s):"
        " check the address, and that 'dask scheduler' runs there\n",
    )


def test_another_server(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that accepts and says nothing is no scheduler."""
    monkeypatch.setattr(dask_cluster, "_TIMEOUT", 1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        code, out, err = run("parse", "--cluster", f"tcp://127.0.0.1:{other.getsockname()[1]}", "x")
    assert (code, out) == (5, "")
    assert err.startswith("ctick: no Dask scheduler answers at tcp://127.0.0.1:")
    assert err.count("\n") == 1


def other_ctick(folder: Path, module: str, old: str, new: str) -> str:
    """A folder with a copy of ctick that differs in one place."""
    shutil.copytree(Path(ctick.__file__).parent, folder / "ctick", ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "ctick" / module).read_text()
    assert old in text
    (folder / "ctick" / module).write_text(text.replace(old, new))
    return str(folder)


def test_a_file_that_kills_its_workers(tmp_path: Path, start: Start, files: list[str]) -> None:
    """When the scheduler gives it up it is named: exit 1."""
    path = other_ctick(
        tmp_path,
        "commands/parse_tasks.py",
        "    reader = InputReader",
        "    import os; os._exit(9)\n    reader = InputReader",
    )
    cluster = Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        cluster.add_worker(PYTHONPATH=path)
        result = start("--cluster", cluster.address, files[0]).result()
    finally:
        cluster.end()
    assert result == (
        1,
        "",
        f"ctick: {files[0]}: each process that read it died, perhaps for lack of memory: read it alone with"
        f" 'ctick parse --jobs 1 {files[0]}'\n",
    )


def test_a_bug_on_a_worker(cluster: Cluster, start: Start, files: list[str], home: Path) -> None:
    """One line, as for every bug, and the worker's traceback in a file."""
    path = other_ctick(cluster.folder, "commands/parse_tasks.py", "in distinct(reader", "in 1 // 0 or distinct(reader")
    cluster.add_worker(PYTHONPATH=path)
    code, out, err = start("--cluster", cluster.address, files[0]).result()
    assert (code, out, err.count("\n")) == (70, "", 1)
    (report,) = home.rglob("bug-*.txt")
    assert "ZeroDivisionError" in report.read_text()


def test_another_version(cluster: Cluster, start: Start, files: list[str]) -> None:
    """One line names both."""
    path = other_ctick(cluster.folder, "__init__.py", f'"{ctick.__version__}"', '"0.0.1"')
    cluster.add_worker(PYTHONPATH=path)
    assert start("--cluster", cluster.address, files[0]).result() == (
        5,
        "",
        f"ctick: a worker on {socket.gethostname()} has ctick 0.0.1, this is ctick {ctick.__version__}:"
        " install the same version on both\n",
    )


def test_a_worker_without_ctick(cluster: Cluster, start: Start, files: list[str]) -> None:
    """One line says what to install."""
    (cluster.folder / "ctick").mkdir()
    (cluster.folder / "ctick" / "__init__.py").touch()
    cluster.add_worker(PYTHONPATH=str(cluster.folder))
    assert start("--cluster", cluster.address, files[0]).result() == (
        5,
        "",
        f"ctick: {cluster.address} can't run ctick {ctick.__version__} (No module named 'ctick.commands'): install"
        f" the same version for its scheduler and workers with pip install 'ctick[cluster]=={ctick.__version__}'\n",
    )


def test_waiting_for_workers(cluster: Cluster, start: Start, files: list[str]) -> None:
    """It is said, and goes on as soon as there is one."""
    command = start("--cluster", cluster.address, files[0])
    command.shows(1, stream=1)
    cluster.add_worker()
    code, out, err = command.result()
    assert (code, len(out.splitlines())) == (0, 3)
    address = cluster.address
    assert err == f"ctick: {address} has no workers yet: ctick waits for one ('dask worker {address}' starts it)\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (("--jobs", "2"), "--jobs and --cluster exclude each other: leave out --jobs"),
        (("-",), "--cluster can't read stdin: name files or addresses that its workers can open"),
    ],
)
def test_wrong_usage(run: Run, argv: tuple[str, ...], message: str) -> None:
    """Exit 2, before any connection."""
    assert run("parse", "--cluster", "tcp://127.0.0.1:1", "file", *argv) == (2, "", f"ctick: {message}\n")


def test_an_invalid_address(run: Run) -> None:
    """Exit 2."""
    assert run("parse", "--cluster", "scheduler:8786", "file") == (
        2,
        "",
        "ctick: --cluster scheduler:8786 is not an address: write it as in tcp://scheduler:8786\n",
    )


def test_without_distributed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that installs it; exit 3."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    message = "ctick: --cluster needs one more package: pip install 'ctick[cluster]'\n"
    assert run("parse", "--cluster", "tcp://127.0.0.1:1", "file") == (3, "", message)


def test_a_worker_is_left_as_it_was(files: list[str]) -> None:
    """Garbage is collected less often only while a file is read."""
    task = parse_tasks.Task(files[0], "timesca", None, force=False, version=ctick.__version__)
    before = gc.get_threshold()
    gc.set_threshold(500)
    try:
        dask_cluster.read_on_worker(task)
        assert gc.get_threshold()[0] == 500
    finally:
        gc.set_threshold(*before)


def test_a_task_of_another_version(files: list[str]) -> None:
    """A worker refuses it."""
    task = parse_tasks.Task(files[0], "timesca", None, force=False, version="0.0.1")
    with pytest.raises(ctick.CtickError, match=f"has ctick {ctick.__version__}, this is ctick 0.0.1"):
        dask_cluster.read_on_worker(task)
