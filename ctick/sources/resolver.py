"""An event loop that does not wait for name look-ups when it ends."""

import asyncio
import socket
import threading
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Loop(asyncio.SelectorEventLoop):
    """Looks up each name in its own daemon thread.

    A look-up can't be cancelled, and asyncio's executor is joined at the end: Ctrl-C would wait
    until the system gives up on a name server that does not answer.
    """

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> "list[Any]":
        """The addresses of a host, as `socket.getaddrinfo` gives them."""
        found: asyncio.Future[list[Any]] = self.create_future()

        def settle(addresses: "list[Any] | Exception") -> None:
            if found.done():  # cancelled meanwhile
                return
            if isinstance(addresses, Exception):
                found.set_exception(addresses)
            else:
                found.set_result(addresses)

        def look_up() -> None:
            try:
                addresses: list[Any] | Exception = socket.getaddrinfo(host, port, family, type, proto, flags)
            except Exception as error:  # noqa: BLE001 - it is raised where the result is awaited
                addresses = error
            with suppress(RuntimeError):  # the loop is closed already
                self.call_soon_threadsafe(settle, addresses)

        threading.Thread(target=look_up, daemon=True).start()
        return await found
