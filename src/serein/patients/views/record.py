"""The record page, and saying that one of its entries no longer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import page, sent
from serein.core.errors import NotFound
from serein.patients import actions, presenters, queries
from serein.patients.forms import EndForm, ErrorForm
from serein.patients.rules.entries import EntryKind
from serein.patients.views.saving import form_page

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def record(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show the record as far as this role may see it."""
    role = request.actor.role
    shown = presenters.record_page(
        patient=queries.patient_for(request.site_id, patient_id),
        at=request.at,
        zone=zone_of(request.site_id),
        rights=presenters.Rights(
            see_chart=may(role, Act.SEE_CHART),
            edit_details=may(role, Act.EDIT_DEMOGRAPHICS),
            write_chart=may(role, Act.WRITE_CHART),
        ),
    )
    return page(request, "patients/record.html", {"page": shown})


def end_reach(request: ClinicRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    """End a contact or an escort."""
    return _end(request, patient_id, kind, entry_id, presenters.REACH)


def end_chart(request: ClinicRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    """End a problem or a medicine."""
    return _end(request, patient_id, kind, entry_id, presenters.CHART)


def mark_reach(request: ClinicRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    """Mark a contact or an escort as entered in error."""
    return _mark(request, patient_id, kind, entry_id, presenters.REACH)


def mark_chart(request: ClinicRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    """Mark an entry of the chart as entered in error."""
    return _mark(request, patient_id, kind, entry_id, presenters.CHART)


def _end(
    request: ClinicRequest,
    patient_id: UUID,
    kind: str,
    entry_id: UUID,
    allowed: Collection[EntryKind],
) -> HttpResponse:
    return form_page(
        request,
        EndForm(sent(request)),
        patient_id=patient_id,
        title="End this entry",
        save=actions.end_entry,
        said="Ended. The entry stays in the history.",
        anchor=kind,
        label="End entry",
        lead=_entry_name(request, patient_id, kind, entry_id, allowed),
        entry_kind=kind,
        entry_id=entry_id,
    )


def _mark(
    request: ClinicRequest,
    patient_id: UUID,
    kind: str,
    entry_id: UUID,
    allowed: Collection[EntryKind],
) -> HttpResponse:
    return form_page(
        request,
        ErrorForm(sent(request)),
        patient_id=patient_id,
        title="Mark as entered in error",
        save=actions.mark_entered_in_error,
        said="Marked as entered in error. The entry stays in the history, struck through.",
        anchor=kind,
        label="Mark as entered in error",
        lead=_entry_name(request, patient_id, kind, entry_id, allowed),
        entry_kind=kind,
        entry_id=entry_id,
    )


def _entry_name(
    request: ClinicRequest,
    patient_id: UUID,
    kind: str,
    entry_id: UUID,
    allowed: Collection[EntryKind],
) -> str:
    """Name the entry that is meant.

    :raises NotFound: not an entry of this patient, or of a kind that is not changed here
    """
    if kind not in {one.value for one in allowed}:
        raise NotFound
    entry = queries.entry_of(patient_id, EntryKind(kind), entry_id)
    if entry is None:
        raise NotFound
    return presenters.name_of(entry, zone_of(request.site_id))
