"""`ctick watch --exec`: runs a shell command for an alert, and waits for it only at the end."""

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from typing import IO

from ctick import clock
from ctick.commands import signals
from ctick.errors import exhausted_resource
from ctick.model import DatedQuote
from ctick.rates.alerts import Alert
from ctick.text import plain

_PATIENCE = 2.0  # seconds that a command has to end after watch has ended
_LONGEST = 4096  # bytes of the end of its stderr that are read


class AlertCommand:
    """A command for alerts; `failures` has for each alert why the command failed the last time, if it did.

    A command runs in a session of its own, without a terminal: it can't disturb the screen, and Ctrl-C does not
    reach it. What happened is in its environment, so no text is ever put into the command itself.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._running: dict[str, tuple[subprocess.Popen[bytes], IO[bytes] | None]] = {}
        self.failures: dict[str, str] = {}

    def start(self, alert: Alert, dated: DatedQuote) -> None:
        """Starts the command, unless it still runs for this alert."""
        if alert.text in self._running:
            self._fail(alert.text, "is still running from the last time, and was not started again")
            return
        self.failures.pop(alert.text, None)
        variables = {
            "CTICK_ALERT": alert.text,
            "CTICK_PAIR": f"{dated.base}/USD",
            "CTICK_RATE": f"{dated.rate:f}",
            "CTICK_AS_OF": str(dated.as_of),
            "CTICK_SOURCE": plain(dated.source),
        }
        errors: IO[bytes] | None = None
        with suppress(OSError):  # without a folder for temporary files the reason of a failure is not known
            errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the command has ended
        try:
            process = subprocess.Popen(  # noqa: S602 - the user's own command, as given
                self._command,
                shell=True,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors or subprocess.DEVNULL,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            if errors is not None:
                errors.close()
            self._fail(alert.text, f"could not be started ({exhausted_resource(error) or plain(error)})")
            return
        self._running[alert.text] = process, errors

    def poll(self) -> None:
        """Notes which commands have ended, and how."""
        for alert, (process, errors) in list(self._running.items()):
            code = process.poll()
            if code is None:
                continue
            del self._running[alert]
            last = "" if errors is None else _last_line(errors)
            if code:
                how = f"failed with exit code {code}" if code > 0 else f"was killed by {signals.name(-code)}"
                self._fail(alert, how + (f": {last}" if last else ""))

    def wait(self, seconds: float | None = None) -> None:
        """Waits until all commands have ended, or for `seconds`."""
        end = None if seconds is None else time.monotonic() + seconds
        while self._running and (end is None or time.monotonic() < end):
            time.sleep(0.05)
            self.poll()

    def stop(self) -> None:
        """Waits a short while, then ends the commands that still run, and all that they have started."""
        try:
            self.wait(_PATIENCE)
        finally:  # also after Ctrl-C, for somebody who can't wait
            for alert in self._running:
                self._fail(alert, f"was still running after {_PATIENCE:g} s, and was ended")
            processes = [process for process, _ in self._running.values()]
            end = time.monotonic() + 1
            left = [process for process in processes if _send(process, "SIGTERM")]
            while left and time.monotonic() < end:
                time.sleep(0.05)
                left = [process for process in left if _send(process, "")]
            for process in left:
                _send(process, "SIGKILL")
            for process, errors in self._running.values():
                process.wait()
                if errors is not None:
                    errors.close()

    def _fail(self, alert: str, what: str) -> None:
        self.failures[alert] = f"--exec for {alert} {what} ({clock.now():%H:%M:%S} UTC)"


def _send(process: "subprocess.Popen[bytes]", name: str) -> bool:
    """Sends a signal (with "" none) to a command and what it has started; whether any of them still ran."""
    is_running = process.poll() is None
    if os.name == "nt":
        process.kill()
        return is_running
    try:
        os.killpg(process.pid, getattr(signal, name) if name else 0)
    except OSError:  # none is left
        return False
    return True


def _last_line(file: IO[bytes]) -> str:
    """The last line in a command's stderr, which is closed."""
    with file:
        file.seek(max(file.seek(0, os.SEEK_END) - _LONGEST, 0))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return plain(next((line.strip() for line in reversed(lines) if line.strip()), ""))
