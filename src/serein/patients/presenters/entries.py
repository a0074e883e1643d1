"""Each kind of entry as cells of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.quantities import shown
from serein.patients.presenters.shapes import Cell, day, moment, yes_no
from serein.patients.queries import (
    AllergyFact,
    BloodPressureFact,
    BodyFact,
    ConditionFact,
    ContactFact,
    EscortFact,
    MedicationFact,
)
from serein.patients.rules import shown_phone
from serein.patients.rules.contacts import ContactKind
from serein.patients.rules.entries import ICD_10_CM, SNOMED, EntryKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from serein.patients.queries import EntryFact

Cells = tuple[Cell, ...]

_KIND_WORDS = {
    ContactKind.PHONE: "Phone",
    ContactKind.EMAIL: "E-mail",
    ContactKind.ADDRESS: "Address",
}
_METHOD_WORDS = {"measured": "measured", "reported": "told by the patient", "imported": "imported"}
_SYSTEM_WORDS = {SNOMED: "SNOMED CT", ICD_10_CM: "ICD-10-CM"}


def cells(entry: EntryFact, zone: ZoneInfo) -> Cells:
    """Say what an entry holds."""
    fact = entry.fact
    if isinstance(fact, ContactFact):
        return _contact(fact)
    if isinstance(fact, EscortFact):
        return (
            Cell("Name", fact.name),
            Cell("Relation", fact.relation),
            Cell("Phone", shown_phone(fact.phone) if fact.phone else ""),
        )
    if isinstance(fact, AllergyFact):
        return (
            Cell("Substance", fact.substance),
            Cell("What happened", fact.reaction),
            Cell("Severity", "not known" if fact.severity == "unknown" else fact.severity),
        )
    if isinstance(fact, ConditionFact):
        return _condition(fact)
    if isinstance(fact, MedicationFact):
        return _medication(fact, zone)
    if isinstance(fact, BloodPressureFact):
        return _pressure(fact, zone)
    if isinstance(fact, BodyFact):
        return _body(entry.kind, fact, zone)
    return (Cell("Substance", "Asked: no known allergies"), Cell("What happened", ""), Cell("", ""))


def columns(kind: EntryKind) -> Cells:
    """Name the columns of a kind."""
    return {
        EntryKind.CONTACT: _heads("Kind", "Contact", "Message may be left"),
        EntryKind.ESCORT: _heads("Name", "Relation", "Phone"),
        EntryKind.ALLERGY: _heads("Substance", "What happened", "Severity"),
        EntryKind.CONDITION: _heads("Problem", "Since", "State"),
        EntryKind.MEDICATION: _heads("Medicine", "Dose", "Since", "Last change"),
        EntryKind.WEIGHT: (Cell("Weight", "", True), *_heads("How", "When")),
        EntryKind.HEIGHT: (Cell("Height", "", True), *_heads("How", "When")),
        EntryKind.BLOOD_PRESSURE: (Cell("Blood pressure", "", True), *_heads("Source", "When")),
    }[kind]


def name_of(entry: EntryFact, zone: ZoneInfo) -> str:
    """Name an entry in one line, for the page that asks about it."""
    if entry.fact is None:
        return "No known allergies"
    return ", ".join(cell.text.replace("\n", ", ") for cell in cells(entry, zone) if cell.text)


def _heads(*labels: str) -> Cells:
    return tuple(Cell(label, "") for label in labels)


def _contact(fact: ContactFact) -> Cells:
    value = shown_phone(fact.value) if fact.kind is ContactKind.PHONE else fact.value
    return (
        Cell("Kind", _KIND_WORDS[fact.kind]),
        Cell("Contact", value),
        Cell(
            "Message may be left",
            "" if fact.kind is ContactKind.ADDRESS else yes_no(fact.may_leave_message),
        ),
    )


def _condition(fact: ConditionFact) -> Cells:
    name = fact.display
    if fact.code:
        system = _SYSTEM_WORDS.get(fact.system, "")
        name = f"{name} ({system} {fact.code})" if system else f"{name} ({fact.code})"
    state = "active" if fact.is_active else "past"
    if fact.ended_date:
        state = f"ended {day(fact.ended_date)}"
    if not fact.is_confirmed:
        state = f"{state}, suspected"
    since = day(fact.onset_date) if fact.onset_date else "not known"
    return (Cell("Problem", name), Cell("Since", since), Cell("State", state))


def _medication(fact: MedicationFact, zone: ZoneInfo) -> Cells:
    return (
        Cell("Medicine", f"{fact.name}\n{fact.ingredient or 'ingredient not known'}"),
        Cell("Dose", fact.dose_text or "not recorded"),
        Cell("Since", day(fact.started_on) if fact.started_on else "not known"),
        Cell("Last change", moment(fact.last_change_at, zone, is_time_known=False)),
    )


def _pressure(fact: BloodPressureFact, zone: ZoneInfo) -> Cells:
    return (
        Cell("Blood pressure", f"{fact.sbp_mmhg}/{shown(fact.dbp_mmhg, 'mmHg')}", True),
        Cell("Source", fact.source or "not recorded"),
        Cell("When", moment(fact.measured_at, zone, is_time_known=fact.is_time_known)),
    )


def _body(kind: EntryKind, fact: BodyFact, zone: ZoneInfo) -> Cells:
    unit, label = ("kg", "Weight") if kind is EntryKind.WEIGHT else ("cm", "Height")
    how = _METHOD_WORDS[fact.method]
    if fact.as_entered.endswith("lb"):
        how = f"{how}, typed as {fact.as_entered}"
    return (
        Cell(label, shown(fact.value, unit), True),
        Cell("How", how),
        Cell("When", moment(fact.measured_at, zone, is_time_known=fact.is_time_known)),
    )
