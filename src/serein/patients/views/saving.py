"""The one shape that most pages here have: a form, one action, back to the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.core.answers import carry_out, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.core.forms import KeyedForm


def record_url(patient_id: UUID, anchor: str = "") -> str:
    """The patient's record, at a section."""
    return reverse("patients:record", args=[patient_id]) + (f"#{anchor}" if anchor else "")


def form_page(
    request: ClinicRequest,
    form: KeyedForm,
    *,
    patient_id: UUID,
    title: str,
    save: Callable[..., object],
    said: str,
    anchor: str = "",
    label: str = "Save",
    lead: str = "",
    **given: Any,
) -> HttpResponse:
    """Show a form, or carry it out with ``save`` and say ``said`` on the record page."""
    to = record_url(patient_id, anchor)
    done = carry_out(request, form, save, said=said, to=to, patient_id=patient_id, **given)
    return done or page(
        request,
        "patients/form.html",
        {"form": form, "title": title, "label": label, "lead": lead, "back_url": to},
    )
