"""The finished visit: the note, its signature and addenda, and the record as it is printed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.clinic_time import clock
from serein.infusions import queries
from serein.infusions.presenters.arrivals import ArrivalLine, arrival_lines
from serein.infusions.presenters.watch import Watch, watch
from serein.infusions.presenters.words import STATE_WORDS, day, event, exact_clock, mg, rate
from serein.infusions.rules.note import note
from serein.infusions.states import SessionState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.infusions.models import InfusionSession
    from serein.infusions.queries import SessionFact
    from serein.patients.models import Patient

SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class AddendumView:
    text: str
    signed: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """The note as signed, or as it would read if it were signed now."""

    text: str
    signed: str
    addenda: tuple[AddendumView, ...]


@dataclass(frozen=True, slots=True)
class SessionLine:
    url: str
    title: str
    date: str
    tone: str
    state: str
    given: str
    ordered: str
    chair: str
    note: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    title: str
    patient: str
    born: str
    mrn: str
    date: str
    chair: str
    state: str
    issued: str
    fingerprint: str
    note: NoteView
    log: tuple[tuple[str, str, str, str, bool], ...]
    arrivals: tuple[ArrivalLine, ...]
    watch: Watch


def note_view(visit: InfusionSession, at: datetime) -> NoteView:
    """Return the signed note, or the text that waits for a signature."""
    zone = zone_of(visit.site_id)
    signed = queries.note_of(visit.pk)
    if signed is None:
        return NoteView(note(queries.note_facts(visit, at)), "", ())
    return NoteView(
        text=signed.text,
        signed=f"Signed by {signed.signed_by_name} ({signed.signed_by_role.replace('_', ' ')}), "
        f"{_when(signed.signed_at, zone)}",
        addenda=tuple(
            AddendumView(each.text, f"{each.by_name}, {_when(each.at, zone)}")
            for each in signed.addenda
        ),
    )


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{day(at, zone)}, {clock(at, zone)}"


def record_page(visit: InfusionSession, patient: Patient, at: datetime) -> RecordPage:
    """Say the whole visit for print. Corrected entries are printed too, struck through."""
    zone = zone_of(visit.site_id)
    written = note_view(visit, at)
    state = "not signed"
    if written.signed:
        count = len(written.addenda)
        added = "1 addendum" if count == 1 else f"{count} addenda"
        state = f"{written.signed}; {added}" if count else written.signed
    whole = written.text + "".join(each.text + each.signed for each in written.addenda)
    return RecordPage(
        title=f"Infusion {visit.number} of {visit.infusions}",
        patient=patient.full_name,
        born=f"{patient.birth_date.day} {patient.birth_date:%B %Y}",
        mrn=patient.mrn,
        date=day(visit.checked_in_at, zone),
        chair=visit.chair_name,
        state=state,
        issued=_when(at, zone),
        fingerprint=hashlib.sha256(whole.encode()).hexdigest()[:SHORT_HASH],
        note=written,
        log=tuple(
            (
                exact_clock(fact.event.occurred_at, zone),
                f"{event(fact.event.kind)} {rate(fact.event.rate_ml_per_h)}".strip(),
                fact.by_name,
                fact.reason,
                fact.is_superseded,
            )
            for fact in queries.events_of(visit.pk)
        ),
        arrivals=arrival_lines(visit.pk, zone),
        watch=watch(visit, at=at, zone=zone, back="", by=None),
    )


def session_lines(
    facts: tuple[SessionFact, ...], patient_id: object, zone: ZoneInfo
) -> tuple[SessionLine, ...]:
    """Say each visit of a patient in one line."""
    return tuple(_line(fact, patient_id, zone) for fact in facts)


def _line(fact: SessionFact, patient_id: object, zone: ZoneInfo) -> SessionLine:
    word, tone = STATE_WORDS[SessionState(fact.state)]
    return SessionLine(
        url=reverse("infusions:session", args=[patient_id, fact.session_id]),
        title=f"Infusion {fact.number} of {fact.infusions}",
        date=_when(fact.started_at or fact.checked_in_at, zone),
        tone=tone,
        state=word,
        given=mg(fact.delivered_mg) if fact.started_at else "not started",
        ordered=mg(fact.ordered_mg),
        chair=fact.chair_name,
        note="signed" if fact.is_signed else "not signed",
    )
