"""Pages in threads that end with their server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import WSGIResponder

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import Receive, Scope, Send

LOOK_S = 1.0
"""How often a page that waits to be sent looks whether anybody still sends."""


class ServerStopped(RuntimeError):
    """The server stopped before a page was sent."""


class _Responder(WSGIResponder):
    def send(self, message: Any) -> None:
        """Hand a part of the page to the event loop, unless that has ended meanwhile.

        Without the look a thread would wait for ever, and the process could never end.
        """
        put = self.send_queue.put(message)
        try:
            handed = asyncio.run_coroutine_threadsafe(put, loop=self.loop)
        except RuntimeError:
            put.close()
            raise ServerStopped from None
        while True:
            try:
                handed.result(timeout=LOOK_S)
            except TimeoutError:
                if self.loop.is_closed():
                    raise ServerStopped from None
            else:
                return


class PageThreads(WSGIMiddleware):
    """Runs each page in one of some threads."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            responder = _Responder(self.app, self.executor, self.send_queue_size)
            await responder(scope, receive, send)
