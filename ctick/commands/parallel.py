"""Files read in several processes: what each gives, in the order of the files.

A worker is an interpreter of its own that finds the standard library and ctick, and nothing else:
no variable and no current folder has a say in what it imports. Its tasks come through its stdin and
its messages go out through its stdout, both as lines of JSON; an empty line ends a file. When its
stdin ends, it ends: however this process comes to its end, its workers do too.
"""

import datetime as dt
import json
import os
import selectors
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, NamedTuple

import ctick
from ctick.commands.options import Options
from ctick.commands.reading import Reading, different
from ctick.errors import PARTLY, exhausted_resource
from ctick.model import Snapshot, quotes_from_text

_AHEAD = 4 << 20
"""Bytes of messages of later files that are held, and then no more is taken."""

_END = b"\n\n"
_CHUNK = 1 << 16  # as much as a pipe holds
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from ctick.commands.parallel import work; work()"


class Task(NamedTuple):
    """A file, and how it is to be read: nothing that JSON can't carry."""

    name: str
    source: str
    date: str | None
    force: bool


class Ended(NamedTuple):
    """The last message of a file: its worst exit code, 0 if all went well, and how many lines of other pairs it had."""

    code: int
    skipped: int


Message = Snapshot | str | Ended
"""What a file gives: a different snapshot, a sentence for stderr, and at last how it ended."""


def read_one(task: Task, send: Callable[[Message], None]) -> None:
    """Reads one file, and sends each message as soon as it is known."""
    reading = Reading(Options(task.date, task.source), force=task.force, say=send)
    for snapshot in different(reading.snapshots_of(task.name)):
        send(snapshot)
    send(Ended(max(reading.troubles, default=0), reading.skipped))


def messages(tasks: Sequence[Task], jobs: int) -> Iterator[Message]:
    """The messages of all files, in the order in which one process would have sent them.

    A file whose worker ends before it has read it all is named.
    """
    pool = _Pool(tasks, jobs)
    try:
        for place in range(len(tasks)):
            yield from pool.messages(place)
    finally:
        pool.close()


# -- a worker -----------------------------------------------------------------------------------


def work() -> None:
    """What a worker does from its start to its end."""
    import threading
    import traceback
    from queue import SimpleQueue

    lines: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            lines.put(line)
        os._exit(0)  # at once, whatever is being read

    threading.Thread(target=listen, daemon=True).start()
    out = sys.stdout.buffer
    try:
        while True:
            task = Task(*json.loads(lines.get()))
            try:
                read_one(task, lambda message: _write(out, message))
            except Exception as error:
                if exhausted_resource(error) or isinstance(error, BrokenPipeError):
                    raise
                _write(out, {"bug": "".join(traceback.format_exception(error))})
            out.write(b"\n")
            out.flush()
    finally:  # nobody is left to be told why
        os._exit(PARTLY)


def _write(out: BinaryIO, message: Message | dict[str, str]) -> None:
    row: object = message
    if isinstance(message, Snapshot):
        row = [message.as_of and message.as_of.isoformat(), message.to_text()]
    elif isinstance(message, Ended):
        row = message._asdict()
    out.write(json.dumps(row).encode() + b"\n")


def _read(line: bytes, source: str) -> Message:
    row = json.loads(line)
    if isinstance(row, str):
        return row
    if isinstance(row, list):
        day, quotes = row
        return Snapshot(source, day and dt.date.fromisoformat(day), quotes_from_text(quotes))
    if "bug" in row:
        raise RuntimeError(row["bug"])
    return Ended(**row)


# -- the process that has them ------------------------------------------------------------------


class _Worker:
    """A worker, and the place of the file that it reads."""

    def __init__(self) -> None:
        folder = os.path.dirname(os.path.abspath(ctick.__path__[0]))
        utf8 = f"utf8={sys.flags.utf8_mode}"  # names of files are the same text in both
        self.process = subprocess.Popen(  # noqa: S603 - it is this interpreter, and nothing from outside
            [sys.executable, "-I", "-S", "-B", "-X", utf8, "-c", _PROGRAM, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            process_group=0,  # Ctrl-C is for this process, which ends its workers
        )
        self.place = -1

    def give(self, place: int, task: Task) -> None:
        assert self.process.stdin is not None
        self.place = place
        with suppress(BrokenPipeError):  # that it has ended is seen where its messages are read
            self.process.stdin.write(json.dumps(task).encode() + b"\n")

    def fileno(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def end(self) -> str:
        """Ends it, and says how it ended: this call may have come too late for that."""
        self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()
        return f"was killed by signal {-code}" if code < 0 else f"ended early (exit code {code})"


class _Pool:
    """Workers, and what they have sent of files whose turn has not come yet."""

    def __init__(self, tasks: Sequence[Task], jobs: int) -> None:
        self._tasks = tasks
        self._given = 0
        self._selector = selectors.DefaultSelector()
        self._busy: dict[int, _Worker] = {}  # by the place of the file
        self._came: dict[int, bytearray] = {}  # of each file that was begun
        self._lost: dict[int, str] = {}  # what became of its worker
        self._held = 0  # bytes of later files
        for _ in range(jobs):
            self._start()

    def messages(self, place: int) -> Iterator[Message]:
        """The messages of one file; all files before it must have been asked for."""
        task = self._tasks[place]
        if place == self._given:
            self._start()
        if place == self._given:  # there is no process to be had
            self._given += 1
            here: list[Message] = []
            read_one(task, here.append)
            yield from here
            return
        came = self._came[place]
        self._held -= len(came)
        while True:
            end = came.rfind(b"\n") + 1
            whole = bytes(came[:end]).split(b"\n")
            del came[:end]
            for line in whole:
                if line:
                    yield _read(line, task.source)
            if place not in self._busy:
                break
            self._wait(place)
        del self._came[place]
        if place in self._lost:
            yield (
                f"{task.name}: the process reading it {self._lost[place]}, so some of its rates may be missing:"
                f" read it again with 'ctick parse {shlex.quote(task.name)}'"
            )
            yield Ended(PARTLY, 0)

    def _start(self) -> None:
        """One more worker, if there is a file for it and the system allows it."""
        if self._given == len(self._tasks):
            return
        try:
            worker = _Worker()
        except OSError:
            return
        self._selector.register(worker, selectors.EVENT_READ, worker)
        self._give(worker)

    def _give(self, worker: _Worker) -> None:
        """The next file for a worker that has none; without one it ends."""
        if self._given == len(self._tasks):
            self._end(worker)
            return
        self._busy[self._given] = worker
        self._came[self._given] = bytearray()
        worker.give(self._given, self._tasks[self._given])
        self._given += 1

    def _end(self, worker: _Worker) -> str:
        self._selector.unregister(worker)
        return worker.end()

    def _wait(self, place: int) -> None:
        """Takes messages as they come; once enough is held of later files, only those of this one."""
        ready = [self._busy[place]] if self._held >= _AHEAD else [key.data for key, _ in self._selector.select()]
        for worker in ready:
            data = os.read(worker.fileno(), _CHUNK)
            came = self._came[worker.place]
            came += data
            self._held += len(data) if worker.place != place else 0
            if not data:
                del self._busy[worker.place]
                self._lost[worker.place] = self._end(worker)
                self._start()
            elif came.endswith(_END):
                del self._busy[worker.place]
                self._give(worker)

    def close(self) -> None:
        """Ends all workers, whatever they do."""
        for worker in self._busy.values():
            worker.end()
        self._selector.close()
