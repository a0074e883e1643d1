from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from serein.accounts import queries as accounts
from serein.accounts.permissions import Act, Role, may
from serein.consents import actions, presenters, queries, rules
from serein.consents.forms import PublishForm, SignForm, WithdrawForm
from serein.core.answers import carry_out, page, saved
from serein.core.errors import Refused
from serein.patients import queries as patients

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.consents.queries import DocumentFact

_EXPLAINERS = [role for role in Role if may(role, Act.SIGN_CONSENT)]


def consents(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show where a patient's consent stands, and every signature."""
    site_id, at = request.site_id, request.at
    signed = [
        (consent, queries.findings_of(consent, site_id, at))
        for consent in queries.consents_of(patient_id)
    ]
    context = {
        "page": presenters.list_page(
            signed,
            findings=queries.consent_findings(site_id, patient_id, at),
            valid=queries.valid_consent(patient_id, at),
            zone=accounts.zone_of(site_id),
        ),
        "patient_id": patient_id,
        "may_sign": may(request.actor.role, Act.SIGN_CONSENT),
        "has_document": queries.document_in_force(site_id, at) is not None,
    }
    return page(request, "consents/list.html", context)


def sign(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show the document; take the signature; show it once more; keep it."""
    document = queries.document_in_force(request.site_id, request.at)
    back = reverse("consents:list", args=[patient_id])
    if document is None:
        return page(request, "consents/no_document.html", {"back_url": back})
    form = _sign_form(request, document)
    context: dict[str, Any] = {
        "form": form,
        "reading": presenters.reading(document),
        "back_url": back,
        "may_sign": may(request.actor.role, Act.SIGN_CONSENT),
    }
    if not form.is_posted_and_valid(request) or "change" in request.POST:
        return page(request, "consents/sign.html", context)
    try:
        _check(request, patient_id, form, document)
        if "confirmed" not in request.POST:
            context["pairs"] = _confirmation(request, patient_id, form, document)
            return page(request, "consents/confirm.html", context)
        actions.sign_consent(
            key=form.key,
            by=request.actor,
            at=request.at,
            patient_id=patient_id,
            **form.facts(),
        )
    except Refused as refusal:
        form.refuse(refusal)
        return page(request, "consents/sign.html", context)
    return saved(request, "Consent signed.", to=back)


def consent(request: ClinicRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """Show one signature with the document as it was signed, ready to print."""
    signed = queries.consent(patient_id, consent_id)
    document = queries.document(request.site_id, signed.document_id)
    context = {
        "page": presenters.consent_page(
            signed,
            document,
            findings=queries.findings_of(signed, request.site_id, request.at),
            zone=accounts.zone_of(request.site_id),
        ),
        "patient_id": patient_id,
        "consent_id": consent_id,
        "may_sign": may(request.actor.role, Act.SIGN_CONSENT),
        "printed": presenters.when(request.at, accounts.zone_of(request.site_id)),
    }
    return page(request, "consents/consent.html", context)


def withdraw(request: ClinicRequest, patient_id: UUID, consent_id: UUID) -> HttpResponse:
    """Keep that the patient takes the consent back."""
    signed = queries.consent(patient_id, consent_id)
    back = reverse("consents:consent", args=[patient_id, consent_id])
    form = WithdrawForm(request.POST or None)
    if done := carry_out(
        request,
        form,
        actions.withdraw_consent,
        said="Consent withdrawn.",
        to=reverse("consents:list", args=[patient_id]),
        patient_id=patient_id,
        consent_id=consent_id,
    ):
        return done
    return page(
        request,
        "consents/withdraw.html",
        {"form": form, "version": signed.version, "back_url": back},
    )


def documents(request: ClinicRequest) -> HttpResponse:
    """List the published versions."""
    rows = presenters.document_rows(
        queries.documents_of(request.site_id), zone=accounts.zone_of(request.site_id)
    )
    return page(request, "consents/documents.html", {"rows": rows})


def document(request: ClinicRequest, document_id: UUID) -> HttpResponse:
    """Show one published version."""
    found = queries.document(request.site_id, document_id)
    return page(request, "consents/document.html", {"reading": presenters.reading(found)})


def publish(request: ClinicRequest) -> HttpResponse:
    """Publish a new version, starting from the newest or from the one that comes along."""
    published = queries.documents_of(request.site_id)
    versions = [document.version for document in published]
    form = PublishForm(
        request.POST or None, versions=versions, initial=_proposal(request, published)
    )
    if done := carry_out(
        request,
        form,
        actions.publish_document,
        said=lambda made: f"Version {made.version} is in force.",
        to=reverse("consents:documents"),
    ):
        return done
    return page(request, "consents/publish.html", {"form": form})


def _proposal(request: ClinicRequest, published: tuple[DocumentFact, ...]) -> dict[str, Any]:
    today = request.at.astimezone(accounts.zone_of(request.site_id)).date()
    if published:
        newest = published[0]
        return {
            "title": newest.title,
            "text": newest.text,
            "valid_days": newest.valid_days,
            "issued_date": today,
        }
    shipped = rules.shipped_document()
    return {
        "version": shipped.version,
        "title": shipped.title,
        "text": shipped.text,
        "valid_days": shipped.valid_days,
        "issued_date": shipped.issued_date,
    }


def _sign_form(request: ClinicRequest, document: DocumentFact) -> SignForm:
    explainers = accounts.staff_of(request.site_id, _EXPLAINERS)
    own = request.actor.id if request.actor.role in _EXPLAINERS else ""
    return SignForm(
        request.POST or None,
        explainers=explainers,
        zone=accounts.zone_of(request.site_id),
        initial={"document_id": document.document_id, "explained_by": own},
    )


def _names(request: ClinicRequest, patient_id: UUID) -> tuple[str, str]:
    patient = patients.patient_for(request.site_id, patient_id)
    return patient.full_name, patient.preferred_name


def _check(
    request: ClinicRequest, patient_id: UUID, form: SignForm, document: DocumentFact
) -> None:
    if form.cleaned_data["document_id"] != document.document_id:
        raise Refused("Reload the page: a newer version of the document is in force.")
    names = _names(request, patient_id)
    match = rules.name_match(typed=form.cleaned_data["signer_name"], names=names)
    if match is rules.NameMatch.DIFFERENT:
        raise Refused(
            f"Ask the patient to type their own name: the record says {names[0]}.",
            field="signer_name",
        )


def _confirmation(
    request: ClinicRequest, patient_id: UUID, form: SignForm, document: DocumentFact
) -> tuple[presenters.Pair, ...]:
    facts = form.facts()
    explainer = accounts.staff_named(request.site_id, facts["explained_by"])
    return presenters.confirmation(
        signer_name=facts["signer_name"],
        names=_names(request, patient_id),
        method=facts["method"],
        explained_by=explainer.name,
        version=document.version,
    )
