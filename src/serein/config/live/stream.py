"""The live stream: pages learn that something changed, and that the line still holds.

An event ``change`` carries the number of a change, the patient it is about (an id without meaning,
for those who may see patients) and the part of the clinic, and nothing else; the page then asks for
its own parts again. A ``beat`` every two seconds carries the server's time, so that silence looks
different from calm. A page that comes back names the last number it saw and gets what it missed.

The page of all chairs asks for its tiles instead: an event ``part`` is their HTML, drawn once for
all readers of a role, and numbered by the newest change in it.
"""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import StreamingHttpResponse
from django.utils import timezone

from serein.accounts.permissions import Act, may
from serein.audit import queries as audit
from serein.config.live.hub import FEED, Listener, hub_of_this_loop

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence

    from serein.audit.queries import Change

BEAT_EVERY_SECONDS = 2.0
RENEW_EVERY_SECONDS = 25.0
"""The stream of a session page ends so often and the page opens the next at once: a tablet that was
unplugged, whose line nobody closed, does not, and within a minute is not said to be there any more."""

MOST_REPLAYED = 200
"""So many missed changes are told one by one; beyond, the page is told that it missed some."""

_PLACE = re.compile(r"chairs|session-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


async def changes(request: Any) -> StreamingHttpResponse:
    """Stream changes and beats until the listener leaves or may no longer listen."""
    seen = _number(request.headers.get("Last-Event-ID") or request.GET.get("after", ""))
    names_patients = may(request.actor.role, Act.SEE_DEMOGRAPHICS)
    is_live = isinstance(request, ASGIRequest)
    if not is_live:
        return _answer(_short(request.site_id, seen))
    listener = Listener(
        stream_id=uuid.uuid4(),
        site_id=request.site_id,
        staff_id=request.user.pk,
        name=request.actor.name,
        session_key=request.session.session_key or "",
        place=_place(request),
        role=request.actor.role,
        has_tiles=_has_tiles(request),
    )
    # The thread of this request waits until the stream ends; it must not keep a connection.
    await sync_to_async(connections.close_all)()
    return _answer(events(listener, seen, names_patients=names_patients))


def _answer(events: AsyncIterator[str | bytes] | Iterator[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        events,
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _place(request: Any) -> str:
    asked = request.GET.get("at", "")
    may_look = may(request.actor.role, Act.SEE_SESSION)
    return asked if may_look and _PLACE.fullmatch(asked) else ""


def _has_tiles(request: Any) -> bool:
    return request.GET.get("part") == "chairs" and may(request.actor.role, Act.SEE_CHAIRS)


def _short(site_id: uuid.UUID, seen: int) -> Iterator[str]:
    """Say how things stand and end: a server without live streams is asked again every second."""
    yield "retry: 1000\n\n"
    newest = audit.last_change(site_id)
    if newest > seen:
        yield _missed(newest)
    yield _beat()


async def events(
    listener: Listener, seen: int, *, names_patients: bool
) -> AsyncGenerator[str | bytes, None]:
    """Tell one page what happens, as server-sent events, until it leaves or may no longer listen."""
    hub, loop = hub_of_this_loop(), asyncio.get_running_loop()
    spread = 0.8 + 0.2 * (listener.stream_id.int % 100) / 100  # not all pages in one moment
    until, is_renewed = loop.time() + RENEW_EVERY_SECONDS * spread, False
    try:
        await hub.join(listener)
        yield "retry: 2000\n\n" + _beat()
        newest = 0
        if not listener.has_tiles:
            missed, newest = await hub.ask(
                audit.changes_of, listener.site_id, after=seen, limit=MOST_REPLAYED
            )
            yield _caught_up(missed, seen, newest, names_patients=names_patients)
        while True:
            found = await listener.next_changes(BEAT_EVERY_SECONDS)
            if listener.ended:
                yield f"event: ended\ndata: {listener.ended}\n\n"
                return
            if drawn := listener.take_drawn():
                yield drawn.event
            elif found:
                fresh = [change for change in found if change.seq > newest]
                yield _news(listener, fresh, names_patients=names_patients)
            elif hub.is_well(listener):
                yield _beat()
            if listener.place.startswith("session-") and loop.time() > until:
                is_renewed = True
                yield "retry: 200\n\n"
                return
    finally:
        await hub.leave(listener, comes_back=is_renewed)


def _caught_up(missed: Sequence[Change], seen: int, newest: int, *, names_patients: bool) -> str:
    if seen and len(missed) < MOST_REPLAYED:
        return "".join(told(change, names_patients=names_patients) for change in missed)
    return _missed(newest) if newest > seen else ""


def _news(listener: Listener, fresh: Sequence[Change], *, names_patients: bool) -> str:
    if listener.has_missed and fresh:
        listener.has_missed = False
        return _missed(fresh[-1].seq)
    return "".join(told(one, names_patients=names_patients) for one in fresh)


def told(change: Change, *, names_patients: bool) -> str:
    """Write a change as an event; readings of devices are told apart from what people chart."""
    about = str(change.patient_id) if names_patients and change.patient_id else None
    kind = "feed" if change.subject_type == FEED else change.kind
    data = json.dumps({"of": about, "kind": kind})
    return f"event: change\nid: {change.seq}\ndata: {data}\n\n"


def _missed(newest: int) -> str:
    return f'event: change\nid: {newest}\ndata: {{"missed": true}}\n\n'


def _beat() -> str:
    return f"event: beat\ndata: {timezone.now().isoformat()}\n\n"
