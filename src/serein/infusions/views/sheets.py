"""Every entry that the page offers, filled in and ready to open without asking the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.clinic_time import local_day
from serein.core.quantities import shown as written
from serein.infusions import queries
from serein.infusions.forms import (
    CHECKLIST_FORMS,
    DischargeForm,
    DrugForm,
    EmergencyForm,
    LeaveForm,
    PauseForm,
    RateForm,
    RemarkForm,
    ResumeForm,
    ScoreForm,
    SideEffectForm,
)
from serein.infusions.presenters.chairside import order_line
from serein.infusions.presenters.checklists import ASKED_AT_THE_CHAIR
from serein.infusions.presenters.drugs import order_rows
from serein.infusions.presenters.emergency import emergency_card
from serein.infusions.rules.scales import SCALES
from serein.infusions.states import BEFORE_START, DRUG_IN_USE, SessionState
from serein.monitoring import queries as monitored
from serein.monitoring.forms import VitalsForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.http import QueryDict

    from serein.core.actors import Actor
    from serein.core.forms import KeyedForm
    from serein.infusions.models import InfusionSession
    from serein.infusions.presenters.chairside import ChairsidePage

PHRASES = (
    "Comfortable, eyes closed.",
    "Talked with the patient, grounded.",
    "Repositioned.",
    "Sip of water.",
    "Music or light changed.",
    "IV site clean and dry.",
)

_AT_THE_PUMP = frozenset({"rate", "pause", "resume"})
"""All three stand ready together: without the server a pause may be followed by a resume."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One entry: its name on the page, the address it goes to, its form and what that needs."""

    kind: str
    entry: str
    url: str
    form: Any
    orders: Any = None
    scale: Any = None
    order: str = ""
    title: str = ""
    card: Any = None
    more: Any = None
    note_url: str = ""


TITLES = {
    "identity": "Check identity, two ways",
    "fasting": "Ask about food and drink",
    "pregnancy": "Record the pregnancy test",
    "escort": "Name the escort",
    "second_check": "I prepared the drug as ordered",
}


def sheets(
    visit: InfusionSession, seen: ChairsidePage, *, at: datetime, by: Actor
) -> tuple[Sheet, ...]:
    """Make the entries behind the buttons of this phase, the scales, and both checklists."""
    urls = {button.name: button.url for button in (*seen.buttons, *seen.further) if button.url}
    if urls.keys() & _AT_THE_PUMP:
        ids = [visit.patient_id, visit.pk]
        urls |= {name: reverse(f"infusions:{name}", args=ids) for name in sorted(_AT_THE_PUMP)}
    found = [make(visit, at, urls[name]) for name, make in _MAKERS.items() if name in urls]
    if seen.buttons:
        found += [_score(visit, at, code) for code in SCALES]
        found += _checklists(visit, at, by)
    if seen.emergency_url:
        found.append(emergency(visit, at))
    return tuple(found)


def emergency(visit: InfusionSession, at: datetime) -> Sheet:
    """Make the crash card with its two forms: the call, and what was done."""
    ids = [visit.patient_id, visit.pk]
    return Sheet(
        "emergency",
        "emergency",
        reverse("infusions:emergency", args=ids),
        EmergencyForm(**_common(visit, at)),
        card=emergency_card(visit, at),
        more=RemarkForm(**_common(visit, at)),
        note_url=reverse("infusions:remark", args=ids),
    )


def _checklists(visit: InfusionSession, at: datetime, by: Actor) -> list[Sheet]:
    """What is asked before the start; from the first drop on the two ways home. No name in them.

    These sheets are for a tablet without the server; with it the pages themselves are better filled.
    """
    state = SessionState(visit.state)
    ids = [visit.patient_id, visit.pk]
    if state in BEFORE_START:
        return [
            Sheet(
                code,
                "answer",
                reverse("infusions:answer", args=[*ids, code]),
                CHECKLIST_FORMS[code](),
                title=TITLES[code],
            )
            for code in ASKED_AT_THE_CHAIR
        ]
    if state in {*DRUG_IN_USE, SessionState.RECOVERING} and may(by.role, Act.DISCHARGE):
        url = reverse("infusions:discharge", args=ids)
        return [
            Sheet("discharge", "discharge", url, discharge_form(visit, at, by, escort="")),
            Sheet("leave", "leave", reverse("infusions:leave", args=ids), LeaveForm()),
        ]
    return []


