"""What the record holds: what counts today, and everything with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Window
from django.db.models.functions import RowNumber

from serein.patients import models
from serein.patients.queries.facts import (
    AllergyFact,
    AllergySummary,
    AnyFact,
    BloodPressureFact,
    BodyFact,
    ConditionFact,
    ContactFact,
    EntryFact,
    EscortFact,
    HealthFact,
    MarkFact,
    MedicationFact,
)
from serein.patients.rules.contacts import ContactKind
from serein.patients.rules.entries import EntryKind, Mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

TABLES: dict[EntryKind, type[models.Entry]] = {
    EntryKind.CONTACT: models.ContactPoint,
    EntryKind.ESCORT: models.Escort,
    EntryKind.ALLERGY: models.Allergy,
    EntryKind.ALLERGY_REVIEW: models.AllergyReview,
    EntryKind.CONDITION: models.Condition,
    EntryKind.MEDICATION: models.Medication,
    EntryKind.WEIGHT: models.Weight,
    EntryKind.HEIGHT: models.Height,
    EntryKind.BLOOD_PRESSURE: models.BloodPressure,
}
_MEASURED = {EntryKind.WEIGHT, EntryKind.HEIGHT, EntryKind.BLOOD_PRESSURE}


def _order(kind: EntryKind) -> tuple[str, ...]:
    first = ("-measured_at",) if kind in _MEASURED else ()
    return (*first, "-recorded_at", "pk")


def _standing(kind: EntryKind, *marks: Mark) -> QuerySet[Any]:
    """Rows without any of the marks; entered in error always takes a row out."""
    taken = {Mark.ENTERED_IN_ERROR, *marks}
    marked = models.EntryMark.objects.filter(entry_id=OuterRef("pk"), mark__in=taken)
    rows: QuerySet[Any] = TABLES[kind].objects.filter(~Exists(marked))
    return rows.order_by(*_order(kind))


def weight_at(patient_id: UUID, at: datetime) -> BodyFact | None:
    """Return the newest weight taken at or before a moment, or None. None is never a number."""
    return _body_at(EntryKind.WEIGHT, patient_id, at)


def height_at(patient_id: UUID, at: datetime) -> BodyFact | None:
    """Return the newest height taken at or before a moment, or None."""
    return _body_at(EntryKind.HEIGHT, patient_id, at)


def weights_of(patient_id: UUID) -> tuple[BodyFact, ...]:
    """List the weights that count, oldest first."""
    rows = _standing(EntryKind.WEIGHT).filter(patient_id=patient_id)
    return tuple(_body(row) for row in rows.reverse())


def weights_at(patient_ids: Iterable[UUID], at: datetime) -> dict[UUID, BodyFact]:
    """Return the newest weight of each patient at a moment, in one query."""
    rows = _standing(EntryKind.WEIGHT).filter(patient_id__in=set(patient_ids), measured_at__lte=at)
    place = Window(
        RowNumber(), partition_by="patient_id", order_by=("-measured_at", "-recorded_at")
    )
    return {row.patient_id: _body(row) for row in rows.annotate(place=place).filter(place=1)}


def _body_at(kind: EntryKind, patient_id: UUID, at: datetime) -> BodyFact | None:
    row = _standing(kind).filter(patient_id=patient_id, measured_at__lte=at).first()
    return None if row is None else _body(row)


def blood_pressure_at(patient_id: UUID, at: datetime) -> BloodPressureFact | None:
    """Return the newest blood pressure taken at or before a moment, or None."""
    rows = _standing(EntryKind.BLOOD_PRESSURE)
    row = rows.filter(patient_id=patient_id, measured_at__lte=at).first()
    return None if row is None else _pressure(row)


def health_of(patient_id: UUID) -> HealthFact:
    """Gather what counts of allergies, problems and medicines, and the escorts, at once."""
    marks = _marks_of(patient_id)
    return HealthFact(
        allergies=_allergies(patient_id, marks),
        conditions=_conditions(patient_id, marks),
        medications=_medications(patient_id, marks),
        escorts=tuple(
            _escort(row) for row in _unmarked(EntryKind.ESCORT, patient_id, marks, Mark.ENDED)
        ),
    )


def allergies_of(patient_id: UUID) -> AllergySummary:
    """Say what is known of allergies: listed, none known because somebody asked, or not asked.

    An allergy listed after "none known", and later found wrong, leaves the question open again.
    """
    return _allergies(patient_id, _marks_of(patient_id))


def conditions_of(patient_id: UUID) -> tuple[ConditionFact, ...]:
    """List the problems, past ones too; ``is_active`` tells them apart."""
    return _conditions(patient_id, _marks_of(patient_id))


def medications_of(patient_id: UUID) -> tuple[MedicationFact, ...]:
    """List the medicines, past ones too, by name."""
    return _medications(patient_id, _marks_of(patient_id))


def _allergies(patient_id: UUID, marks: Marks) -> AllergySummary:
    items = _unmarked(EntryKind.ALLERGY, patient_id, marks)
    if items:
        listed = tuple(_allergy(row) for row in reversed(items))
        return AllergySummary("listed", listed, items[0].recorded_at)
    reviews = _unmarked(EntryKind.ALLERGY_REVIEW, patient_id, marks)
    if not reviews:
        return AllergySummary("not_asked", ())
    asked_at = reviews[0].recorded_at
    if models.Allergy.objects.filter(patient_id=patient_id, recorded_at__gt=asked_at).exists():
        return AllergySummary("not_asked", ())
    return AllergySummary("none_known", (), asked_at)


def _conditions(patient_id: UUID, marks: Marks) -> tuple[ConditionFact, ...]:
    rows = _unmarked(EntryKind.CONDITION, patient_id, marks)
    return tuple(_condition(row, marks.get((row.pk, Mark.ENDED))) for row in rows)


def _medications(patient_id: UUID, marks: Marks) -> tuple[MedicationFact, ...]:
    rows = _unmarked(EntryKind.MEDICATION, patient_id, marks)
    found = (_medication(row, marks.get((row.pk, Mark.ENDED))) for row in rows)
    return tuple(sorted(found, key=lambda one: (not one.is_active, one.name.casefold())))


def escorts_of(patient_id: UUID) -> tuple[EscortFact, ...]:
    """List the people who may take the patient home, newest first."""
    rows = _standing(EntryKind.ESCORT, Mark.ENDED).filter(patient_id=patient_id)
    return tuple(_escort(row) for row in rows)


def escorts_named(patient_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these patients have an escort on record, in one query."""
    rows = _standing(EntryKind.ESCORT, Mark.ENDED).filter(patient_id__in=set(patient_ids))
    return set(rows.order_by().values_list("patient_id", flat=True))


