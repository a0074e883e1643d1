"""The record page: who this is, how to reach them, and what is known of their health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from serein.core.clinic_time import local_day
from serein.core.quantities import shown
from serein.patients import queries
from serein.patients.presenters.entries import cells, columns
from serein.patients.presenters.shapes import Badge, Cell, Link, Row, Section, day, moment, yes_no
from serein.patients.rules import age_years, bmi
from serein.patients.rules.entries import MAY_END, EntryKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.patients.models import Patient
    from serein.patients.queries import EntryFact

    Entries = Mapping[EntryKind, tuple[EntryFact, ...]]

REACH = (EntryKind.CONTACT, EntryKind.ESCORT)
CHART = tuple(kind for kind in EntryKind if kind not in REACH)
NEWEST = 3
"""How many measurements stand open; the others are one press away."""

_FIELD_WORDS = {
    "given_name": "Given name", "family_name": "Family name", "preferred_name": "Name to say",
    "birth_date": "Birth date", "sex": "Recorded sex", "pronouns": "Pronouns",
    "may_leave_message": "Message may be left", "comfort_note": "Comfort note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rights:
    """What this person may see and do here."""

    see_chart: bool
    edit_details: bool
    write_chart: bool


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The whole page in words."""

    name: str
    details: tuple[Cell, ...]
    changes: tuple[str, ...]
    edit: Link | None
    reach: tuple[Section, ...]
    chart: tuple[Section, ...]
    body_line: str


def record_page(*, patient: Patient, at: datetime, zone: ZoneInfo, rights: Rights) -> RecordPage:
    """Collect the record of a patient as far as this person may see it."""
    kinds = (*REACH, *CHART) if rights.see_chart else REACH
    entries = queries.entries_of(patient.pk, kinds)
    page = _Page(patient.pk, zone, rights, entries)
    edit = page.link("Change details", "details") if rights.edit_details else None
    return RecordPage(
        name=patient.full_name,
        details=_details(patient, at, zone),
        changes=_changes(patient.pk, zone),
        edit=edit,
        reach=(page.contacts(), page.escorts()),
        chart=page.chart() if rights.see_chart else (),
        body_line=_body_line(patient.pk, at) if rights.see_chart else "",
    )


def _details(patient: Patient, at: datetime, zone: ZoneInfo) -> tuple[Cell, ...]:
    age = age_years(patient.birth_date, patient.deceased_date or local_day(at, zone))
    cells_ = [
        Cell("Name", patient.full_name),
        Cell("Name to say", patient.preferred_name),
        Cell("Pronouns", patient.pronouns),
        Cell("Birth date", f"{day(patient.birth_date)} ({age} years)"),
        Cell("Recorded sex for clinical use", patient.sex),
        Cell("Record number", patient.mrn),
        Cell("Message may be left", yes_no(patient.may_leave_message)),
        Cell("Comfort note", patient.comfort_note),
    ]
    if patient.is_deceased:
        died = day(patient.deceased_date) if patient.deceased_date else "day not known"
        cells_.append(Cell("Deceased", died))
    others = [f"{value} ({system})" for system, value in queries.identifiers_of(patient.pk)]
    cells_.append(Cell("Other numbers", "\n".join(others)))
    source = f", from {patient.source}" if patient.source else ""
    registered = moment(patient.registered_at, zone, is_time_known=False)
    cells_.append(Cell("Registered", f"{registered}{source}"))
    return tuple(cell for cell in cells_ if cell.text)


def _changes(patient_id: UUID, zone: ZoneInfo) -> tuple[str, ...]:
    return tuple(
        f"{_FIELD_WORDS[change.field]}: “{change.was}” became “{change.became}”. "
        f"{change.by_name}, {moment(change.at, zone)}"
        for change in queries.changes_of(patient_id)
    )


def _body_line(patient_id: UUID, at: datetime) -> str:
    weight, height = queries.weight_at(patient_id, at), queries.height_at(patient_id, at)
    if weight is None or height is None:
        return ""
    index = bmi(weight_kg=weight.value, height_cm=height.value)
    return (
        f"Body mass index {shown(index, 'kg/m²')}: {shown(weight.value, 'kg')} ÷ "
        f"({shown(height.value / 100, 'm')})², from the newest weight and height."
    )


