"""What waits for a role today. What the role may not see is None and is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.assessments import queries as assessments
from serein.core.clinic_time import local_day
from serein.infusions import queries as infusions
from serein.intake import queries as intake
from serein.outcomes import queries as outcomes
from serein.patients import queries as patients
from serein.safety import queries as safety
from serein.workspace.queries.day import day_facts, flags_by_patient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.assessments.queries import InvitationFact
    from serein.infusions.queries import SessionFact
    from serein.intake.queries import QueueLine
    from serein.monitoring.rules import Rank
    from serein.safety.queries import TaskFact
    from serein.workspace.queries.day import DayFacts


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """Everything on the first page of a member of staff."""

    requests: tuple[QueueLine, ...] | None
    tasks: tuple[TaskFact, ...] | None
    day: DayFacts | None
    in_chair: tuple[SessionFact, ...] | None
    unsigned: tuple[SessionFact, ...] | None
    overdue: int | None
    links: tuple[InvitationFact, ...] | None
    flags: Mapping[UUID, tuple[Rank, ...]]
    names: Mapping[UUID, str]


def waiting_facts(*, site_id: UUID, role: str, at: datetime, zone: ZoneInfo) -> WaitingFacts:
    """Gather what waits for a role."""
    today = local_day(at, zone)
    sees_sessions = may(role, Act.SEE_SESSION)
    in_chair = infusions.open_sessions(site_id, at=at) if sees_sessions else None
    unsigned = infusions.unsigned_notes(site_id) if may(role, Act.SIGN_NOTE) else None
    people = {one.patient_id for one in (*(in_chair or ()), *(unsigned or ()))}
    return WaitingFacts(
        requests=intake.queue(site_id, today=today) if may(role, Act.WORK_REQUESTS) else None,
        tasks=safety.open_tasks(site_id) if may(role, Act.SAFETY_NOTICE) else None,
        day=day_facts(site_id=site_id, role=role, day=today, at=at)
        if may(role, Act.SEE_SCHEDULE)
        else None,
        in_chair=in_chair,
        unsigned=unsigned,
        overdue=len(outcomes.overdue_measures(site_id, at))
        if may(role, Act.SEE_OUTCOMES)
        else None,
        links=assessments.links_asked_for(site_id) if may(role, Act.INVITE) else None,
        flags=flags_by_patient(site_id) if sees_sessions else {},
        names={key: one.full_name for key, one in patients.patients_by_id(site_id, people).items()},
    )
