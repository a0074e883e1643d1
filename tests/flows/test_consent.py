"""A patient reads, signs and takes back; the director publishes what they read."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from serein.consents import actions, queries, rules
from serein.consents.models import Consent, ConsentDocument
from serein.core.errors import Refused
from serein.patients import actions as patients
from tests.conftest import MONDAY_9, actor, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from serein.accounts.models import Site, Staff
    from serein.patients.models import Patient
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(personas: Personas) -> Patient:
    return patients.register_patient(
        key=new_key(),
        by=actor(personas.morgan),
        at=MONDAY_9,
        given_name="Siobhan",
        family_name="O'Brien",
        preferred_name="Sho O'Brien",
        birth_date=date(1984, 2, 29),
        sex="female",
    )


@pytest.fixture
def document(personas: Personas) -> ConsentDocument:
    shipped = rules.shipped_document()
    return actions.publish_document(
        key=new_key(),
        by=actor(personas.dana),
        at=MONDAY_9,
        version=shipped.version,
        title=shipped.title,
        text=shipped.text,
        issued_date=shipped.issued_date,
        valid_days=shipped.valid_days,
    )


def publish(personas: Personas, version: str, *keeps_valid: str, days: int = 0) -> ConsentDocument:
    return actions.publish_document(
        key=new_key(),
        by=actor(personas.dana),
        at=MONDAY_9 + timedelta(days=days),
        version=version,
        title="Consent",
        text="## Part\n\nWords.",
        issued_date=date(2026, 3, 1),
        keeps_valid=keeps_valid,
    )


def sign(personas: Personas, patient: Patient, document: ConsentDocument) -> Consent:
    return actions.sign_consent(
        key=new_key(),
        by=actor(personas.sam),
        at=MONDAY_9,
        patient_id=patient.pk,
        document_id=document.pk,
        signer_name="Siobhan O'Brien",
        method="in_person",
        explained_by=personas.priya.pk,
    )


def form_data(personas: Personas, document: ConsentDocument, **changes: str) -> dict[str, str]:
    return {
        "key_field": str(uuid.uuid4()),
        "document_id": str(document.pk),
        "method": "in_person",
        "explained_by": str(personas.priya.pk),
        "questions": "Can I stop? \u2014 Yes, by raising a hand.",
        "may_tell_escort": "yes",
        "can_decide": "on",
        "signer_name": "siobhan o\u2019brien",
        **changes,
    }


def codes(personas: Personas, patient: Patient, days: int = 0) -> list[str]:
    found = queries.consent_findings(
        personas.sam.site_id, patient.pk, MONDAY_9 + timedelta(days=days)
    )
    return [finding.code for finding in found]


class TestSigning:
    def post(self, client: Client, patient: Patient, data: dict[str, str]) -> Response:
        return client.post(reverse("consents:sign", args=[patient.pk]), data)

    def test_the_name_is_shown_again_before_anything_is_kept(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        clock: object,
    ) -> None:
        nurse = sign_in(personas.sam)
        shown = nurse.get(reverse("consents:sign", args=[patient.pk])).content.decode()
        assert "Ketamine is not approved for PTSD" in shown
        sent = form_data(personas, document)
        first = self.post(nurse, patient, sent)
        assert first.status_code == 200
        assert "Nothing is signed yet." in first.content.decode()
        assert queries.valid_consent(patient.pk, MONDAY_9) is None
        assert self.post(nurse, patient, {**sent, "confirmed": "yes"}).status_code == 302
        valid = queries.valid_consent(patient.pk, MONDAY_9)
        assert valid is not None
        assert (valid.version, valid.signer_name) == ("1.0", "siobhan o\u2019brien")
        assert valid.explained_by_name == "Priya Raman"
        assert valid.may_tell_escort is True
        assert valid.expires_at == MONDAY_9 + timedelta(days=183)

    def test_changing_brings_everything_back(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
    ) -> None:
        sent = form_data(personas, document, change="yes")
        response = self.post(sign_in(personas.sam), patient, sent)
        assert response.status_code == 200
        assert response.context["form"]["questions"].value() == sent["questions"]
        assert Consent.objects.count() == 0

    def test_a_retry_signs_once(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        clock: object,
    ) -> None:
        sent = form_data(personas, document, confirmed="yes")
        for _ in range(2):
            assert self.post(sign_in(personas.sam), patient, sent).status_code == 302
        assert Consent.objects.count() == 1

    def test_paper_keeps_the_time_on_the_paper(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        clock: object,
    ) -> None:
        sent = form_data(
            personas,
            document,
            method="on_paper",
            signed_date="2026-03-05",
            signed_time="16:30",
            confirmed="yes",
        )
        assert self.post(sign_in(personas.sam), patient, sent).status_code == 302
        (signed,) = queries.consents_of(patient.pk)
        assert signed.signed_at == MONDAY_9 - timedelta(days=4) + timedelta(hours=8, minutes=30)
        assert signed.recorded_at == MONDAY_9

    @pytest.mark.parametrize(
        "changes",
        [
            {"signer_name": ""},
            {"signer_name": "Jordan Reyes"},
            {"signer_name": "x" * 10_000},
            {"signer_name": "Siobhan\u202e neirB'O"},
            {"signer_name": "<script>alert(1)</script>"},
            {"can_decide": ""},
            {"method": ""},
            {"method": "by phone"},
            {"explained_by": ""},
            {"explained_by": "1 OR 1=1"},
            {"explained_by": str(uuid.uuid4())},
            {"document_id": str(uuid.uuid4())},
            {"document_id": "1.0"},
            {"may_tell_escort": "maybe"},
            {"questions": "x" * 10_000},
            {"method": "on_paper"},
            {"method": "on_paper", "signed_date": "5,3,2026", "signed_time": "16:30"},
            {"method": "on_paper", "signed_date": "2026-03-05", "signed_time": "１６:30"},
            {"method": "on_paper", "signed_date": "2026-03-08", "signed_time": "02:30"},
            {"method": "on_paper", "signed_date": "2999-01-01", "signed_time": "10:00"},
            {"method": "on_paper", "signed_date": "2020-01-01", "signed_time": "10:00"},
        ],
    )
    def test_bad_input_signs_nothing_and_loses_nothing(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        clock: object,
        changes: dict[str, str],
    ) -> None:
        sent = form_data(personas, document, **changes)
        response = self.post(sign_in(personas.sam), patient, {**sent, "confirmed": "yes"})
        assert response.status_code == 422
        assert Consent.objects.count() == 0
        form = response.context["form"]
        for name in ("signer_name", "questions", "method", "explained_by"):
            assert form[name].value() == sent[name]
        for errors in form.errors.values():
            for error in errors:
                assert str(error).split()[0] in VERBS, error

    def test_only_a_nurse_or_prescriber_takes_a_signature(
        self, personas: Personas, patient: Patient, document: ConsentDocument, sign_in: SignIn
    ) -> None:
        address = reverse("consents:sign", args=[patient.pk])
        desk = sign_in(personas.morgan)
        assert desk.get(address).status_code == 200
        assert desk.post(address, form_data(personas, document)).status_code == 403
        assert sign_in(personas.ash).get(address).status_code == 403

    def test_an_explainer_of_another_site_is_refused(
        self, personas: Personas, patient: Patient, document: ConsentDocument, sign_in: SignIn
    ) -> None:
        sent = form_data(personas, document, explained_by=str(personas.robin.pk))
        assert self.post(sign_in(personas.sam), patient, sent).status_code == 422


VERBS = {"Enter", "Choose", "Shorten", "Remove", "Ask", "Reload", "Check"}


class TestStanding:
    def test_without_a_signature_nothing_covers_an_infusion(
        self, personas: Personas, patient: Patient
    ) -> None:
        assert codes(personas, patient) == ["no-document"]

    def test_it_lasts_until_it_expires(
        self, personas: Personas, patient: Patient, document: ConsentDocument
    ) -> None:
        assert codes(personas, patient) == ["consent-missing"]
        sign(personas, patient, document)
        assert codes(personas, patient) == []
        assert codes(personas, patient, 182) == []
        assert codes(personas, patient, 183) == ["consent-expired"]
        assert queries.valid_consents([patient.pk], MONDAY_9).keys() == {patient.pk}

    def test_a_new_version_asks_for_a_new_signature(
        self, personas: Personas, patient: Patient, document: ConsentDocument
    ) -> None:
        sign(personas, patient, document)
        publish(personas, "1.1", days=1)
        assert codes(personas, patient) == []
        assert codes(personas, patient, 2) == ["consent-old-version"]

    def test_the_director_may_keep_an_older_version_valid(
        self, personas: Personas, patient: Patient, document: ConsentDocument
    ) -> None:
        sign(personas, patient, document)
        publish(personas, "1.1", "1.0", days=1)
        assert codes(personas, patient, 2) == []

    def test_an_older_signature_still_counts_when_the_newer_one_is_withdrawn(
        self, personas: Personas, patient: Patient, document: ConsentDocument
    ) -> None:
        first, second = (sign(personas, patient, document) for _ in range(2))
        for signed in (first, second):
            actions.withdraw_consent(
                key=new_key(),
                by=actor(personas.sam),
                at=MONDAY_9 + timedelta(days=1),
                consent_id=signed.pk,
                reason="Not now.",
            )
        assert codes(personas, patient, 2) == ["consent-withdrawn"]
        assert queries.withdrawn_at(patient.pk) == MONDAY_9 + timedelta(days=1)

    def test_a_page_left_open_does_not_sign_an_old_version(
        self, personas: Personas, patient: Patient, document: ConsentDocument
    ) -> None:
        publish(personas, "2.0")
        with pytest.raises(Refused, match=r"^Reload the page"):
            sign(personas, patient, document)


class TestTakingBack:
    def test_it_needs_a_reason_and_stops_infusions_at_once(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        clock: object,
    ) -> None:
        signed = sign(personas, patient, document)
        nurse = sign_in(personas.sam)
        address = reverse("consents:withdraw", args=[patient.pk, signed.pk])
        assert nurse.post(address, {"reason": "\n"}).status_code == 422
        assert nurse.post(address, {"reason": "x" * 10_000}).status_code == 422
        assert queries.valid_consent(patient.pk, MONDAY_9) is not None
        assert nurse.post(address, {"reason": "I want to wait <b>a year</b>."}).status_code == 302
        assert queries.valid_consent(patient.pk, MONDAY_9) is None
        shown = nurse.get(reverse("consents:consent", args=[patient.pk, signed.pk]))
        page = shown.content.decode()
        for words in ("Withdrawn", "&lt;b&gt;a year&lt;/b&gt;", "Version 1.0", "6 January 2025"):
            assert words in page
        assert nurse.post(address, {"reason": "again"}).status_code == 422

    @pytest.mark.parametrize("name", ["consent", "withdraw"])
    def test_another_patients_signature_is_not_found(
        self,
        personas: Personas,
        patient: Patient,
        document: ConsentDocument,
        sign_in: SignIn,
        name: str,
    ) -> None:
        other = patients.register_patient(
            key=new_key(),
            by=actor(personas.morgan),
            at=MONDAY_9,
            given_name="Ada",
            family_name="Else",
            birth_date=date(1990, 1, 1),
            sex="female",
        )
        signed = sign(personas, patient, document)
        swapped = reverse(f"consents:{name}", args=[other.pk, signed.pk])
        assert sign_in(personas.sam).get(swapped).status_code == 404
        assert sign_in(personas.sam).post(swapped, {"reason": "x"}).status_code == 404
        own = reverse(f"consents:{name}", args=[patient.pk, signed.pk])
        assert sign_in(personas.robin).get(own).status_code == 404
        assert queries.valid_consent(patient.pk, MONDAY_9) is not None


class TestPublishing:
    WHOLE = {
        "version": "1.0",
        "title": "Consent",
        "issued_date": "2026-03-01",
        "valid_days": "183",
        "text": "## One\n\nWords.",
    }

    def test_the_first_page_offers_the_document_that_comes_along(
        self, site: Site, personas: Personas, sign_in: SignIn
    ) -> None:
        director = sign_in(personas.dana)
        form = director.get(reverse("consents:publish")).context["form"]
        assert form["version"].value() == "1.0"
        assert "not approved" in form["text"].value()
        sent = {name: str(form[name].value()) for name in self.WHOLE}
        assert director.post(reverse("consents:publish"), sent).status_code == 302
        (published,) = queries.documents_of(site.pk)
        assert published.valid_days == 183
        shown = director.get(reverse("consents:documents")).content.decode()
        assert "In force" in shown

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("version", ""),
            ("version", "one"),
            ("version", "１.0"),
            ("version", "1.0"),
            ("version", "x" * 10_000),
            ("title", ""),
            ("title", "a\u202eb"),
            ("issued_date", "1/3/2026"),
            ("valid_days", "0"),
            ("valid_days", "731"),
            ("valid_days", "183,5"),
            ("valid_days", "１８３"),
            ("valid_days", "1e2"),
            ("text", " "),
            ("keeps_valid", "0.9"),
        ],
    )
    def test_bad_input_publishes_nothing(
        self,
        site: Site,
        personas: Personas,
        document: ConsentDocument,
        sign_in: SignIn,
        field: str,
        typed: str,
    ) -> None:
        sent = {**self.WHOLE, "version": "1.1", field: typed}
        response = sign_in(personas.dana).post(reverse("consents:publish"), sent)
        assert response.status_code == 422
        assert len(queries.documents_of(site.pk)) == 1
        form = response.context["form"]
        assert form["text"].value() == sent["text"]
        for errors in form.errors.values():
            for error in errors:
                assert str(error).split()[0] in VERBS | {"Use", "Shorten"}, error

    def test_only_the_director_publishes(self, personas: Personas, sign_in: SignIn) -> None:
        for who in (personas.priya, personas.sam, personas.alex):
            assert sign_in(who).get(reverse("consents:publish")).status_code == 403
