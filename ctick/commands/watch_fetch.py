"""Fetches in the background: each is a `ctick snapshot` in its own process, which may hang without harm."""

import os
import subprocess
import sys
import time

import ctick
from ctick.commands import signals
from ctick.commands.options import Options
from ctick.text import plain

_LONGEST = 1 << 16  # bytes of a fetch's messages that are kept

_PATH = "import sys; sys.path.append(sys.argv.pop(1)); "
_ONE_ATTEMPT = "from ctick.sources import http; http.ATTEMPTS = 1; "
_MAIN = "from ctick.__main__ import main; sys.exit(main())"


class Fetcher:
    """Starts a fetch every `interval` seconds.

    `has_fetched` is whether one has ended; `failures` has the messages of the last one.
    """

    def __init__(self, options: Options, interval: int) -> None:
        self._options = options
        self._interval = interval
        self._next = time.monotonic()
        self._fetch: Fetch | None = None
        self.has_fetched = False
        self.failures: list[str] = []

    @property
    def is_running(self) -> bool:
        """Whether a fetch is running."""
        return self._fetch is not None

    def poll(self) -> None:
        """Takes the messages of a fetch that has ended, and starts the next one if it is time."""
        if self._fetch is not None and self._fetch.has_ended():
            self.failures = self._fetch.messages()
            self._fetch = None
            self.has_fetched = True
        if self._fetch is None and time.monotonic() >= self._next:
            self._next = time.monotonic() + self._interval
            try:
                self._fetch = Fetch(self._options)
            except OSError as error:
                self.failures = [f"could not start the fetch ({plain(error.strerror)})"]
                self.has_fetched = True

    def stop(self) -> None:
        """Ends a running fetch, without saving what it has."""
        if self._fetch is not None:
            self._fetch.stop()


class Fetch:
    """A running `ctick snapshot`; with `is_hurried` each address is tried only once."""

    def __init__(self, options: Options, *, is_hurried: bool = False) -> None:
        words = ["snapshot", "-q", *([] if options.db is None else [f"--db={options.db}"])]
        root = os.path.dirname(os.path.dirname(os.path.abspath(ctick.__file__)))
        program = _PATH + (_ONE_ATTEMPT if is_hurried else "") + _MAIN
        self._process = subprocess.Popen(  # noqa: S603 - it is ctick itself
            # -P: imports come from where this process has them, not from the current folder.
            [sys.executable, "-P", "-c", program, root, *words, *([options.source] if options.source else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self._process.stderr is not None
        self._stderr = self._process.stderr
        if os.name != "nt":
            os.set_blocking(self._stderr.fileno(), False)
        self._text = b""

    def has_ended(self) -> bool:
        """Whether it has ended; until then its stderr is drained, so that it can't fill up."""
        has_ended = self._process.poll() is not None
        if has_ended or os.name != "nt":
            while chunk := self._stderr.read(_LONGEST):
                self._text = (self._text + chunk)[:_LONGEST]
        return has_ended

    def messages(self) -> list[str]:
        """Its error messages, after it has ended."""
        self._stderr.close()
        found = [line.removeprefix("ctick: ") for line in self._text.decode("utf-8", "replace").splitlines()]
        code = self._process.returncode
        if code < 0 and not found:
            found = [f"the fetch was killed by {signals.name(-code)}"]
        return found

    def stop(self) -> None:
        """Ends it at once, whatever it waits for; the store survives that at any moment."""
        self._process.kill()
        self._process.wait()
        self._stderr.close()