def contacts_of(patient_id: UUID) -> tuple[ContactFact, ...]:
    """List the ways to reach the patient, newest first."""
    rows = _standing(EntryKind.CONTACT, Mark.ENDED).filter(patient_id=patient_id)
    return tuple(_contact(row) for row in rows)


def entry_of(patient_id: UUID, kind: EntryKind, entry_id: UUID) -> EntryFact | None:
    """Return one entry of this patient with its marks, or None."""
    row = TABLES[kind].objects.filter(patient_id=patient_id, pk=entry_id).first()
    if row is None:
        return None
    return _entry(kind, row, _marks(models.EntryMark.objects.filter(entry_id=entry_id)))


def entries_of(
    patient_id: UUID, kinds: Iterable[EntryKind]
) -> dict[EntryKind, tuple[EntryFact, ...]]:
    """List every entry of these kinds, wrong and ended ones too, newest first. One query a kind."""
    marks = _marks_of(patient_id)
    return {
        kind: tuple(
            _entry(kind, row, marks)
            for row in TABLES[kind].objects.filter(patient_id=patient_id).order_by(*_order(kind))
        )
        for kind in kinds
    }


Marks = dict[tuple["UUID", str], MarkFact]


def _marks(rows: QuerySet[models.EntryMark]) -> Marks:
    return {
        (row.entry_id, row.mark): MarkFact(row.ended_on, row.reason, row.by_name, row.at)
        for row in rows
    }


