"""Keys and signals of a program that fills the terminal, waited for in one place.

A signal is noted, and acted on between two drawings: none leaves the terminal half drawn.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Self

from ctick.output import terminal

ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
STOP = "SIGTSTP"
"""Ctrl-Z."""

_NOTED = (*ENDING, STOP, "SIGCONT", "SIGWINCH")
_RAISED = ("SIGTERM", "SIGHUP", "SIGQUIT")


class EndedError(Exception):
    """A signal asked for the end; `exit_code` is what shells make of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.exit_code: int = 128 + getattr(signal, name).value


@contextmanager
def raised() -> Iterator[None]:
    """A signal that ends the process is an EndedError: for a program that has no terminal to restore."""

    def end(number: int, _: FrameType | None) -> None:
        raise EndedError(signal.Signals(number).name)

    with _handled(_RAISED, end):
        yield


class Noted:
    """Signals that are noted while it is entered, and given out by `wait`."""

    def __init__(self) -> None:
        self._pipe, self._wakeup = os.pipe()
        for end in (self._pipe, self._wakeup):
            os.set_blocking(end, False)
        self._handled = _handled(_NOTED, self._note)

    def __enter__(self) -> Self:
        self._handled.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._handled.__exit__(None, None, None)
        os.close(self._pipe)
        os.close(self._wakeup)

    def _note(self, number: int, _: FrameType | None) -> None:
        with suppress(BlockingIOError):
            os.write(self._wakeup, bytes([number]))
        if signal.Signals(number).name in ENDING:  # a second one need not wait for a terminal that takes nothing
            signal.signal(number, signal.SIG_DFL)

    def wait(self, seconds: float, keyboard: int | None) -> str:
        """A key, the name of a signal, or nothing within so many seconds."""
        if os.name == "nt":
            time.sleep(seconds)
            return ""
        ready, _, _ = select.select([self._pipe] if keyboard is None else [self._pipe, keyboard], [], [], seconds)
        if self._pipe in ready:
            return signal.Signals(os.read(self._pipe, 1)[0]).name
        if ready and keyboard is not None:
            with suppress(OSError):
                key = os.read(keyboard, 1)
                if key:
                    return key.decode("latin-1")
            time.sleep(seconds)  # the terminal has gone, and is always ready to say so
        return ""


def stop() -> None:
    """Stops the process as Ctrl-Z does, until it is continued."""
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, before)


@contextmanager
def keyboard() -> Iterator[int | None]:
    """The terminal behind stdin, which gives each key at once and echoes none; None where there is none."""
    if not terminal.is_terminal(sys.stdin) or os.name == "nt":
        yield None
        return
    import termios
    import tty

    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)
    try:
        tty.setcbreak(place)
        yield place
    finally:
        with suppress(termios.error):  # the terminal may have gone
            termios.tcsetattr(place, termios.TCSADRAIN, before)


def reader_has_gone() -> bool:
    """Whether nobody reads what goes to stdout any more, as behind `| head -1`."""
    if not hasattr(select, "poll") or sys.stdout is None:
        return False
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):  # no stream of the system's
        return False


@contextmanager
def _handled(names: tuple[str, ...], handler: "Callable[[int, FrameType | None], None]") -> Iterator[None]:
    """A handler for those of the signals that the system has, and that are not ignored, as under nohup."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in names:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
