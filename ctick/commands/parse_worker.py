"""The worker process of `ctick parse --jobs`: reads files, and sends what it finds to the process that started it.

Tasks arrive on stdin and messages leave on stdout, as lines of JSON; the byte `END` follows the
last message of a file. A worker exits as soon as its stdin is closed, so it never outlives the
process that started it.
"""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from typing import NamedTuple

from ctick.commands.input_reader import InputReader, distinct
from ctick.commands.options import Options
from ctick.errors import PARTLY, exhausted_resource
from ctick.model import Snapshot, quotes_from_text

END = b"\0"  # never part of JSON


class Task(NamedTuple):
    """A file and the options for reading it."""

    name: str
    source: str
    date: str | None
    force: bool
    recursive: bool


class Finished(NamedTuple):
    """The last message of a file: its worst exit code, and how many lines had other currency pairs."""

    exit_code: int
    skipped: int


Message = Snapshot | str | Finished
"""A distinct snapshot, a line for stderr, or the end of the file."""


def read_file(task: Task, send: Callable[[Message], None]) -> None:
    """Reads one file and sends each message as soon as it is known."""
    reader = InputReader(Options(task.date, task.source), force=task.force, recursive=task.recursive, say=send)
    for snapshot in distinct(reader.snapshots_of(task.name)):
        send(snapshot)
    send(Finished(max(reader.report.exit_codes, default=0), reader.skipped))


def main() -> None:
    """Reads one file after the other, until stdin is closed."""
    import threading
    import traceback
    from queue import SimpleQueue

    tasks: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in sys.stdin.buffer:
            tasks.put(line)
        os._exit(0)  # without finishing the current file

    threading.Thread(target=listen, daemon=True).start()
    out = sys.stdout.buffer

    def send(row: object) -> None:
        out.write(json.dumps(row).encode() + b"\n")

    try:
        while True:
            task = Task(*json.loads(tasks.get()))
            try:
                read_file(task, lambda message: send(encode(message)))
            except Exception as error:
                if exhausted_resource(error) or isinstance(error, BrokenPipeError):
                    raise
                send({"bug": "".join(traceback.format_exception(error))})
            out.write(END)
            out.flush()
    finally:  # the other end may be closed, so nothing can be reported
        os._exit(PARTLY)


def encode(message: Message) -> object:
    """A message as a value for JSON."""
    if isinstance(message, Snapshot):
        return [message.as_of and message.as_of.isoformat(), message.to_text()]
    return message._asdict() if isinstance(message, Finished) else message


def decode(line: bytes, source: str) -> Message:
    """The message in a line; RuntimeError with the traceback of a bug in the worker."""
    row = json.loads(line)
    if isinstance(row, str):
        return row
    if isinstance(row, list):
        day, quotes = row
        return Snapshot(source, day and dt.date.fromisoformat(day), quotes_from_text(quotes))
    if "bug" in row:
        raise RuntimeError(row["bug"])
    return Finished(**row)
