"""The pages of the patient record: what they take, what they refuse, and who may see what."""

from __future__ import annotations

import html
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from serein.patients import models, queries
from tests.conftest import MONDAY_9, actor, new_key
from tests.flows.patient_steps import register, weigh

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from serein.core.actors import Actor
    from serein.patients.models import Patient
    from tests.conftest import Personas

    SignIn = Callable[[Staff], Client]


@pytest.fixture
def sam(personas: Personas) -> Actor:
    """The nurse."""
    return actor(personas.sam)


@pytest.fixture
def jordan(sam: Actor) -> Patient:
    """A registered patient with nothing on record."""
    return register(sam)


def path(patient: Patient, tail: str) -> str:
    return f"/patients/{patient.pk}/{tail}"


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


@pytest.fixture
def nurse(personas: Personas, sign_in: SignIn) -> Client:
    """Sam's browser."""
    return sign_in(personas.sam)


@pytest.fixture
def desk(personas: Personas, sign_in: SignIn) -> Client:
    """Morgan's browser."""
    return sign_in(personas.morgan)


PERSON = {
    "given_name": "Seán", "family_name": "O'Brien", "birth_date": "1984-03-12", "sex": "male",
    "may_leave_message": "yes", "phone": "212-555-0123",
}  # fmt: skip
WEIGHT = {
    "weight": "80", "unit": "kg", "method": "measured", "measured_date": "2026-03-09",
    "measured_time": "8:30",
}  # fmt: skip


