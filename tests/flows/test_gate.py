"""Every address with every role, and with the ids of a patient of another site."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from serein.accounts.models import Staff
from serein.accounts.permissions import Act, Role, may
from serein.audit.models import AuditEntry
from tests.universe import Universe, make_universe

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

ROLE_OF = {
    Role.PRESCRIBER: "priya",
    Role.NURSE: "sam",
    Role.FRONT_DESK: "morgan",
    Role.MEDICAL_DIRECTOR: "dana",
    Role.CUSTODIAN: "lee",
    Role.THERAPIST: "theo",
    Role.BILLING: "ash",
    Role.ADMIN: "alex",
    Role.AUDITOR: "uma",
}


def addresses(
    resolver: URLResolver | None = None, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}", pattern


CLINIC_ADDRESSES = [
    (name, pattern)
    for name, pattern in addresses()
    if pattern.callback.act is not Act.PUBLIC and name != "live" and not name.startswith("mfa_")
]
WITH_IDS = [
    (name, pattern)
    for name, pattern in CLINIC_ADDRESSES
    if "_id" in str(pattern.pattern) or "<uuid" in str(pattern.pattern)
]


_browsers: dict[object, Client] = {}


@pytest.fixture(scope="module")
def universe(django_db_setup: None, django_db_blocker: object) -> Iterator[Universe]:
    """One clinic for all addresses of this file; undone at the end."""
    from django.db import transaction

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        atomic = transaction.atomic()
        atomic.__enter__()
        made = make_universe()
        for staff in (*Staff.objects.filter(site_id=made.clinic.site_id), *made.harbor.values()):
            with time_machine.travel(made.now, tick=False):
                browser(staff)
        yield made
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def ids_of(universe: Universe) -> dict[str, object]:
    """One real id for every name that addresses use."""

    def any_of(label: str) -> object:
        found = apps.get_model(label)._default_manager.order_by("pk").first()
        return found.pk if found is not None else uuid.uuid4()

    return {
        "patient_id": universe.jo.patient_id,
        "guest_id": any_of("messaging.GuestContact"),
        "session_id": any_of("infusions.InfusionSession"),
        "plan_id": any_of("plans.TreatmentPlan"),
        "version_id": any_of("plans.PlanVersion"),
        "flag_id": any_of("monitoring.Flag"),
        "vitals_id": any_of("monitoring.VitalSet"),
        "period_id": any_of("monitoring.MonitoringPeriod"),
        "event_id": any_of("infusions.SessionEvent"),
        "effect_id": any_of("safety.SideEffect"),
        "task_id": any_of("safety.SafetyTask"),
        "message_id": any_of("messaging.Message"),
        "order_id": any_of("infusions.ChairOrder"),
        "note_id": any_of("infusions.NurseMessage"),
        "rescue_id": any_of("infusions.RescueGiven"),
        "unit_id": any_of("scheduling.Chair"),
        "device_id": any_of("monitoring.Device"),
        "item_id": any_of("monitoring.TrayItem"),
        "resource_id": any_of("scheduling.Resource"),
        "outage_id": any_of("scheduling.UnitOutage"),
        "shift_id": any_of("scheduling.Shift"),
        "leave_id": any_of("scheduling.Leave"),
        "offer_id": any_of("scheduling.Offer"),
        "rebook_id": any_of("scheduling.RebookTask"),
        "place_id": any_of("scheduling.WaitlistEntry"),
        "request_id": any_of("intake.ConsultRequest"),
        "response_id": any_of("assessments.Response"),
        "invitation_id": any_of("assessments.Invitation"),
        "consent_id": any_of("consents.Consent"),
        "document_id": any_of("consents.ConsentDocument"),
        "appointment_id": any_of("scheduling.Appointment"),
        "chair_id": any_of("scheduling.Chair"),
        "closure_id": any_of("scheduling.Closure"),
        "special_id": any_of("scheduling.SpecialOpening"),
        "entry_id": any_of("patients.Weight"),
        "medication_id": any_of("patients.Medication"),
    }


WORDS = {
    "code": "phq9",
    "switch_code": "level-overlay",
    "type_code": "infusion",
    "scale": "dissociation",
    "instrument": "phq9",
    "instrument_code": "phq9",
    "entry_kind": "weight",
    "kind": "weight",
    "weekday": 1,
    "item_code": "fasting",
}


def address_of(name: str, pattern: URLPattern, ids: dict[str, object]) -> str:
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
    missing = [each for each in wanted if each not in ids and each not in WORDS]
    assert not missing, f"{name}: give test ids for {missing}"
    return reverse(name, kwargs={each: ids.get(each, WORDS.get(each)) for each in wanted})


def browser(staff: Staff) -> Client:
    """A browser in which somebody has signed in, opened once for the whole file."""
    if staff.pk not in _browsers:
        client = Client(raise_request_exception=True)
        client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
        _browsers[staff.pk] = client
    return _browsers[staff.pk]


@pytest.mark.parametrize(("name", "pattern"), CLINIC_ADDRESSES, ids=lambda value: str(value)[:60])
def test_an_address_opens_for_the_roles_of_its_act_and_for_nobody_else(
    universe: Universe, name: str, pattern: URLPattern
) -> None:
    address = address_of(name, pattern, ids_of(universe))
    with time_machine.travel(universe.now, tick=False):
        for role, short in ROLE_OF.items():
            staff = Staff.objects.get(pk=universe.clinic.staff_ids[short])
            client = browser(staff)
            answer = client.get(address)
            if may(role, pattern.callback.act):
                assert answer.status_code in {200, 302, 404, 405}, (role, answer.status_code)
            else:
                assert answer.status_code == 403, (role, answer.status_code)
            sent = client.post(address, {})
            if may(role, pattern.callback.post_act):
                assert sent.status_code in {200, 302, 404, 405, 422}, (role, sent.status_code)
            else:
                assert sent.status_code == 403, (role, sent.status_code)


@pytest.mark.parametrize(("name", "pattern"), WITH_IDS, ids=lambda value: str(value)[:60])
def test_an_id_of_another_site_is_not_found_and_changes_nothing(
    universe: Universe, name: str, pattern: URLPattern
) -> None:
    address = address_of(name, pattern, ids_of(universe))
    with time_machine.travel(universe.now, tick=False):
        for role, staff in universe.harbor.items():
            before = AuditEntry.objects.filter(is_read=False).count()
            client = browser(staff)
            for act, answer in (
                (pattern.callback.act, client.get(address)),
                (pattern.callback.post_act, client.post(address, {})),
            ):
                allowed = {404, 405} if may(role, act) else {403}
                assert answer.status_code in allowed, (role, act, answer.status_code)
            assert AuditEntry.objects.filter(is_read=False).count() == before


@pytest.mark.parametrize(("name", "pattern"), CLINIC_ADDRESSES, ids=lambda value: str(value)[:60])
def test_nobody_opens_a_page_of_the_clinic_without_signing_in(
    universe: Universe, name: str, pattern: URLPattern
) -> None:
    answer = Client().get(address_of(name, pattern, ids_of(universe)))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")
