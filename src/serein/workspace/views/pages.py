"""The pages a member of staff starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.core.clinic_time import local_day
from serein.workspace import presenters, queries
from serein.workspace.presenters.level import exposure_card
from serein.workspace.queries.board import board_facts
from serein.workspace.queries.level import exposure_seen

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

MOST_SESSIONS = 100_000


def today(request: ClinicRequest) -> HttpResponse:
    """Show what waits for this role."""
    role, zone = request.actor.role, zone_of(request.site_id)
    facts = queries.waiting_facts(site_id=request.site_id, role=role, at=request.at, zone=zone)
    shown = presenters.today_page(
        facts=facts, name=request.actor.name, role=role, at=request.at, zone=zone
    )
    return page(request, "workspace/today.html", {"today": shown})


def board(request: ClinicRequest) -> HttpResponse:
    """Show one day: chairs by time, and who comes when."""
    role, zone = request.actor.role, zone_of(request.site_id)
    day = presenters.day_asked(request.GET.get("day", ""), local_day(request.at, zone))
    facts = board_facts(site_id=request.site_id, role=role, day=day, at=request.at)
    shown = presenters.board_page(facts=facts, role=role, at=request.at, zone=zone)
    return page(request, "workspace/board.html", {"board": shown})


def chart(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show one patient's course at a glance."""
    facts = queries.chart_facts(
        patient_id=patient_id,
        role=request.actor.role,
        at=request.at,
        offset=_offset(request.GET.get("from", "")),
    )
    zone = zone_of(request.site_id)
    shown = presenters.chart_page(facts=facts, at=request.at, zone=zone)
    windows = exposure_seen(patient_id, role=request.actor.role, at=request.at)
    context = {"chart": shown, "exposure": exposure_card(windows)}
    return page(request, "workspace/chart.html", context)


def _offset(text: str) -> int:
    """Read where the list of sessions begins; anything else begins at the newest."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 6
    return min(int(text), MOST_SESSIONS) if is_number else 0