class _Page:
    """Sections of one patient's page, with the links this person may use."""

    def __init__(self, patient_id: UUID, zone: ZoneInfo, rights: Rights, entries: Entries) -> None:
        self.patient_id, self.zone = patient_id, zone
        self.rights, self.entries = rights, entries

    def link(self, label: str, name: str, *args: object) -> Link:
        return Link(label, reverse(f"patients:{name}", args=[self.patient_id, *args]))

    def contacts(self) -> Section:
        return self._section(
            EntryKind.CONTACT, "Contacts", "No way to reach this patient is on record.",
            self._may(EntryKind.CONTACT, ("Add a contact", "contact")),
        )  # fmt: skip

    def escorts(self) -> Section:
        return self._section(
            EntryKind.ESCORT, "Escorts", "No escort is named yet.",
            self._may(EntryKind.ESCORT, ("Add an escort", "escort")),
        )  # fmt: skip

    def chart(self) -> tuple[Section, ...]:
        return (
            self._allergies(),
            self._section(
                EntryKind.CONDITION, "Problems", "No problem is on record.",
                self._may(EntryKind.CONDITION, ("Add a problem", "condition")),
            ),
            self._section(
                EntryKind.MEDICATION, "Medicines", "No current medicine is on record.",
                self._may(EntryKind.MEDICATION, ("Add a medicine", "medication")),
            ),
            self._section(
                EntryKind.WEIGHT, "Weight", "No weight is on record. Without one no dose can be "
                "worked out.", self._may(EntryKind.WEIGHT, ("Add a weight", "weight")),
            ),
            self._section(
                EntryKind.HEIGHT, "Height", "No height is on record.",
                self._may(EntryKind.HEIGHT, ("Add a height", "height")),
            ),
            self._section(
                EntryKind.BLOOD_PRESSURE, "Blood pressure outside sessions",
                "No blood pressure is on record.",
                self._may(EntryKind.BLOOD_PRESSURE, ("Add a blood pressure", "pressure")),
            ),
        )  # fmt: skip

    def _allergies(self) -> Section:
        summary = queries.allergies_of(self.patient_id)
        badges = {
            "not_asked": Badge("look", "Not asked yet"),
            "none_known": Badge("done", "None known"),
            "listed": Badge("look", f"{len(summary.items)} listed"),
        }
        empty = {
            "not_asked": "Nobody has asked this patient about allergies yet. This is not “none”.",
            "none_known": "The patient was asked and knows of no allergy.",
            "listed": "",
        }
        may = self.rights.write_chart and summary.status == "not_asked"
        reviews = self.entries[EntryKind.ALLERGY_REVIEW]
        return self._section(
            EntryKind.ALLERGY, "Allergies", empty[summary.status],
            self._may(EntryKind.ALLERGY, ("Add an allergy", "allergy")),
            badge=badges[summary.status],
            post=self.link("Asked: none known", "no_allergies") if may else None,
            further=reviews,
        )  # fmt: skip

    def _may(self, kind: EntryKind, add: tuple[str, str]) -> tuple[Link, ...]:
        return (self.link(*add),) if self._may_write(kind) else ()

    def _may_write(self, kind: EntryKind) -> bool:
        return self.rights.edit_details if kind in REACH else self.rights.write_chart

    def _section(
        self,
        kind: EntryKind,
        title: str,
        empty: str,
        links: tuple[Link, ...],
        *,
        badge: Badge | None = None,
        post: Link | None = None,
        further: tuple[EntryFact, ...] = (),
    ) -> Section:
        rows = self.entries[kind]
        now = [one for one in rows if _counts(one)]
        if kind not in MAY_END and kind is not EntryKind.ALLERGY:
            now = now[:NEWEST]
        open_ids = {one.id for one in now}
        past = [one for one in (*rows, *further) if one.id not in open_ids]
        return Section(
            anchor=kind.value,
            title=title,
            columns=columns(kind),
            rows=tuple(self._row(one) for one in now),
            history=tuple(self._row(one) for one in past),
            empty=empty,
            links=links,
            badge=badge,
            post=post,
        )

    def _row(self, entry: EntryFact) -> Row:
        source = f" ({entry.source})" if entry.source else ""
        return Row(
            cells=cells(entry, self.zone),
            written=f"{entry.recorded_by_name}, {moment(entry.recorded_at, self.zone)}{source}",
            is_struck=entry.error is not None,
            note=self._note(entry),
            links=self._entry_links(entry),
        )

    def _note(self, entry: EntryFact) -> str:
        notes = []
        if entry.ended is not None:
            on = f" on {day(entry.ended.ended_on)}" if entry.ended.ended_on else ""
            why = f": {entry.ended.reason}" if entry.ended.reason else ""
            notes.append(f"Ended{on}{why} ({entry.ended.by_name})")
        if entry.error is not None:
            when = moment(entry.error.at, self.zone)
            notes.append(f"Entered in error: {entry.error.reason} ({entry.error.by_name}, {when})")
        return " · ".join(notes)

    def _entry_links(self, entry: EntryFact) -> tuple[Link, ...]:
        if entry.error is not None or not self._may_write(entry.kind):
            return ()
        place = "reach" if entry.kind in REACH else "chart"
        links = []
        if _counts(entry) and entry.kind is EntryKind.MEDICATION:
            links.append(self.link("New dose", "dose", entry.id))
        if _counts(entry) and entry.kind in MAY_END:
            links.append(self.link("End", f"end_{place}", entry.kind.value, entry.id))
        links.append(self.link("Wrong entry", f"mark_{place}", entry.kind.value, entry.id))
        return tuple(links)


def _counts(entry: EntryFact) -> bool:
    """Whether an entry is true today, as far as the record knows."""
    if entry.error is not None or entry.ended is not None:
        return False
    return bool(getattr(entry.fact, "is_active", True))
