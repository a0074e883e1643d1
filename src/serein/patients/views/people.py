"""Finding, registering and reaching people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import page, saved, sent
from serein.core.errors import Refused
from serein.patients import actions, presenters, queries
from serein.patients.forms import ChangeDetailsForm, ContactForm, EscortForm, RegisterForm
from serein.patients.views.saving import form_page, record_url

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest


def people(request: ClinicRequest) -> HttpResponse:
    """Search by name, record number or birth date."""
    number = request.GET.get("page", "1")
    shown = presenters.people_page(
        site_id=request.site_id,
        typed=request.GET.get("q", "")[:200],
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
        at=request.at,
        zone=zone_of(request.site_id),
    )
    may_register = may(request.actor.role, Act.EDIT_DEMOGRAPHICS)
    return page(request, "patients/list.html", {"page": shown, "may_register": may_register})


def register(request: ClinicRequest) -> HttpResponse:
    """Register a patient; somebody who may be the same person is shown first."""
    form = RegisterForm(sent(request))
    alike: tuple[presenters.DuplicateLine, ...] = ()
    if form.is_posted_and_valid(request):
        facts = form.facts()
        if not form.cleaned_data["is_new_person"]:
            alike = presenters.duplicate_lines(
                queries.duplicates_of(
                    request.site_id,
                    facts["birth_date"],
                    facts["given_name"],
                    facts["family_name"],
                )
            )
        if alike:
            form.add_error("is_new_person", "Check whether this person is already registered.")
        else:
            try:
                patient = actions.register_with_contacts(
                    key=form.key, by=request.actor, at=request.at, **facts
                )
            except Refused as refusal:
                form.refuse(refusal)
            else:
                said = f"Registered {patient.full_name}, record {patient.mrn}."
                return saved(request, said, to=record_url(patient.pk))
    return page(
        request,
        "patients/register.html",
        {"form": form, "alike": alike, "back_url": reverse("patients:list")},
    )


def details(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Correct personal details."""
    patient = queries.patient_for(request.site_id, patient_id)
    initial = {name: getattr(patient, name) for name in actions.DETAILS}
    initial["may_leave_message"] = {True: "yes", False: "no", None: ""}[patient.may_leave_message]
    return form_page(
        request,
        ChangeDetailsForm(sent(request), initial=initial),
        patient_id=patient_id,
        title="Change details",
        save=actions.change_details,
        said="Details changed.",
        label="Save details",
        lead="What was there before is kept in the record.",
    )


def contact(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Add a phone number, an e-mail or an address."""
    return form_page(
        request,
        ContactForm(sent(request)),
        patient_id=patient_id,
        title="Add a contact",
        save=actions.record_contact,
        said="Contact saved.",
        anchor="contact",
        label="Save contact",
    )


def escort(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Name an adult who can take the patient home."""
    return form_page(
        request,
        EscortForm(sent(request)),
        patient_id=patient_id,
        title="Add an escort",
        save=actions.record_escort,
        said="Escort saved.",
        anchor="escort",
        label="Save escort",
        lead="An adult who takes the patient home after an infusion. A driver for hire does not "
        "count.",
    )
