"""One file, all or nothing: what was read is registered and charted, or nothing is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.fhir import queries
from serein.fhir.actions.charting import Charting, chart
from serein.fhir.models import ImportedResource, ImportRun
from serein.fhir.rules.facts import LeftOut, Subject
from serein.fhir.rules.report import Tally
from serein.patients import actions as patients
from serein.patients import queries as people
from serein.patients.rules import ContactKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.core.actors import Actor
    from serein.fhir.rules.facts import PatientTaken, Reading, Source
    from serein.patients.models import Patient

SOURCE = "FHIR import"


@action
def import_reading(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    reading: Reading,
    sha256: str,
    zone: ZoneInfo,
    is_new_person: bool = False,
    on_step: Callable[[], None] = lambda: None,
) -> ImportRun:
    """Store one file that was read whole. What is already here is left as it is.

    A day without an hour counts from the start of that day in ``zone``, so it never seems newer
    than it may be. ``on_step`` is called once for each patient and entry.

    :raises Refused: nothing in it can be taken, or a patient may be somebody who is already here
    """
    tally = Tally(left_out=list(reading.left_out), notes=list(reading.notes))
    work = _Import(key, by, at, tally, is_new_person)
    sources = [one.source.key for one in (*reading.patients, *reading.entries)]
    subjects = [one.subject.key for one in reading.entries if one.subject.key]
    work.known = queries.imported(by.site_id, [*sources, *subjects])
    for person in reading.patients:
        work.register(person)
        on_step()
    for entry in sorted(reading.entries, key=lambda one: str(getattr(one, "measured", ""))):
        work.chart(entry, zone)
        on_step()
    if not tally.taken and not tally.already:
        raise Refused(_nothing(tally))
    run = ImportRun(
        site_id=by.site_id, sha256=sha256, report=tally.report(),
        by_id=by.id, by_name=by.name, at=at,
    )  # fmt: skip
    run.save()
    record(
        by=by, at=at, verb="import", subject=run,
        details={
            "sha256": sha256,
            "taken": tally.taken.total(),
            "already_here": tally.already.total(),
            "left_out": len(tally.left_out),
        },
    )  # fmt: skip
    return run


def _nothing(tally: Tally) -> str:
    reasons = sorted({f"{one.kind}: {one.reason}" for one in tally.left_out})
    shown = "; ".join(reasons[:3]) + (" …" if len(reasons) > 3 else "")
    return f"Check the file: nothing in it can be taken. {shown}."


class _Import:
    """One file on its way in."""

    def __init__(
        self, key: UUID, by: Actor, at: datetime, tally: Tally, is_new_person: bool
    ) -> None:
        self.key, self.by, self.at, self.tally = key, by, at, tally
        self.is_new_person = is_new_person
        self.known: dict[str, ImportedResource] = {}

    def register(self, person: PatientTaken) -> None:
        """Register a person, or find who they are here."""
        if person.source.key in self.known:
            self._note_known(person.source)
            return
        here = people.identified(self.by.site_id, person.identifiers)
        if len(here) > 1:
            records = " and ".join(one.mrn for one in here)
            raise Refused(
                f"Check the identifiers of the patient in {person.source.place}: "
                f"they belong to different records, {records}."
            )
        if here:
            self.tally.already["Patient"] += 1
            self._keep(person.source, here[0], here[0].pk)
            return
        self._keep(person.source, patient := self._registered(person), patient.pk)
        self.tally.taken["Patient"] += 1
        self.tally.notes.extend(person.notes)
        if person.is_deceased:
            self.tally.notes.append(f"Record {patient.mrn} is of a person who has died.")

    def _registered(self, person: PatientTaken) -> Patient:
        alike = people.duplicates_of(
            self.by.site_id, person.birth_date, person.given_name, person.family_name
        )
        if alike and not self.is_new_person:
            raise Refused(
                f"Check whether the patient in {person.source.place} is the same person as record "
                f"{alike[0].mrn}: born the same day, with a similar name. If not, give --new-person."
            )
        patient: Patient = patients.register_patient(
            key=self._key(person.source),
            by=self.by,
            at=self.at,
            given_name=person.given_name,
            family_name=person.family_name,
            preferred_name=person.preferred_name,
            birth_date=person.birth_date,
            sex=person.sex,
            source=SOURCE,
            is_deceased=person.is_deceased,
            deceased_date=person.deceased_date,
        )
        for system, value in person.identifiers:
            patients.record_identifier(
                key=self._key(person.source, f"{system}|{value}"),
                by=self.by, at=self.at, patient_id=patient.pk, system=system, value=value,
            )  # fmt: skip
        contacts = (
            *((ContactKind.PHONE, value) for value in person.phones),
            *((ContactKind.EMAIL, value) for value in person.emails),
            *((ContactKind.ADDRESS, value) for value in person.addresses),
        )
        for kind, value in contacts:
            patients.record_contact(
                key=self._key(person.source, f"{kind}|{value}"), by=self.by, at=self.at,
                patient_id=patient.pk, kind=kind, value=value, source=SOURCE,
            )  # fmt: skip
        return patient

    def chart(self, entry: Charting, zone: ZoneInfo) -> None:
        """Chart one entry, or say why not."""
        if entry.source.key in self.known:
            self._note_known(entry.source)
            return
        patient = self._patient(entry.subject)
        if patient is None:
            self._leave_out(entry.source, "its patient is neither in this file nor here")
            return
        try:
            row, note = chart(
                entry, key=self._key(entry.source), by=self.by, at=self.at,
                patient_id=patient.pk, zone=zone, source=SOURCE,
            )  # fmt: skip
        except Refused as refusal:
            self._leave_out(entry.source, f"the record refuses it. {refusal.message}")
            return
        self._keep(entry.source, patient, row.pk)
        self.tally.taken[entry.source.kind] += 1
        if note:
            self.tally.notes.append(note)

    def _patient(self, subject: Subject) -> Patient | None:
        if subject.key in self.known:
            imported = self.known[subject.key]
            if imported.kind != "Patient":
                return None
            return people.patient_for(self.by.site_id, imported.patient_id)
        if subject.identifier:
            here = people.identified(self.by.site_id, [subject.identifier])
            return here[0] if len(here) == 1 else None
        return None

    def _keep(self, source: Source, patient: Patient, row_id: UUID) -> None:
        kept = ImportedResource(
            site_id=self.by.site_id, patient=patient, kind=source.kind, source_key=source.key,
            digest=source.digest, row_id=row_id, at=self.at,
        )  # fmt: skip
        kept.save()
        self.known[source.key] = kept

    def _note_known(self, source: Source) -> None:
        self.tally.already[source.kind] += 1
        if self.known[source.key].digest != source.digest:
            self.tally.notes.append(
                f"{source.kind} in {source.place} differs from what was imported before; "
                "the record was left as it is."
            )

    def _leave_out(self, source: Source, reason: str) -> None:
        self.tally.left_out.append(LeftOut(source.kind, source.place, reason, is_malformed=True))

    def _key(self, source: Source, label: str = "") -> UUID:
        return derived_key(self.key, f"{source.key}#{label}")