def asked_form(visit: InfusionSession, code: str, typed: QueryDict | None) -> KeyedForm:
    """Return the form of one question before the start; the escort on record stands in it."""
    initial = {"note": queries.escort_known(visit)} if code == "escort" else {}
    return CHECKLIST_FORMS[code](typed, initial=initial)


def discharge_form(
    visit: InfusionSession,
    at: datetime,
    by: Actor,
    typed: QueryDict | None = None,
    *,
    escort: str | None = None,
) -> DischargeForm:
    """Return the discharge form, a call at this time tomorrow filled in, and the escort on record."""
    zone = zone_of(visit.site_id)
    tomorrow = (at + timedelta(days=1)).astimezone(zone)
    return DischargeForm(
        typed,
        initial={
            "escort_name": queries.escort_known(visit) if escort is None else escort,
            "contact_date": tomorrow.date(),
            "contact_clock": tomorrow.time().replace(second=0, microsecond=0),
        },
        zone=zone,
        may_override=may(by.role, Act.OVERRIDE_GATE),
    )


def _common(visit: InfusionSession, at: datetime) -> dict[str, Any]:
    return {"at": at, "zone": zone_of(visit.site_id)}


def _vitals(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    zone = zone_of(visit.site_id)
    form = VitalsForm(at=at, zone=zone, day=local_day(visit.checked_in_at, zone))
    form.hint_from(monitored.vitals_of(visit.period_id))
    return Sheet("vitals", "vitals", url, form)


def _rate(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    return Sheet("rate", "rate", url, RateForm(**_common(visit, at)), order=order_line(visit))


def _resume(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    initial = {"rate_ml_per_h": rate_before(visit)}
    form = ResumeForm(initial=initial, **_common(visit, at))
    return Sheet("resume", "resume", url, form, order=order_line(visit))


def rate_before(visit: InfusionSession) -> str:
    """Return the rate at which the pump ran last, as it is typed; nothing where it never ran."""
    rates = [each.rate_ml_per_h for each in queries.log_of(visit.pk) if each.rate_ml_per_h]
    return written(rates[-1]) if rates else ""


def _pause(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    return Sheet("pause", "pause", url, PauseForm(**_common(visit, at)))


def _effect(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    return Sheet("effect", "effect", url, SideEffectForm(**_common(visit, at)))


def _drug(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    form = DrugForm(**_common(visit, at))
    return Sheet("drug", "drug", url, form, orders=order_rows(form, phase_of(visit)))


def phase_of(visit: InfusionSession) -> str:
    """Return where a visit stands by the words of the standing orders: pre, during or post."""
    if visit.started_at is None:
        return "pre"
    return "during" if visit.stopped_at is None else "post"


def _note(visit: InfusionSession, at: datetime, url: str) -> Sheet:
    return Sheet("note", "remark", url, RemarkForm(**_common(visit, at)))


def _score(visit: InfusionSession, at: datetime, code: str) -> Sheet:
    scale = SCALES[code]
    url = reverse("infusions:score", args=[visit.patient_id, visit.pk, code])
    form = ScoreForm(scale=scale, **_common(visit, at))
    return Sheet(f"score-{code}", "score", url, form, scale=scale)


_MAKERS: dict[str, Callable[[InfusionSession, datetime, str], Sheet]] = {
    "vitals": _vitals,
    "rate": _rate,
    "resume": _resume,
    "pause": _pause,
    "effect": _effect,
    "drug": _drug,
    "remark": _note,
}
