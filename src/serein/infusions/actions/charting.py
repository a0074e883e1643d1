"""What is seen and said during a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import Remark
from serein.infusions.rules.titration import check_time
from serein.infusions.states import IN_THE_CHAIR
from serein.safety import actions as safety

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor
    from serein.infusions.models import InfusionSession
    from serein.safety.models import SideEffect

GONE = "Add an addendum to the note: the patient has gone home already."


def in_the_chair(
    by: Actor, session_id: UUID, occurred_at: datetime, at: datetime
) -> InfusionSession:
    """Return a visit whose patient is here, if something can have happened there at that time.

    :raises Refused: the patient has gone home, or a time that cannot be
    """
    visit = claimed(by, session_id)
    need_state(visit, *IN_THE_CHAIR, mend=GONE)
    check_time(
        occurred_at,
        at=at,
        not_before=visit.checked_in_at,
        after_what="the check-in",
        zone=zone_of(visit.site_id),
    )
    return visit


@action
def chart_remark(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, occurred_at: datetime, text: str
) -> Remark:
    """Chart a timed note in free words.

    :raises Refused: nothing was written, the patient has gone home, or a time that cannot be
    """
    if not text.strip():
        raise Refused("Write the note.", field="text")
    visit = in_the_chair(by, session_id, occurred_at, at)
    remark = Remark.objects.create(
        session=visit,
        text=text.strip(),
        occurred_at=occurred_at,
        recorded_at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(by=by, at=at, verb="chart_remark", subject=remark, patient_id=visit.patient_id)
    return remark


@action
def record_side_effect(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    code: str,
    severity: int,
    onset_at: datetime,
    action_taken: str = "",
) -> SideEffect:
    """Chart a side effect of this visit, with its time, severity (0 to 3) and what was done.

    :raises Refused: the patient has gone home, a time that cannot be, or what safety refuses
    """
    visit = in_the_chair(by, session_id, onset_at, at)
    return safety.record_side_effect(
        key=derived_key(key, "safety"),
        by=by,
        at=at,
        patient_id=visit.patient_id,
        session_id=visit.pk,
        code=code,
        severity=severity,
        onset_at=min(onset_at, at),
        action_taken=action_taken,
    )
