"""Enter what was written on paper while the server was away. The paper's times are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from serein.accounts.queries import staff_named
from serein.audit.actions import action, derived_key, record
from serein.core.errors import NotFound, Refused
from serein.infusions.actions.charting import chart_remark
from serein.infusions.actions.claimed import claimed
from serein.infusions.actions.pump import change_rate, pause, resume, start_infusion, stop
from serein.infusions.models import PaperEntry, SessionEvent
from serein.infusions.rules.paper import NEEDS_RATE, PaperKind
from serein.monitoring import actions as monitoring

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession

FROM_PAPER = "From paper"
LONGEST_AGO = timedelta(hours=72)
"""How old paper may be that is entered here (clinic default, review)."""


@action
def enter_from_paper(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    kind: str,
    occurred_at: datetime,
    written_by: str,
    rate_ml_per_h: Decimal | None = None,
    note: str = "",
    second_id: UUID | None = None,
    values: Mapping[str, Any] | None = None,
) -> PaperEntry:
    """Chart one line of the paper at the time on the paper, and mark it as from paper.

    It is charted by the same action as at the chair, with the same checks. ``values`` are the
    vitals by their names with units; ``second_id`` is who read the entry against the paper.

    :raises Refused: what the action at the chair refuses, no writer, or paper that is too old
    :raises NotFound: no such visit, or the second person does not work here
    """
    visit = claimed(by, session_id)
    what = PaperKind(kind)
    if not written_by.strip():
        raise Refused("Name who wrote it on the paper.", field="written_by")
    if occurred_at < at - LONGEST_AGO:
        raise Refused("Add it to the note: the paper is more than 3 days old.", field="occurred_at")
    second = _second(by, second_id)
    made_id = _charted(
        what,
        visit,
        key=derived_key(key, "charted"),
        by=by,
        at=at,
        occurred_at=occurred_at,
        rate_ml_per_h=rate_ml_per_h,
        words=_words(written_by, note),
        values=values or {},
    )
    entry = PaperEntry.objects.create(
        session=visit,
        kind=what.value,
        made_id=made_id,
        occurred_at=occurred_at,
        written_by=written_by.strip(),
        at=at,
        by_id=by.id,
        by_name=by.name,
        second_id=second[0],
        second_name=second[1],
    )
    record(by=by, at=at, verb="enter_from_paper", subject=entry, patient_id=visit.patient_id)
    return entry


def _words(written_by: str, note: str) -> str:
    mark = f"{FROM_PAPER}, written by {written_by.strip()}"
    return f"{mark}: {note.strip()}" if note.strip() else mark


def _second(by: Actor, second_id: UUID | None) -> tuple[str, str]:
    if second_id is None:
        return "", ""
    if str(second_id) == by.id:
        raise Refused("Choose another person: you enter it yourself.", field="second_id")
    person = staff_named(by.site_id, second_id)
    if not person.is_active:
        raise NotFound
    return str(second_id), person.name


def _charted(
    what: PaperKind,
    visit: InfusionSession,
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    occurred_at: datetime,
    rate_ml_per_h: Decimal | None,
    words: str,
    values: Mapping[str, Any],
) -> UUID:
    """Chart it by the action of its kind and return the id of the row that was made."""
    same: dict[str, Any] = {"key": key, "by": by, "at": at}
    if what is PaperKind.VITALS:
        made = monitoring.record_vitals(
            **same, period_id=visit.period_id, occurred_at=occurred_at, note=words, **values
        )
        return UUID(str(made.pk))
    same |= {"session_id": visit.pk, "occurred_at": occurred_at}
    if what is PaperKind.NOTE:
        return UUID(str(chart_remark(**same, text=words).pk))
    if what in NEEDS_RATE:
        if rate_ml_per_h is None:
            raise Refused("Enter the rate in mL/h.", field="rate_ml_per_h")
        same["rate_ml_per_h"] = rate_ml_per_h
    if what is not PaperKind.START:
        same["reason"] = words
    _AT_THE_PUMP[what](**same)
    rows = SessionEvent.objects.filter(session=visit, supersedes__isnull=True)
    return UUID(str(rows.order_by("-place").values_list("pk", flat=True)[0]))


_AT_THE_PUMP: Mapping[PaperKind, Any] = {
    PaperKind.START: start_infusion,
    PaperKind.RATE: change_rate,
    PaperKind.PAUSE: pause,
    PaperKind.RESUME: resume,
    PaperKind.STOP: stop,
}