def _marks_of(patient_id: UUID) -> Marks:
    return _marks(models.EntryMark.objects.filter(patient_id=patient_id))


def _unmarked(kind: EntryKind, patient_id: UUID, marks: Marks, *more: Mark) -> list[Any]:
    """Rows without any of the marks, newest first; entered in error always takes a row out."""
    taken = (Mark.ENTERED_IN_ERROR, *more)
    rows = TABLES[kind].objects.filter(patient_id=patient_id).order_by(*_order(kind))
    return [row for row in rows if not any((row.pk, mark) in marks for mark in taken)]


def _entry(kind: EntryKind, row: Any, marks: Marks) -> EntryFact:
    ended = marks.get((row.pk, Mark.ENDED))
    return EntryFact(
        id=row.pk,
        kind=kind,
        fact=_fact(kind, row, ended),
        source=row.source,
        recorded_at=row.recorded_at,
        recorded_by_name=row.recorded_by_name,
        error=marks.get((row.pk, Mark.ENTERED_IN_ERROR)),
        ended=ended,
    )


def _fact(kind: EntryKind, row: Any, ended: MarkFact | None) -> AnyFact:
    if kind is EntryKind.CONDITION:
        return _condition(row, ended)
    if kind is EntryKind.MEDICATION:
        return _medication(row, ended)
    plain: dict[EntryKind, Callable[[Any], AnyFact]] = {
        EntryKind.WEIGHT: _body,
        EntryKind.HEIGHT: _body,
        EntryKind.BLOOD_PRESSURE: _pressure,
        EntryKind.ALLERGY: _allergy,
        EntryKind.ESCORT: _escort,
        EntryKind.CONTACT: _contact,
    }
    return plain[kind](row) if kind in plain else None


def _body(row: models.Weight | models.Height) -> BodyFact:
    return BodyFact(
        row.value, row.method, row.measured_at, row.pk, row.is_time_known, row.as_entered
    )


def _pressure(row: models.BloodPressure) -> BloodPressureFact:
    return BloodPressureFact(
        row.sbp_mmhg, row.dbp_mmhg, row.measured_at, row.source, row.pk, row.is_time_known
    )


def _allergy(row: models.Allergy) -> AllergyFact:
    return AllergyFact(row.pk, row.substance, row.reaction, row.severity, row.system, row.code)


def _escort(row: models.Escort) -> EscortFact:
    return EscortFact(row.pk, row.name, row.phone, row.relation)


def _contact(row: models.ContactPoint) -> ContactFact:
    return ContactFact(row.pk, ContactKind(row.kind), row.value, row.may_leave_message)


def _condition(row: models.Condition, ended: MarkFact | None) -> ConditionFact:
    return ConditionFact(
        system=row.system,
        code=row.code,
        display=row.display,
        onset_date=row.onset_date,
        is_active=row.is_active and ended is None,
        source=row.source,
        id=row.pk,
        is_confirmed=row.is_confirmed,
        ended_date=ended.ended_on if ended else row.ended_date,
    )


def _medication(row: models.Medication, ended: MarkFact | None) -> MedicationFact:
    return MedicationFact(
        id=row.pk,
        name=row.name,
        ingredient=row.ingredient,
        dose_text=row.dose_text,
        is_active=row.is_active and ended is None,
        source=row.source,
        started_on=row.started_on,
        last_change_at=ended.at if ended else row.recorded_at,
        system=row.system,
        code=row.code,
    )
