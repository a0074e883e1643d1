"""A page that is being sent when its server stops lets go of its thread."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from serein.config.page_threads import PageThreads, ServerStopped, _Responder

BODY = b"x" * 40


def _page(environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [BODY[n : n + 1] for n in range(len(BODY))]


def test_a_page_arrives_whole() -> None:
    async def asked() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            sent.append(message)

        scope: Any = {
            "type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"",
            "http_version": "1.1", "scheme": "http", "root_path": "",
        }  # fmt: skip
        pages = PageThreads(_page, workers=1)  # type: ignore[arg-type]
        await pages(scope, receive, send)
        pages.executor.shutdown()
        return sent

    sent = asyncio.run(asked())
    assert sent[0]["status"] == 200
    assert b"".join(each.get("body", b"") for each in sent[1:]) == BODY


@pytest.mark.parametrize("is_closed_before", [False, True], ids=["meanwhile", "before"])
def test_a_thread_does_not_wait_for_a_server_that_has_stopped(is_closed_before: bool) -> None:
    loop = asyncio.new_event_loop()
    faults: list[BaseException] = []

    async def made() -> _Responder:
        return _Responder(_page, ThreadPoolExecutor(1), 1)  # type: ignore[arg-type]

    responder = loop.run_until_complete(made())

    def send() -> None:
        try:
            responder.send({"type": "http.response.body", "body": b"", "more_body": True})
        except ServerStopped as fault:
            faults.append(fault)

    if is_closed_before:
        loop.close()
    waiting = threading.Thread(target=send, daemon=True)
    waiting.start()
    loop.close()
    waiting.join(timeout=10)
    assert not waiting.is_alive()
    assert len(faults) == 1
