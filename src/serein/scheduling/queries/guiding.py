"""Which of the legal starts are offered, where a weekday is guided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from serein.scheduling.models import Appointment
from serein.scheduling.queries.days import Span, occupying
from serein.scheduling.rules import guided, tick_of

if TYPE_CHECKING:
    from uuid import UUID

    from serein.scheduling.queries.clinic import ClinicFact


def is_guided(clinic: ClinicFact, code: str) -> bool:
    """Say whether a template names starts for a visit type on any weekday."""
    return any(guide.of(code) for guide in clinic.guides.values())


def offered(
    clinic: ClinicFact,
    code: str,
    legal: Mapping[date, Sequence[int]],
    span: Span,
    grid_minutes: int,
    ignoring: Sequence[UUID] = (),
) -> dict[date, tuple[int, ...]]:
    """Choose the starts that are offered from the legal ones of each date, all of them on the ticks."""
    led = [day for day in legal if clinic.guide_of(code, day)]
    begun = _begun(clinic.site_id, code, led, span.at, ignoring)
    return {
        day: guided(
            ticks,
            clinic.guide_of(code, day),
            begun.get(day, ()),
            zone=clinic.zone,
            grid_minutes=grid_minutes,
        )
        for day, ticks in legal.items()
    }


def _begun(
    site_id: UUID, code: str, days: Iterable[date], at: datetime, ignoring: Sequence[UUID]
) -> dict[date, list[int]]:
    """The starts of the visits of a type that these days hold already."""
    found: dict[date, list[int]] = {}
    wanted = list(days)
    if not wanted:
        return found
    rows = (
        Appointment.objects.filter(
            occupying(at), site_id=site_id, local_date__in=wanted, type_code=code
        )
        .exclude(pk__in=ignoring)
        .values_list("local_date", "starts_at")
    )
    for day, starts_at in rows:
        found.setdefault(day, []).append(tick_of(starts_at))
    return found
