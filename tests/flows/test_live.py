"""The live stream: who may listen for how long, and what a page that falls behind is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from serein.accounts import actions as accounts
from serein.accounts.permissions import IDLE_MINUTES, SIGNED_IN_HOURS, Role
from serein.audit import queries as audit
from serein.audit.queries import Change
from serein.config.live import hub as hubs
from serein.config.live import stream as streams
from serein.config.live.hub import MOST_WAITING, Hub, Listener
from serein.config.live.sign_ins import still_signed_in
from serein.config.live.stream import told
from serein.config.live.tiles import Drawn, draw
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(personas: Personas, sign_in: Callable[[Staff], Client], clock: Any) -> str:
    """Sam's session, used a moment ago."""
    client = sign_in(personas.sam)
    client.get(reverse("workspace:today"))
    return client.session.session_key or ""


def listens(key: str, who: Staff, minutes: float = 0) -> bool:
    return key in still_signed_in({key: who.pk}, MONDAY_9 + timedelta(minutes=minutes))


def test_who_is_signed_in_listens_until_too_long_idle(personas: Personas, key: str) -> None:
    idle = IDLE_MINUTES[Role.NURSE]
    assert listens(key, personas.sam)
    assert listens(key, personas.sam, idle)
    assert not listens(key, personas.sam, idle + 1)
    assert not listens(key, personas.sam, SIGNED_IN_HOURS * 60 + 1)


def test_nobody_listens_after_signing_out(personas: Personas, key: str) -> None:
    Session.objects.filter(pk=key).delete()
    assert not listens(key, personas.sam)


def test_nobody_listens_with_the_session_of_another(personas: Personas, key: str) -> None:
    assert not listens(key, personas.noor)


def test_nobody_listens_whose_access_has_ended(personas: Personas, key: str) -> None:
    accounts.end_access(
        key=new_key(), by=actor(personas.alex), at=MONDAY_9, staff_id=personas.sam.pk
    )
    assert not listens(key, personas.sam)


def test_nobody_listens_after_the_password_was_changed(personas: Personas, key: str) -> None:
    personas.sam.set_password("another-calm-river-9")
    personas.sam.save()
    assert not listens(key, personas.sam)


def test_a_page_that_does_not_keep_up_is_told_that_it_missed_some(personas: Personas) -> None:
    listener = Listener(new_key(), personas.sam.site_id, personas.sam.pk, "Sam", "key")
    for number in range(MOST_WAITING + 1):
        listener.offer(Change(number, personas.sam.site_id, None, "monitoring"))
    kept = asyncio.run(_taken(listener))
    assert listener.has_missed
    assert [change.seq for change in kept] == [MOST_WAITING]


async def _taken(listener: Listener) -> tuple[Change, ...]:
    return await listener.next_changes(0.1)


class Deaf(Hub):
    """A hub whose database went away after the first question."""

    async def ask(self, question: Any, /, *args: Any, **kwargs: Any) -> Any:
        if question is audit.newest_number:
            return 5
        raise OperationalError("the database is away")


def test_readings_of_devices_are_told_apart_and_move_no_tile(personas: Personas) -> None:
    site_id = personas.sam.site_id
    phone = Listener(new_key(), site_id, personas.sam.pk, "Sam", "key", has_tiles=True)
    tablet = Listener(new_key(), site_id, personas.sam.pk, "Sam", "key")
    hub = Hub()
    hub.listeners = {one.stream_id: one for one in (phone, tablet)}
    hub.tell(Change(7, site_id, None, "monitoring", hubs.FEED))
    assert not hub.has_news
    assert [told(change, names_patients=True) for change in tablet.waiting] == [
        'event: change\nid: 7\ndata: {"of": null, "kind": "feed"}\n\n'
    ]
    hub.tell(Change(8, site_id, None, "monitoring", "monitoring.VitalSet"))
    assert hub.has_news
    assert '"kind": "monitoring"' in told(tablet.waiting[-1], names_patients=True)
    assert not phone.waiting


class Calm(Hub):
    """A hub to which nothing happens; it writes down who was forgotten."""

    forgotten = 0

    async def ask(self, question: Any, /, *args: Any, **kwargs: Any) -> Any:
        answers = {audit.newest_number: 5, audit.changes_after: (5, ()), audit.changes_of: ((), 5)}
        return answers.get(question)

    async def leave(self, listener: Listener, *, comes_back: bool = False) -> None:
        self.forgotten += not comes_back
        await super().leave(listener, comes_back=comes_back)


