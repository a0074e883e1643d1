"""The downtime pack, and entering afterwards what was written on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts import queries as accounts
from serein.accounts.permissions import Role
from serein.audit.actions import record_read
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.infusions.actions.back_entry import enter_from_paper
from serein.infusions.forms.paper import PaperForm
from serein.infusions.presenters.downtime import downtime_pack
from serein.infusions.presenters.paper import paper_lines
from serein.infusions.queries.downtime import sheets_on
from serein.infusions.queries.paper import paper_of
from serein.infusions.rules.paper import PAPER_WORDS, PaperKind
from serein.infusions.views.chairside import url_of, visit_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest

AT_THE_CHAIR = (Role.NURSE, Role.PRESCRIBER, Role.MEDICAL_DIRECTOR)


def downtime(request: ClinicRequest) -> HttpResponse:
    """Show the paper for today's chairs, to be printed."""
    site = accounts.site(request.site_id)
    zone = accounts.zone_of(request.site_id)
    day = local_day(request.at, zone)
    facts = sheets_on(request.site_id, day, request.at)
    for patient_id in {one.appointment.patient_id for one in facts}:
        record_read(
            by=request.actor, at=request.at, what="infusions:downtime", patient_id=patient_id
        )
    pack = downtime_pack(
        facts=facts,
        day=day,
        at=request.at,
        zone=zone,
        clinic=site.name,
        phone=site.phone,
    )
    return page(request, "infusions/downtime.html", {"pack": pack})


def paper(request: ClinicRequest, patient_id: UUID, session_id: UUID) -> HttpResponse:
    """Enter one line of the paper at the time that stands on it."""
    visit = visit_of(request, patient_id, session_id)
    zone = accounts.zone_of(request.site_id)
    form = PaperForm(
        sent(request),
        today=local_day(visit.checked_in_at, zone),
        zone=zone,
        others=[
            person
            for person in accounts.staff_of(request.site_id, AT_THE_CHAIR)
            if str(person.staff_id) != request.actor.id
        ],
    )
    if done := carry_out(
        request,
        form,
        enter_from_paper,
        said=lambda made: f"Entered from paper: {PAPER_WORDS[PaperKind(made.kind)].lower()}.",
        to=reverse("infusions:paper", args=[patient_id, session_id]),
        session_id=session_id,
    ):
        return done
    context = {
        "form": form,
        "chair": visit.chair_name,
        "lead": f"Infusion {visit.number} of {visit.infusions}, {visit.chair_name}",
        "back_url": url_of(visit),
        "lines": paper_lines(paper_of(visit.pk), zone),
    }
    return page(request, "infusions/back_entry.html", context)
