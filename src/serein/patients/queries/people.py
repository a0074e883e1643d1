"""Who is registered, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.core.errors import NotFound
from serein.patients.models import Identifier, Patient, PatientChange
from serein.patients.queries.facts import ChangeFact, DuplicateFact, PatientLine
from serein.patients.rules import is_same_person, name_likeness, search_date, search_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet


def patient_for(site_id: UUID, patient_id: UUID) -> Patient:
    """Return a patient of a site.

    :raises NotFound: no such patient, or one of another site
    """
    found = Patient.objects.filter(site_id=site_id, pk=patient_id).first()
    if found is None:
        raise NotFound
    return found


def patients_by_id(site_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, Patient]:
    """Return several patients of a site in one query; ids of other sites are left out."""
    return {row.pk: row for row in Patient.objects.filter(site_id=site_id, pk__in=set(patient_ids))}


def duplicates_of(
    site_id: UUID, birth_date: date, given_name: str, family_name: str
) -> tuple[DuplicateFact, ...]:
    """List who may be the same person, most alike first."""
    name = f"{given_name} {family_name}"
    born_that_day = Patient.objects.filter(site_id=site_id, birth_date=birth_date)
    alike = [
        DuplicateFact(
            patient.pk, patient.mrn, patient.full_name, patient.birth_date,
            name_likeness(name, patient.full_name),
        )
        for patient in born_that_day.order_by("registered_at", "pk")
        if is_same_person(name, patient.full_name)
    ]  # fmt: skip
    return tuple(sorted(alike, key=lambda found: -found.likeness))


def search(
    site_id: UUID, text: str = "", *, limit: int = 25, offset: int = 0
) -> tuple[PatientLine, ...]:
    """List patients by family name; see `found` for what ``text`` may be."""
    rows = _found(site_id, text).order_by("search_text", "pk")[offset : offset + limit]
    return tuple(
        PatientLine(
            row.pk, row.mrn, row.full_name, row.preferred_name, row.birth_date, row.sex,
            row.is_deceased,
        )
        for row in rows
    )  # fmt: skip


def count_found(site_id: UUID, text: str = "") -> int:
    """Count what `search` would list."""
    return _found(site_id, text).count()


def _found(site_id: UUID, text: str) -> QuerySet[Patient]:
    """Every word must occur somewhere in the folded name or record number; a date is a birth date.

    Words match anywhere, so "nun rey" finds Reyes Nuñez. Accents, case and apostrophes do not matter.
    """
    rows = Patient.objects.filter(site_id=site_id)
    if not text.strip():
        return rows
    born = search_date(text)
    if born is not None:
        return rows.filter(birth_date=born)
    words = search_words(text)
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows


def identified(site_id: UUID, pairs: Iterable[tuple[str, str]]) -> tuple[Patient, ...]:
    """Return the patients of a site who carry any of these (system, value) numbers."""
    ids: set[UUID] = set()
    for system, value in pairs:
        rows = Identifier.objects.filter(site_id=site_id, system=system, value=value)
        ids.update(rows.values_list("patient_id", flat=True))
    return tuple(Patient.objects.filter(pk__in=ids).order_by("mrn"))


def identifiers_of(patient_id: UUID) -> tuple[tuple[str, str], ...]:
    """List the numbers that other systems gave, as (system, value)."""
    rows = Identifier.objects.filter(patient_id=patient_id).order_by("recorded_at", "system")
    return tuple(rows.values_list("system", "value"))


def changes_of(patient_id: UUID) -> tuple[ChangeFact, ...]:
    """List corrected personal details, newest first."""
    rows = PatientChange.objects.filter(patient_id=patient_id).order_by("-at", "field")
    return tuple(ChangeFact(row.field, row.was, row.became, row.by_name, row.at) for row in rows)
