"""Whether the people behind open streams are still signed in, asked for all of them at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from serein.accounts.permissions import IDLE_MINUTES, SIGNED_IN_HOURS, Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from uuid import UUID


def still_signed_in(listening: Mapping[str, UUID], at: datetime) -> frozenset[str]:
    """Say which sessions may go on listening: alive, in time, of an active person, same password.

    ``listening`` maps each session to the person who opened the stream with it.
    """
    people = {
        person.pk: person
        for person in get_user_model().objects.filter(
            pk__in=set(listening.values()), is_active=True
        )
    }
    rows = Session.objects.filter(pk__in=list(listening), expire_date__gt=at)
    return frozenset(
        row.session_key
        for row in rows
        if _holds(row.get_decoded(), people.get(listening[row.session_key]), at)
    )


def _holds(session: dict[str, Any], person: Any, at: datetime) -> bool:
    if person is None or session.get(SESSION_KEY) != str(person.pk):
        return False
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return False
    started, active = session.get("signed_in_at"), session.get("active_at")
    if started is None or active is None:
        return True
    idle = timedelta(minutes=IDLE_MINUTES[Role(person.role)])
    return (
        at - datetime.fromisoformat(started) <= timedelta(hours=SIGNED_IN_HOURS)
        and at - datetime.fromisoformat(active) <= idle
    )
