"""Registering people and keeping their personal details right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F

from serein.accounts.queries import zone_of
from serein.audit.actions import action, derived_key, record
from serein.core.clinic_time import local_day
from serein.core.errors import Refused
from serein.patients import queries
from serein.patients.actions.written import written
from serein.patients.models import (
    ContactPoint,
    Escort,
    Identifier,
    MrnCounter,
    Patient,
    PatientChange,
)
from serein.patients.rules import Sex, age_years, folded, mrn_from, normal_contact, normal_phone
from serein.patients.rules.contacts import ContactKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from serein.core.actors import Actor

FIRST_NUMBER = 100_001
OLDEST_YEARS = 120
DETAILS = (
    "given_name", "family_name", "preferred_name", "birth_date", "sex", "pronouns",
    "may_leave_message", "comfort_note",
)  # fmt: skip


@action
def register_patient(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    given_name: str,
    family_name: str,
    birth_date: date,
    sex: str,
    preferred_name: str = "",
    pronouns: str = "",
    may_leave_message: bool | None = None,
    comfort_note: str = "",
    source: str = "",
    deceased_date: date | None = None,
    is_deceased: bool = False,
) -> Patient:
    """Register a person at the actor's site and give them a record number.

    Ask `queries.duplicates_of` first; this does not.

    :raises Refused: no name, an impossible birth date, or an unknown word for sex
    """
    patient = Patient(
        site_id=by.site_id,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        preferred_name=preferred_name.strip(),
        birth_date=birth_date,
        sex=sex,
        pronouns=pronouns.strip(),
        may_leave_message=may_leave_message,
        comfort_note=comfort_note.strip(),
        source=source,
        is_deceased=is_deceased or deceased_date is not None,
        deceased_date=deceased_date,
        registered_at=at,
    )
    _check_details(patient, local_day(at, zone_of(by.site_id)))
    patient.mrn = _next_mrn(by.site_id)
    patient.search_text = _search_text(patient)
    patient.save(force_insert=True)
    record(
        by=by, at=at, verb="register", subject=patient, patient_id=patient.pk,
        details={"source": source, "is_deceased": patient.is_deceased},
    )  # fmt: skip
    return patient


@action
def register_with_contacts(
    *, key: UUID, by: Actor, at: datetime, phone: str = "", email: str = "", **details: Any
) -> Patient:
    """Register a person (see `register_patient`) together with a phone number and an e-mail.

    :raises Refused: as `register_patient` and `record_contact`
    """
    patient: Patient = register_patient(
        key=derived_key(key, "patient"), by=by, at=at, source="front desk", **details
    )
    for kind, value in ((ContactKind.PHONE, phone), (ContactKind.EMAIL, email)):
        if value:
            record_contact(
                key=derived_key(key, kind), by=by, at=at, patient_id=patient.pk,
                kind=kind, value=value,
            )  # fmt: skip
    return patient


@action
def change_details(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    details: Mapping[str, Any],
) -> Patient:
    """Correct personal details (names of `DETAILS`); what they were is kept, field by field.

    :raises Refused: nothing changed, or a detail is impossible
    :raises NotFound: not a patient of the actor's site
    """
    patient = queries.patient_for(by.site_id, patient_id)
    changed = []
    for field in DETAILS:
        if field not in details or details[field] == getattr(patient, field):
            continue
        changed.append((field, _words(getattr(patient, field)), _words(details[field])))
        setattr(patient, field, details[field])
    if not changed:
        raise Refused("Change something first: these details are already on record.")
    _check_details(patient, local_day(at, zone_of(by.site_id)))
    patient.search_text = _search_text(patient)
    patient.save(update_fields=[*(field for field, _, _ in changed), "search_text"])
    for field, was, became in changed:
        PatientChange(
            patient=patient, field=field, was=was, became=became,
            by_id=by.id, by_name=by.name, at=at,
        ).save()  # fmt: skip
    record(
        by=by, at=at, verb="change", subject=patient, patient_id=patient.pk,
        details={"fields": ",".join(field for field, _, _ in changed)},
    )  # fmt: skip
    return patient


@action
def record_identifier(
    *, key: UUID, by: Actor, at: datetime, patient_id: UUID, system: str, value: str
) -> Identifier:
    """Keep the number by which another system knows this patient.

    :raises Refused: the number belongs to somebody else here
    """
    patient = queries.patient_for(by.site_id, patient_id)
    for other in queries.identified(by.site_id, [(system, value)]):
        raise Refused(f"Check the number: it already belongs to record {other.mrn}.")
    row = Identifier(
        site_id=by.site_id, patient=patient, system=system, value=value, recorded_at=at
    )
    row.save()
    record(by=by, at=at, verb="record", subject=row, patient_id=patient.pk)
    return row


@action
def record_contact(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    kind: str,
    value: str,
    may_leave_message: bool | None = None,
    source: str = "",
) -> ContactPoint:
    """Keep a way to reach the patient. Without an answer about messages, the patient's own counts.

    :raises Refused: the value has not the shape of its kind, or is already on record
    """
    patient = queries.patient_for(by.site_id, patient_id)
    try:
        normal = normal_contact(ContactKind(kind), value)
    except Refused as refusal:
        raise Refused(refusal.message, field="value") from None
    if any(one.kind == kind and one.value == normal for one in queries.contacts_of(patient.pk)):
        raise Refused("Enter another one: this is already on record.", field="value")
    if may_leave_message is None:
        may_leave_message = patient.may_leave_message
    row = ContactPoint(
        kind=kind,
        value=normal,
        may_leave_message=may_leave_message,
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(
        by=by, at=at, verb="record", subject=row, patient_id=patient.pk, details={"kind": str(kind)}
    )
    return row


@action
def record_escort(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    patient_id: UUID,
    name: str,
    phone: str = "",
    relation: str = "",
    source: str = "",
) -> Escort:
    """Name an adult who can take the patient home.

    :raises Refused: no name, or a number that is no phone number
    """
    patient = queries.patient_for(by.site_id, patient_id)
    if not name.strip():
        raise Refused("Enter the name of the escort.", field="name")
    try:
        normal = normal_phone(phone) if phone.strip() else ""
    except Refused as refusal:
        raise Refused(refusal.message, field="phone") from None
    row = Escort(
        name=name.strip(),
        phone=normal,
        relation=relation.strip(),
        **written(patient, by=by, at=at, source=source),
    )
    row.save()
    record(by=by, at=at, verb="record", subject=row, patient_id=patient.pk)
    return row


def _check_details(patient: Patient, today: date) -> None:
    if not patient.family_name.strip():
        raise Refused(
            "Enter the family name; put a single name here and leave the given name empty.",
            field="family_name",
        )
    if patient.birth_date > today:
        raise Refused("Enter a birth date that is not in the future.", field="birth_date")
    if age_years(patient.birth_date, today) > OLDEST_YEARS:
        raise Refused(
            f"Check the birth date: it makes the patient older than {OLDEST_YEARS} years.",
            field="birth_date",
        )
    if patient.sex not in set(Sex):
        raise Refused("Choose the recorded sex: female, male or unknown.", field="sex")
    if patient.deceased_date and not patient.birth_date <= patient.deceased_date <= today:
        raise Refused("Check the date of death: it must lie between birth and today.")


def _next_mrn(site_id: UUID) -> str:
    MrnCounter.objects.get_or_create(site_id=site_id, defaults={"last_number": FIRST_NUMBER - 1})
    # The update takes the row's lock until the end of the transaction: two desks never share one.
    MrnCounter.objects.filter(site_id=site_id).update(last_number=F("last_number") + 1)
    return mrn_from(MrnCounter.objects.get(site_id=site_id).last_number)


def _search_text(patient: Patient) -> str:
    parts = (patient.family_name, patient.given_name, patient.preferred_name, patient.mrn)
    return " ".join(folded(part) for part in parts if part)[:520]


def _words(value: object) -> str:
    if value is None:
        return "not asked"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
