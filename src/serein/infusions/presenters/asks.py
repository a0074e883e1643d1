"""The scales that are asked at their times, and how many side effects wait to be asked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.core.clinic_time import clock
from serein.infusions import queries
from serein.infusions.rules.scales import SCALES

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession
    from serein.infusions.rules.scales import Ask


@dataclass(frozen=True, slots=True)
class AskLine:
    """One scale at one time: asked, waiting, or to come."""

    name: str
    when: str
    tone: str
    state: str
    url: str


def ask_lines(
    visit: InfusionSession, at: datetime, zone: ZoneInfo, *, may_chart: bool
) -> tuple[AskLine, ...]:
    """List the scales of a visit in the order of their times."""
    return tuple(_line(visit, ask, at, zone, may_chart) for ask in queries.asks_of(visit))


def _line(
    visit: InfusionSession, ask: Ask, at: datetime, zone: ZoneInfo, may_chart: bool
) -> AskLine:
    if ask.done is not None:
        tone, state = "done", f"{ask.done.total} at {clock(ask.done.occurred_at, zone)}"
    elif ask.is_due(at):
        tone, state = "look", "Ask now"
    else:
        tone, state = "wait", f"at {clock(ask.due_at, zone)}"
    can = may_chart and ask.done is None
    url = reverse("infusions:score", args=[visit.patient_id, visit.pk, ask.scale]) if can else ""
    return AskLine(SCALES[ask.scale].name, ask.label, tone, state, url)
