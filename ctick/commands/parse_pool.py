"""The worker processes of `ctick parse --jobs`: read several files at a time, in the order of one process.

A worker is a new interpreter that finds only the standard library and ctick: neither environment
variables nor the current folder affect what it imports.
"""

import json
import os
import selectors
import shlex
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress

import ctick
from ctick.commands.parse_worker import END, Finished, Message, Task, decode, read_file
from ctick.errors import PARTLY

_READ_AHEAD = 4 << 20
"""Bytes of messages of later files to hold; beyond that, only the current file is read."""

_CHUNK = 1 << 16  # as much as a pipe holds
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from ctick.commands.parse_worker import main; main()"


def parse_files(tasks: Sequence[Task], jobs: int) -> Iterator[Message]:
    """The messages of all files, in the order in which one process would have sent them.

    If a worker dies while it reads a file, a message names the file.
    """
    pool = _Pool(tasks, jobs)
    try:
        yield from pool.messages()
    finally:
        pool.close()


class _File:
    """A file that a worker reads, and the bytes received so far."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.received = bytearray()
        self.is_finished = False
        self.failure: str | None = None

    def messages(self) -> Iterator[Message]:
        """The messages in the complete lines received, which are then dropped."""
        end = self.received.rfind(b"\n") + 1
        complete = bytes(self.received[:end])
        del self.received[:end]
        for line in complete.splitlines():
            yield decode(line, self.task.source)


class _Worker:
    """A worker process and the file that it reads."""

    def __init__(self) -> None:
        folder = os.path.dirname(os.path.abspath(ctick.__path__[0]))
        utf8 = f"utf8={sys.flags.utf8_mode}"  # file names are the same text in both processes
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, with a fixed program
            [sys.executable, "-I", "-S", "-B", "-X", utf8, "-c", _PROGRAM, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,  # Ctrl-C goes to the main process only, which kills its workers
        )
        self.file: _File

    def read(self, file: _File) -> None:
        assert self.process.stdin is not None
        self.file = file
        with suppress(BrokenPipeError):  # it has died, which is noticed when its messages are received
            self.process.stdin.write(json.dumps(file.task).encode() + b"\n")

    def fileno(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def kill(self) -> str:
        """Kills it if it still runs; how it ended."""
        with self.process:
            self.process.kill()
        code = self.process.returncode
        return f"was killed by signal {-code}" if code < 0 else f"ended early (exit code {code})"


class _Pool:
    """The workers, the files that they read, and those that are still to be read."""

    def __init__(self, tasks: Sequence[Task], jobs: int) -> None:
        self._waiting = deque(tasks)
        self._started: deque[_File] = deque()  # in the order of the tasks
        self._selector = selectors.DefaultSelector()
        self._held = 0  # bytes received of all files but the current one
        for _ in range(jobs):
            self._start_worker()

    def messages(self) -> Iterator[Message]:
        while self._waiting or self._started:
            if not self._started:
                self._start_worker()
            if self._started:
                yield from self._messages_of(self._started.popleft())
            else:  # no process can be started, so this one reads the file
                messages: list[Message] = []
                read_file(self._waiting.popleft(), messages.append)
                yield from messages

    def _messages_of(self, file: _File) -> Iterator[Message]:
        self._held -= len(file.received)
        yield from file.messages()
        while not file.is_finished:
            self._receive(file)
            yield from file.messages()
        if file.failure:
            name = file.task.name
            yield (
                f"{name}: the process reading it {file.failure}, so some of its rates may be missing:"
                f" read it again with 'ctick parse {shlex.quote(name)}'"
            )
            yield Finished(PARTLY, 0)

    def _receive(self, current: _File) -> None:
        """Waits for messages of any file, or only of the current one if enough is held of the others."""
        if self._held < _READ_AHEAD:
            ready = [key.data for key, _ in self._selector.select()]
        else:
            ready = [key.data for key in self._selector.get_map().values() if key.data.file is current]
        for worker in ready:
            file = worker.file
            data = os.read(worker.fileno(), _CHUNK)
            file.received += data
            if file is not current:
                self._held += len(data)
            if not data:
                file.failure = self._stop(worker)
                file.is_finished = True
                self._start_worker()
            elif data.endswith(END):
                file.is_finished = True
                self._assign(worker)

    def _start_worker(self) -> None:
        """Starts one more worker, if a file is waiting and the system allows it."""
        if not self._waiting:
            return
        try:
            worker = _Worker()
        except OSError:
            return
        self._selector.register(worker, selectors.EVENT_READ, worker)
        self._assign(worker)

    def _assign(self, worker: _Worker) -> None:
        """Gives an idle worker the next file; without one it is stopped."""
        if not self._waiting:
            self._stop(worker)
            return
        file = _File(self._waiting.popleft())
        self._started.append(file)
        worker.read(file)

    def _stop(self, worker: _Worker) -> str:
        self._selector.unregister(worker)
        return worker.kill()

    def close(self) -> None:
        """Kills all workers."""
        for key in list(self._selector.get_map().values()):
            key.data.kill()
        self._selector.close()