@pytest.mark.usefixtures("clock")
class TestPagesOfPeople:
    def test_the_desk_registers_and_finds_again(self, desk: Client) -> None:
        answer = desk.post("/patients/new/", PERSON, follow=True)
        assert "Registered Seán O'Brien, record 100001-7." in text_of(answer)
        assert "(212) 555-0123" in text_of(answer)
        found = desk.get("/patients/", {"q": "sean obrien"})
        assert "Seán O'Brien" in text_of(found)
        assert "12 Mar 1984 (41)" in text_of(found)

    def test_somebody_alike_is_shown_before_a_second_record_is_made(self, desk: Client) -> None:
        desk.post("/patients/new/", PERSON)
        again = {**PERSON, "given_name": "Sean", "family_name": "OBrien"}
        answer = desk.post("/patients/new/", again)
        assert answer.status_code == 422
        assert "Born the same day, with a similar name" in text_of(answer)
        assert 'value="OBrien"' in text_of(answer)
        assert models.Patient.objects.count() == 1
        assert desk.post("/patients/new/", {**again, "is_new_person": "on"}).status_code == 302
        assert models.Patient.objects.count() == 2

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"family_name": ""}, "Enter family name."),
            ({"family_name": "x" * 10_000}, "Shorten family name to 120 characters or fewer."),
            ({"family_name": "\u202eReyes"}, "Remove the hidden characters"),
            ({"birth_date": ""}, "Enter birth date."),
            ({"birth_date": "12.3.1984"}, "Enter the date as year-month-day"),
            ({"birth_date": "１９８４-03-12"}, "Enter the date as year-month-day"),
            ({"birth_date": "1984-02-30"}, "Choose a date that exists"),
            ({"birth_date": "2026-03-10"}, "Enter a birth date that is not in the future."),
            ({"birth_date": "1884-03-10"}, "Check the birth date"),
            ({"sex": ""}, "Choose recorded sex for clinical use."),
            ({"sex": "<script>"}, "Choose one of these."),
            ({"phone": "12"}, "Enter a phone number with area code"),
            ({"phone": "x" * 10_000}, "Shorten phone"),
            ({"email": "sean@"}, "Enter an e-mail address"),
        ],
    )
    def test_bad_input_is_named_and_nothing_typed_is_lost(
        self, desk: Client, wrong: dict[str, str], said: str
    ) -> None:
        answer = desk.post("/patients/new/", {**PERSON, **wrong})
        assert answer.status_code == 422
        assert said in text_of(answer)
        assert 'value="Seán"' in text_of(answer)
        for name, typed in wrong.items():
            assert name == "sex" or typed in text_of(answer)
        assert not models.Patient.objects.exists()

    def test_an_empty_form_is_not_saved(self, desk: Client, nurse: Client, jordan: Patient) -> None:
        assert desk.post("/patients/new/").status_code == 422
        for tail in ("allergies/new/", "weights/new/", "medicines/new/", "contacts/new/"):
            assert nurse.post(path(jordan, tail)).status_code == 422

    def test_names_of_every_script_are_shown_and_never_run(self, desk: Client) -> None:
        desk.post("/patients/new/", {**PERSON, "family_name": "<script>alert(1)</script>"})
        desk.post("/patients/new/", {**PERSON, "given_name": "שרה", "family_name": "כהן"})
        page = desk.get("/patients/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "שרה כהן" in page

    def test_many_patients_are_paged(self, desk: Client, sam: Actor) -> None:
        for number in range(27):
            register(sam, given_name=f"P{number:02}")
        first, last = desk.get("/patients/"), desk.get("/patients/?page=99")
        assert "1 to 25 of 27 patients" in text_of(first)
        assert "26 to 27 of 27 patients" in text_of(last)
        for odd in ("-1", "x", "１", "9" * 5000):
            assert desk.get("/patients/", {"page": odd}).status_code == 200

    def test_details_are_changed_and_what_was_stays_visible(
        self, desk: Client, jordan: Patient
    ) -> None:
        assert 'value="Reyes"' in text_of(desk.get(path(jordan, "details/")))
        facts = {
            "given_name": "Jordan", "family_name": "Reyes-Lee", "birth_date": "1984-03-12",
            "sex": "female", "may_leave_message": "no",
        }  # fmt: skip
        answer = desk.post(path(jordan, "details/"), facts, follow=True)
        assert "“Reyes” became “Reyes-Lee”. Morgan Bell" in text_of(answer)
        assert "Change something first" in text_of(desk.post(path(jordan, "details/"), facts))

    def test_contacts_and_escorts(self, desk: Client, jordan: Patient) -> None:
        wrong = {"kind": "phone", "value": "ask <b>her</b>"}
        answer = desk.post(path(jordan, "contacts/new/"), wrong)
        assert answer.status_code == 422
        assert "Enter a phone number" in text_of(answer)
        assert "ask <b>her</b></textarea>" in text_of(answer)
        assert "ask &lt;b&gt;her" in answer.content.decode()
        desk.post(path(jordan, "contacts/new/"), {"kind": "email", "value": "j@example.org"})
        desk.post(path(jordan, "escorts/new/"), {"name": "Kim O’Brien", "phone": "2125550199"})
        shown = text_of(desk.get(path(jordan, "record/")))
        assert "j@example.org" in shown
        assert "Kim O’Brien" in shown
        (escort,) = queries.escorts_of(jordan.pk)
        answer = desk.post(
            path(jordan, f"reach/escort/{escort.id}/end/"), {"ended_on": "2026-03-09"}, follow=True
        )
        assert "Ended on 9 Mar 2026 (Morgan Bell)" in text_of(answer)


@pytest.mark.usefixtures("clock")
class TestPagesOfTheChart:
    def test_a_weight_in_kilograms(self, nurse: Client, jordan: Patient) -> None:
        answer = nurse.post(path(jordan, "weights/new/"), WEIGHT, follow=True)
        assert "Saved: 80 kg." in text_of(answer)
        (weight,) = queries.weights_of(jordan.pk)
        assert (weight.value, weight.as_entered) == (Decimal(80), "80 kg")
        assert weight.measured_at == MONDAY_9 - timedelta(minutes=30)

    def test_pounds_are_read_back_before_they_are_kept(
        self, nurse: Client, jordan: Patient
    ) -> None:
        typed = {**WEIGHT, "weight": "176", "unit": "lb"}
        asked = nurse.post(path(jordan, "weights/new/"), typed)
        assert asked.status_code == 422
        assert "176 lb = 79.8 kg: is this right?" in text_of(asked)
        assert 'value="176"' in text_of(asked)
        assert queries.weights_of(jordan.pk) == ()
        confirmed = {**typed, "confirmed": "79.8\u202fkg"}
        other = nurse.post(path(jordan, "weights/new/"), {**confirmed, "weight": "186"})
        assert "186 lb = 84.4 kg" in text_of(other)
        assert queries.weights_of(jordan.pk) == ()
        nurse.post(path(jordan, "weights/new/"), confirmed)
        (weight,) = queries.weights_of(jordan.pk)
        assert (weight.value, weight.as_entered) == (Decimal("79.8"), "176 lb")

    def test_pounds_in_the_kilogram_field_are_asked_about(
        self, nurse: Client, sam: Actor, jordan: Patient
    ) -> None:
        weigh(sam, jordan, "80", measured_at=MONDAY_9 - timedelta(days=7))
        asked = nurse.post(path(jordan, "weights/new/"), {**WEIGHT, "weight": "176"})
        assert asked.status_code == 422
        assert "Pounds and kilograms may have been confused." in text_of(asked)
        assert len(queries.weights_of(jordan.pk)) == 1

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"weight": ""}, "Enter weight."),
            ({"weight": "80,5"}, "Use a point for decimals, such as 80.5."),
            ({"weight": "８０"}, "Enter a plain number"),
            ({"weight": "80 kg"}, "Enter a plain number"),
            ({"weight": "8e1"}, "Enter a plain number"),
            ({"weight": "80.55"}, "Enter at most one decimal."),
            ({"weight": "-80"}, "Enter a number from 1 to 999"),
            ({"weight": "20"}, "Check the scale and the unit"),
            ({"weight": "9" * 10_000}, "Enter a plain number"),
            ({"weight": "<script>"}, "Enter a plain number"),
            ({"unit": "stone"}, "Choose one of these."),
            ({"method": "imported"}, "Choose one of these."),
            ({"measured_date": "2026-03-10"}, "Enter a time that has passed."),
            ({"measured_date": "2026-03-08", "measured_time": "2:30"}, "Choose another time"),
            ({"measured_time": "25:00"}, "Enter a time from 00:00 to 23:59."),
        ],
    )
    def test_bad_weights(
        self, nurse: Client, jordan: Patient, wrong: dict[str, str], said: str
    ) -> None:
        answer = nurse.post(path(jordan, "weights/new/"), {**WEIGHT, **wrong})
        assert answer.status_code == 422
        assert said in text_of(answer)
        if wrong.get("weight"):
            assert f'value="{wrong["weight"]}"' in text_of(answer)
        assert queries.weights_of(jordan.pk) == ()

    def test_height_and_blood_pressure(self, nurse: Client, jordan: Patient) -> None:
        when = {"measured_date": "2026-03-09", "measured_time": "8:30"}
        height = {"height": "66", "method": "measured", **when}
        assert "2.54 cm" in text_of(nurse.post(path(jordan, "heights/new/"), height))
        nurse.post(path(jordan, "heights/new/"), {**height, "height": "167.6"})
        for sbp, dbp, said in (
            ("90", "140", "Check the order"),
            ("14", "90", "Check the systolic value"),
            ("120.5", "80", "Enter a whole number."),
        ):
            typed = {"sbp_mmhg": sbp, "dbp_mmhg": dbp, **when}
            answer = nurse.post(path(jordan, "blood-pressures/new/"), typed)
            assert answer.status_code == 422
            assert said in text_of(answer)
        typed = {"sbp_mmhg": "120", "dbp_mmhg": "112", **when}
        asked = nurse.post(path(jordan, "blood-pressures/new/"), typed)
        assert "pulse pressure of 8 mmHg" in text_of(asked)
        assert queries.blood_pressure_at(jordan.pk, MONDAY_9) is None
        nurse.post(path(jordan, "blood-pressures/new/"), {**typed, "confirmed": "120/112"})
        assert queries.blood_pressure_at(jordan.pk, MONDAY_9) is not None

    def test_a_wrong_entry_stays_struck_through(
        self, nurse: Client, sam: Actor, jordan: Patient
    ) -> None:
        row = weigh(sam, jordan, "80")
        address = path(jordan, f"chart/weight/{row.pk}/error/")
        assert "80 kg, measured" in text_of(nurse.get(address))
        assert "Enter why it is wrong." in text_of(nurse.post(address, {"reason": " "}))
        shown = text_of(nurse.post(address, {"reason": "Wrong patient"}, follow=True))
        assert "row--struck" in shown
        assert "Entered in error: Wrong patient (Sam Ortiz" in shown
        assert "No weight is on record." in shown
        again = nurse.post(address, {"reason": "Wrong patient"})
        assert "Reload the page" in text_of(again)

    def test_allergies_problems_and_medicines(self, nurse: Client, jordan: Patient) -> None:
        assert "Not asked yet" in text_of(nurse.get(path(jordan, "record/")))
        key = {"key_field": str(new_key())}
        nurse.post(path(jordan, "allergies/none/"), key)
        assert "None known" in text_of(nurse.get(path(jordan, "record/")))
        nurse.post(path(jordan, "allergies/new/"), {"substance": "Latex", "severity": "severe"})
        problem = {"display": "PTSD", "code": "F43.10", "is_confirmed": "yes"}
        answer = nurse.post(path(jordan, "problems/new/"), problem)
        assert "Choose the system that the code belongs to." in text_of(answer)
        system = "http://hl7.org/fhir/sid/icd-10-cm"
        nurse.post(path(jordan, "problems/new/"), {**problem, "system": system})
        nurse.post(path(jordan, "medicines/new/"), {"name": "Xanax", "dose_text": "0.5 mg"})
        (drug,) = queries.medications_of(jordan.pk)
        nurse.post(path(jordan, f"medicines/{drug.id}/dose/"), {"dose_text": "0.25 mg"})
        shown = text_of(nurse.get(path(jordan, "record/")))
        for words in (
            "1 listed",
            "PTSD (ICD-10-CM F43.10)",
            "alprazolam",
            "0.25 mg",
            "Dose changed",
        ):
            assert words in shown

    def test_questions_about_the_page_do_not_grow_with_its_rows(
        self,
        nurse: Client,
        sam: Actor,
        jordan: Patient,
        django_assert_max_num_queries: Callable[[int], Any],
    ) -> None:
        for days in range(40):
            weigh(sam, jordan, "80", measured_at=MONDAY_9 - timedelta(days=days))
        nurse.get(path(jordan, "record/"))
        with django_assert_max_num_queries(50):
            nurse.get(path(jordan, "record/"))


