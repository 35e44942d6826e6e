"""An event loop that does not wait for name look-ups when it ends."""

import asyncio
import socket
import threading
from concurrent.futures import Future

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Loop(asyncio.SelectorEventLoop):
    """Looks up each name in its own daemon thread.

    A look-up can't be cancelled, and asyncio's executor is joined at the end: Ctrl-C would wait
    until the system gives up on a name server that does not answer.
    """

    async def getaddrinfo(self, *args: "Any", **options: "Any") -> "list[Any]":  # noqa: ANN401 - as asyncio calls it
        """The addresses of a host, as `socket.getaddrinfo` gives them."""
        found: Future[list[Any]] = Future()
        found.set_running_or_notify_cancel()  # so that the end of the loop can't cancel it

        def look_up() -> None:
            try:
                found.set_result(socket.getaddrinfo(*args, **options))
            except Exception as error:  # noqa: BLE001 - it is raised where the result is awaited
                found.set_exception(error)

        threading.Thread(target=look_up, daemon=True).start()
        return await asyncio.wrap_future(found)
