"""One port: live streams run as ASGI, pages as WSGI in threads, at about half the cost a page."""

from __future__ import annotations

import asyncio
import gc
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serein.config.settings")

from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

PAGE_THREADS = 8
"""Pages served at once. SQLite's writers queue beyond eight."""

pages = get_wsgi_application()
from serein.config.page_threads import PageThreads
from serein.config.tick import tick_for_ever
from serein.messaging.actions.background import Background

_live = get_asgi_application()
_pages_in_threads = PageThreads(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]

# What start-up made stays for good and a page leaves few cycles: looking through all of it again and
# again, while every page waits, is what made the slowest pages slow.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Send ``/live/…`` to the event loop and everything else to the page threads."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await _live(scope, receive, send)
    elif scope["type"] == "http":
        await _pages_in_threads(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    ticking: asyncio.Task[None] | None = None
    working = Background()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            ticking = asyncio.create_task(tick_for_ever())
            working.start()
        elif ticking is not None:
            ticking.cancel()
            await sync_to_async(working.stop)()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
