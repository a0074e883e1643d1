"""The live stream: who may listen for how long, and what a page that falls behind is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from serein.accounts import actions as accounts
from serein.accounts.permissions import IDLE_MINUTES, SIGNED_IN_HOURS, Role
from serein.audit import queries as audit
from serein.audit.queries import Change
from serein.config.live.hub import MOST_WAITING, Listener
from serein.config.live.sign_ins import still_signed_in
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

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