@pytest.mark.usefixtures("clock")
class TestWhoMaySee:
    def test_the_desk_sees_no_clinical_section(
        self, desk: Client, sam: Actor, jordan: Patient
    ) -> None:
        weigh(sam, jordan, "80")
        shown = text_of(desk.get(path(jordan, "record/")))
        assert "Contacts" in shown
        for clinical in ("80 kg", "Medicines", "Problems", "Body mass index"):
            assert clinical not in shown
        for tail in ("weights/new/", "allergies/new/", "problems/new/", "medicines/new/"):
            assert desk.get(path(jordan, tail)).status_code == 403
            assert desk.post(path(jordan, tail), WEIGHT).status_code == 403

    def test_a_chart_entry_cannot_be_marked_through_the_desk(
        self, desk: Client, sam: Actor, jordan: Patient
    ) -> None:
        row = weigh(sam, jordan, "80")
        tail = f"reach/weight/{row.pk}/error/"
        assert desk.post(path(jordan, tail), {"reason": "x"}).status_code == 404
        assert len(queries.weights_of(jordan.pk)) == 1

    def test_another_site_gets_the_same_answer_as_for_nobody(
        self, personas: Personas, sign_in: SignIn, jordan: Patient
    ) -> None:
        robin = sign_in(personas.robin)
        for tail in ("record/", "details/", "weights/new/", "allergies/none/"):
            assert robin.get(path(jordan, tail)).status_code == 404
            assert robin.post(path(jordan, tail), WEIGHT).status_code == 404
        assert "Reyes" not in text_of(robin.get("/patients/", {"q": "reyes"}))

    def test_an_entry_of_another_patient_is_not_here(
        self, nurse: Client, sam: Actor, jordan: Patient
    ) -> None:
        other = weigh(sam, register(sam, given_name="Ana"), "60")
        for tail in ("chart/weight/{}/error/", "chart/banana/{}/error/", "medicines/{}/dose/"):
            assert nurse.get(path(jordan, tail.format(other.pk))).status_code == 404
