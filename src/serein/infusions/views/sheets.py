"""Every entry that the page offers, filled in and ready to open without asking the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.clinic_time import local_day
from serein.core.quantities import shown as written
from serein.infusions import queries
from serein.infusions.forms import (
    DrugForm,
    PauseForm,
    RateForm,
    RemarkForm,
    ResumeForm,
    ScoreForm,
    SideEffectForm,
)
from serein.infusions.presenters.chairside import order_line
from serein.infusions.presenters.drugs import order_rows
from serein.infusions.rules.scales import SCALES
from serein.monitoring import queries as monitored
from serein.monitoring.forms import VitalsForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

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


def sheets(visit: InfusionSession, seen: ChairsidePage, at: datetime) -> tuple[Sheet, ...]:
    """Make the entries behind the buttons of this phase, and the scales."""
    urls = {button.name: button.url for button in (*seen.buttons, *seen.further) if button.url}
    if urls.keys() & _AT_THE_PUMP:
        ids = [visit.patient_id, visit.pk]
        urls |= {name: reverse(f"infusions:{name}", args=ids) for name in sorted(_AT_THE_PUMP)}
    found = [make(visit, at, urls[name]) for name, make in _MAKERS.items() if name in urls]
    if seen.buttons:
        found += [_score(visit, at, code) for code in SCALES]
    return tuple(found)


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
