"""The strip that calls somebody to a chair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.core.clinic_time import span
from serein.core.quantities import shown
from serein.workspace.rules.calls import called

if TYPE_CHECKING:
    from datetime import timedelta

    from serein.core.actors import Actor
    from serein.workspace.queries.calls import CallFact, Calls


@dataclass(frozen=True, slots=True)
class CallLine:
    """One chair that calls: what for, since when and who else, and where to answer."""

    title: str
    detail: str
    url: str


def call_lines(calls: Calls, *, reader: Actor, here: str = "") -> tuple[CallLine, ...]:
    """Word what calls a reader. The chair whose screen is open (``here``) shows its flags itself.

    Whoever may not read a record is told the chair and whom to send, and no value.
    """
    reads = may(reader.role, Act.SEE_SESSION)
    return tuple(
        _line(one, reads=reads, is_alone=calls.is_alone)
        for one in calls.waiting
        if str(one.session_id) != here
    )


def _line(one: CallFact, *, reads: bool, is_alone: bool) -> CallLine:
    waits = f"Unanswered for {_waited(one.waited)}; called: {', '.join(called(one.waited))}."
    alone = " Nobody else has a chair on screen: call out." if is_alone else ""
    if not reads:
        return CallLine(f"{one.chair_name}: send a nurse now", f"{waits}{alone}", "")
    value = f"{one.flag.value_text}. " if one.flag.value_text else ""
    return CallLine(
        title=f"{one.chair_name}: {one.flag.word}",
        detail=f"{value}{one.flag.do} {waits}{alone}",
        url=reverse("infusions:session", args=[one.patient_id, one.session_id]),
    )


def _waited(waited: timedelta) -> str:
    seconds = int(waited.total_seconds())
    return shown(seconds, "s") if seconds < 60 else span(waited)