@pytest.mark.parametrize("is_unplugged", [False, True])
def test_a_stream_ends_by_itself_and_the_page_opens_the_next_at_once(
    is_unplugged: bool, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "RENEW_EVERY_SECONDS", 0.1)
    monkeypatch.setattr(streams, "BEAT_EVERY_SECONDS", 0.05)
    sam = personas.sam
    listener = Listener(new_key(), sam.site_id, sam.pk, "Sam", "key", place="session-7")

    async def listen() -> tuple[list[Any], int]:
        hub, heard = Calm(), []
        monkeypatch.setattr(streams, "hub_of_this_loop", lambda: hub)
        events = streams.events(listener, 5, names_patients=True)
        async for event in events:
            heard.append(event)
            if is_unplugged and len(heard) > 1:
                break
        await events.aclose()
        assert not hub.listeners
        return heard, hub.forgotten

    heard, forgotten = asyncio.run(listen())
    assert heard[0].startswith("retry: 2000\n\nevent: beat")
    assert forgotten == is_unplugged
    assert (heard[-1] == "retry: 200\n\n") is not is_unplugged


@pytest.mark.parametrize("has_tiles", [False, True])
def test_a_hub_that_cannot_read_falls_silent_so_that_pages_say_since_when(
    has_tiles: bool, personas: Personas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "WELL_FOR_SECONDS", 0.2)
    sam = personas.sam
    listener = Listener(
        new_key(), sam.site_id, sam.pk, "Sam", "key", role=sam.role, has_tiles=has_tiles
    )

    async def listen() -> tuple[bool, bool]:
        hub = Deaf()
        await hub.join(listener)
        at_first = hub.is_well(listener)
        await asyncio.sleep(0.3)
        found = at_first, hub.is_well(listener)
        await hub.leave(listener)
        return found

    assert asyncio.run(listen()) == (True, False)


def test_tiles_that_say_the_same_are_not_sent_again(
    personas: Personas,
) -> None:
    robin, priya, sam = personas.robin, personas.priya, personas.sam
    readers = [actor(priya), actor(sam), actor(robin)]
    first = draw(readers, 7, {})
    assert set(first) == {(one.site_id, one.role) for one in (priya, sam, robin)}
    assert all(b"\nid: 7\ndata: <div" in each.event for each in first.values())
    assert all(each.event.count(b"\n") == 4 for each in first.values())
    assert draw(readers, 8, first) == first
    later = draw(readers, 9, {**first, (sam.site_id, sam.role): Drawn(7, b"", "older")})
    assert [key for key in first if later[key] is not first[key]] == [(sam.site_id, sam.role)]


def test_a_server_without_live_streams_says_how_things_stand_and_ends(
    personas: Personas, sign_in: Callable[[Staff], Client]
) -> None:
    sam = sign_in(personas.sam)
    newest = audit.last_change(personas.sam.site_id)
    said = b"".join(sam.get(reverse("live")).streaming_content).decode()
    assert f'id: {newest}\ndata: {{"missed": true}}' in said
    assert "event: beat" in said
    again = sam.get(reverse("live"), headers={"Last-Event-ID": str(newest)})
    assert "event: change" not in b"".join(again.streaming_content).decode()


@pytest.mark.django_db
def test_a_page_whose_sign_in_ran_out_is_told_so_in_the_language_of_streams() -> None:
    answer = Client().get(reverse("live"), headers={"accept": "text/event-stream"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.content == b"event: ended\ndata: signed-out\n\n"
    assert Client().get(reverse("live")).status_code == 302


@pytest.mark.parametrize("odd", ["-1", "x", "9" * 40, "1e3", "²"])
def test_an_odd_number_of_the_last_event_is_as_good_as_none(
    odd: str, personas: Personas, sign_in: Callable[[Staff], Client]
) -> None:
    answer = sign_in(personas.sam).get(reverse("live"), {"after": odd})
    assert '"missed": true' in b"".join(answer.streaming_content).decode()


def test_changes_are_read_on_in_their_order_and_reading_is_no_change(
    personas: Personas, key: str, sign_in: Callable[[Staff], Client]
) -> None:
    start = audit.newest_number()
    accounts.end_access(
        key=new_key(), by=actor(personas.alex), at=MONDAY_9, staff_id=personas.ash.pk
    )
    sign_in(personas.morgan).get(reverse("infusions:downtime"))  # refused: kept, but no change
    until, changes = audit.changes_after(start, 100)
    assert until == audit.newest_number()
    assert [change.kind for change in changes] == ["accounts"]
    assert audit.changes_of(personas.robin.site_id, after=start, limit=10)[0] == ()
