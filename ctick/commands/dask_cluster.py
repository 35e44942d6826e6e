"""The engine of `ctick parse --cluster`: files are read by the workers of a Dask cluster.

The scheduler runs a task again on another worker if its worker dies, up to `distributed.scheduler.allowed-failures`
times (3 by default). https://distributed.dask.org/en/stable/killed.html
"""

import gc
import logging
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from queue import Empty, SimpleQueue

import ctick
from ctick.commands.inputs import Input, is_url, open_input
from ctick.commands.parse_tasks import Engine, Result, Task, read_file
from ctick.commands.remote_files import open_remote
from ctick.errors import InputError, UnreachableError, UsageError
from ctick.text import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from distributed import Client

_TIMEOUT = 5  # seconds, to connect
_SETTINGS = {
    "distributed.comm.timeouts.connect": _TIMEOUT,
    "distributed.admin.low-level-log-length": 1,  # messages, of which the client would keep 1,000 or more
}
_REFRESHED = 2_000_000_000  # nanoseconds, after which the workers are counted again
_TASKS_PER_THREAD = 4
_FEWEST_TASKS = 16  # a cluster may start workers when there are tasks


@contextmanager
def dask_cluster(address: str, say: Callable[[str], None]) -> Iterator[Engine]:
    """The engine that the scheduler at this address offers; `say` is called once if it has no workers.

    Raises UnreachableError if it does not answer, also later, or if it can't run this version of ctick.
    """
    if "://" not in address:
        raise UsageError(f"--cluster {plain(address, 100)} is not an address: write it as in tcp://scheduler:8786")
    try:
        import dask
        import distributed
    except ImportError as error:
        raise InputError("--cluster needs one more package: pip install 'ctick[cluster]'") from error
    name = plain(address)
    logged = logging.root.manager.disable
    logging.disable()  # what the user must know is raised as well
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            dask.config.set(_SETTINGS),
            _connected(distributed.Client, address) as client,
        ):
            died = distributed.scheduler.KilledWorker
            yield Engine(client.get_executor(pure=False), read_on_worker, _window(client, name, say), died, attempts=1)
    except (OSError, CancelledError) as error:
        raise UnreachableError(f"{name} no longer answers: check that its scheduler runs, then try again") from error
    except (ImportError, AttributeError, TypeError, RuntimeError) as error:
        cause = error.__cause__ if isinstance(error, RuntimeError) else error
        if cause is None:  # a bug
            raise
        raise UnreachableError(
            f"{name} can't run ctick {ctick.__version__} ({plain(cause, 200)}): install the same version for its"
            f" scheduler and workers with pip install 'ctick[cluster]=={ctick.__version__}'"
        ) from error
    finally:
        logging.disable(logged)


def read_on_worker(task: Task) -> Result:
    """Reads a file; runs on a worker, where all addresses are opened with fsspec."""
    if task.version != ctick.__version__:
        raise UnreachableError(
            f"a worker on {socket.gethostname()} has ctick {ctick.__version__}, this is ctick {task.version}:"
            " install the same version on both"
        )
    thresholds = gc.get_threshold()
    gc.set_threshold(10_000)  # a worker of Dask has many objects to look through, a tenth of the time
    try:
        return read_file(task, _opened)
    finally:
        gc.set_threshold(*thresholds)


def _opened(name: str) -> Input:
    return open_remote(name) if is_url(name) else open_input(name)


@contextmanager
def _connected(client: "type[Client]", address: str) -> "Iterator[Client]":
    answer: SimpleQueue[Client | Exception] = SimpleQueue()

    def connect() -> None:
        try:
            answer.put(client(address, timeout=_TIMEOUT, set_as_default=False))
        except Exception as error:  # noqa: BLE001 - what another server answers gives errors of many kinds
            answer.put(error)

    # Its own timeout never ends if what answers is not a scheduler.
    threading.Thread(target=connect, daemon=True).start()
    try:
        connected = answer.get(timeout=2 * _TIMEOUT)
    except Empty:
        connected = TimeoutError("what answers there is no scheduler")
    if isinstance(connected, Exception):
        reason = plain(connected, 200) or type(connected).__name__
        raise UnreachableError(
            f"no Dask scheduler answers at {plain(address)} ({reason}): check the address, and that 'dask scheduler'"
            " runs there"
        ) from connected
    try:
        yield connected
    finally:
        connected.close(_TIMEOUT)


def _window(client: "Client", name: str, say: Callable[[str], None]) -> Callable[[], int]:
    """How many tasks the cluster should have: some for each thread of its workers, of which there may be more later."""
    tasks = _FEWEST_TASKS
    counted_at = 0
    says_idle = True

    def window() -> int:
        nonlocal tasks, counted_at, says_idle
        if client.status != "running":  # tasks are lost, and some futures never end
            raise ConnectionError
        if (now := time.monotonic_ns()) - counted_at > _REFRESHED:
            threads = sum(client.nthreads().values())
            tasks, counted_at = max(_FEWEST_TASKS, _TASKS_PER_THREAD * threads), now
            if not threads and says_idle:
                say(f"{name} has no workers yet: ctick waits for one ('dask worker {name}' starts it)")
            says_idle = False
        return tasks

    return window
