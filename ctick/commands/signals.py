"""Signals and keys for `ctick watch`.

On a screen, signals are queued and handled between two drawings, so that none leaves it half drawn.
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

TERMINATING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")
SUSPEND = "SIGTSTP"
"""Ctrl-Z."""

_QUEUED = (*TERMINATING, SUSPEND, "SIGCONT", "SIGWINCH")
_RAISED = ("SIGTERM", "SIGHUP", "SIGQUIT")


def name(number: int) -> str:
    """`SIGKILL`; `signal 40` for one that has no name, as most real-time signals."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


class SignalError(Exception):
    """A signal that terminates ctick; `exit_code` is the one that shells report."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.exit_code: int = 128 + getattr(signal, name).value


@contextmanager
def raising() -> Iterator[None]:
    """Raises SignalError on a terminating signal; Ctrl-C stays KeyboardInterrupt."""

    def handle(number: int, _: FrameType | None) -> None:
        raise SignalError(signal.Signals(number).name)

    with _handled(_RAISED, handle):
        yield


class Events:
    """Queues signals while it is entered; `wait` returns them and keys one by one."""

    def __init__(self) -> None:
        self._pipe, self._wakeup = os.pipe()
        for end in (self._pipe, self._wakeup):
            os.set_blocking(end, False)
        self._handled = _handled(_QUEUED, self._enqueue)

    def __enter__(self) -> Self:
        self._handled.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._handled.__exit__(None, None, None)
        os.close(self._pipe)
        os.close(self._wakeup)

    def _enqueue(self, number: int, _: FrameType | None) -> None:
        with suppress(BlockingIOError):
            os.write(self._wakeup, bytes([number]))
        if signal.Signals(number).name in TERMINATING:  # a second one ends ctick at once, even if the terminal blocks
            signal.signal(number, signal.SIG_DFL)

    def wait(self, seconds: float, keyboard: int | None) -> str:
        """A key, the name of a signal, or "" after so many seconds."""
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
            time.sleep(seconds)  # the terminal was closed, which select reports again and again
        return ""


def suspend() -> None:
    """Suspends the process as Ctrl-Z does, until it is continued; that SIGCONT is not queued."""
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in (signal.SIGTSTP, signal.SIGCONT)]
    os.kill(os.getpid(), signal.SIGTSTP)
    for number, handler in before:
        signal.signal(number, handler)


@contextmanager
def keyboard() -> Iterator[int | None]:
    """The descriptor of stdin, set to deliver keys at once without echo; None if it is not a terminal."""
    if not terminal.is_terminal(sys.stdin) or os.name == "nt":
        yield None
        return
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        with suppress(termios.error):  # the terminal may have been closed
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def stdout_is_closed() -> bool:
    """Whether the reader of stdout has closed it, as after `| head -1`."""
    if not hasattr(select, "poll") or sys.stdout is None:
        return False
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
    except (OSError, ValueError):  # not a file descriptor
        return False


@contextmanager
def _handled(names: tuple[str, ...], handler: "Callable[[int, FrameType | None], None]") -> Iterator[None]:
    """Handles those of the signals that the system has and that are not ignored (as SIGHUP is under nohup)."""
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
