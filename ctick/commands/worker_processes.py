"""The worker processes of `ctick parse --jobs`.

Those of `ProcessPoolExecutor` won't do: they import from the current folder, outlive a process that is killed, and if
one dies all are stopped. Here a worker is a new interpreter that finds only the standard library and the folders where
packages are installed, and ends as soon as its stdin is closed.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue

import ctick
from ctick.commands.parse_tasks import Engine, Result, Task, read_file
from ctick.errors import PARTLY

_PROGRAM = "import sys; sys.path += sys.argv[1:]; from ctick.commands.worker_processes import main; main()"


class WorkerDiedError(Exception):
    """A worker ended before it had read its file."""


@contextmanager
def worker_processes(jobs: int) -> Iterator[Engine]:
    """An engine that reads `jobs` files at a time; at the end its processes are killed."""
    workers = _Workers()
    executor = ThreadPoolExecutor(jobs)  # one thread for each process, which waits for it
    try:
        yield Engine(executor, workers.read, lambda: 8 * jobs, WorkerDiedError, attempts=3)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        workers.kill()
        executor.shutdown()
        workers.close()


class _Workers:
    """A process for each thread that calls `read`."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._lock = threading.Lock()
        self._started: list[subprocess.Popen[bytes]] = []
        self._killed = False

    def read(self, task: Task) -> Result:
        """Reads a file in the process of this thread; in this process if no other can be started."""
        try:
            process = getattr(self._own, "process", None) or self._start()
        except OSError:
            return read_file(task)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(task, process.stdin)
            with open(process.stdout.fileno(), "rb", closefd=False) as buffered:
                result: Result | RuntimeError = pickle.load(buffered)  # noqa: S301 - written by `main`
        except (OSError, EOFError, pickle.UnpicklingError):  # it has died, and may have sent a part
            self._own.process = None
            raise WorkerDiedError from None
        if isinstance(result, RuntimeError):
            raise result
        return result

    def _start(self) -> "subprocess.Popen[bytes]":
        folder = os.path.dirname(os.path.abspath(ctick.__path__[0]))
        packages = [path for path in sys.path if os.path.basename(path) in ("site-packages", "dist-packages")]
        utf8 = f"utf8={sys.flags.utf8_mode}"  # file names are the same text in both processes
        with self._lock:
            if self._killed:
                raise WorkerDiedError
            process = subprocess.Popen(  # noqa: S603 - this interpreter, with a fixed program
                [sys.executable, "-I", "-S", "-B", "-X", utf8, "-c", _PROGRAM, folder, *packages],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                process_group=0,  # Ctrl-C goes to the main process only, which kills its workers
            )
            self._started.append(process)
        self._own.process = process
        return process

    def kill(self) -> None:
        """Kills all of them, and starts no more."""
        with self._lock:
            self._killed = True
        for process in self._started:
            process.kill()

    def close(self) -> None:
        """Closes their pipes, when no thread uses them any more."""
        for process in self._started:
            with process:
                pass


def main() -> None:
    """What a worker does: reads files, the tasks from stdin and the results to stdout, until stdin is closed."""
    tasks: SimpleQueue[Task] = SimpleQueue()

    def listen() -> None:
        with suppress(EOFError):
            while True:
                tasks.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - written by `_Workers.read`
        os._exit(0)  # without finishing the current file

    threading.Thread(target=listen, daemon=True).start()
    try:
        while True:
            task = tasks.get()
            try:
                result: Result | RuntimeError = read_file(task)
            except RuntimeError as bug:
                result = bug
            pickle.dump(result, sys.stdout.buffer)
            sys.stdout.buffer.flush()
    finally:  # the other end may be closed, so nothing can be reported
        os._exit(PARTLY)
