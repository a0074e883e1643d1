"""One nurse hands a chair to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, record
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import TakeOver
from serein.infusions.states import IN_THE_CHAIR

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from serein.core.actors import Actor


@action
def take_over(*, key: UUID, by: Actor, at: datetime, session_id: UUID) -> TakeOver:
    """Take a visit over from whoever is in charge of it. What was charted keeps its names.

    :raises Refused: the patient has gone home, or it is in these hands already
    """
    visit = claimed(by, session_id)
    need_state(visit, *IN_THE_CHAIR, mend="Read the record: the patient has gone home already.")
    before = queries.in_charge(visit.pk)
    if before is not None and before.by_id == by.id:
        raise Refused("Go on: you are in charge of this chair already.")
    made = TakeOver.objects.create(
        session=visit,
        at=at,
        by_id=by.id,
        by_name=by.name,
        from_name=before.name if before else "",
    )
    record(by=by, at=at, verb="take_over", subject=made, patient_id=visit.patient_id)
    return made
