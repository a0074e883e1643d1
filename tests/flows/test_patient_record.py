"""A patient is registered, found, weighed and corrected; nothing that was written is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from serein.audit.models import AuditEntry
from serein.core.errors import NotFound, Refused, SomeoneActedFirst
from serein.patients import actions, models, queries
from serein.patients.rules.confirming import Unconfirmed
from serein.patients.rules.entries import EntryKind
from tests.conftest import MONDAY_9, actor, new_key
from tests.flows.patient_steps import register, weigh

if TYPE_CHECKING:
    from serein.core.actors import Actor
    from serein.patients.models import Patient
    from tests.conftest import Personas


@pytest.fixture
def sam(personas: Personas) -> Actor:
    """The nurse."""
    return actor(personas.sam)


@pytest.fixture
def jordan(sam: Actor) -> Patient:
    """A registered patient with nothing on record."""
    return register(sam)


class TestRegistering:
    def test_each_patient_gets_the_next_number_of_the_site(
        self, sam: Actor, personas: Personas
    ) -> None:
        first, second = register(sam), register(sam, given_name="Ana")
        elsewhere = register(actor(personas.robin))
        assert [first.mrn, second.mrn] == ["100001-7", "100002-5"]
        assert elsewhere.mrn == "100001-7"

    def test_a_retry_registers_once(self, sam: Actor) -> None:
        key = new_key()
        given: dict[str, Any] = {
            "key": key, "by": sam, "at": MONDAY_9, "given_name": "Ana", "family_name": "Nuñez",
            "birth_date": date(1990, 1, 1), "sex": "female",
        }  # fmt: skip
        assert actions.register_patient(**given).pk == actions.register_patient(**given).pk
        assert models.Patient.objects.count() == 1

    @pytest.mark.parametrize(
        ("details", "field"),
        [
            ({"family_name": " "}, "family_name"),
            ({"birth_date": date(2026, 3, 10)}, "birth_date"),
            ({"birth_date": date(1899, 1, 1)}, "birth_date"),
            ({"sex": "other"}, "sex"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, sam: Actor, details: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            register(sam, **details)
        assert refused.value.field == field
        assert not models.Patient.objects.exists()

    def test_duplicates_are_found_whatever_the_accents(self, sam: Actor) -> None:
        ana = register(sam, given_name="Ana", family_name="Nuñez")
        (found,) = queries.duplicates_of(sam.site_id, ana.birth_date, "Anna", "Nunez")
        assert found.patient_id == ana.pk
        assert queries.duplicates_of(sam.site_id, date(1984, 3, 13), "Ana", "Nuñez") == ()

    def test_another_site_never_sees_the_patient(self, jordan: Patient, personas: Personas) -> None:
        robin = actor(personas.robin)
        with pytest.raises(NotFound):
            queries.patient_for(robin.site_id, jordan.pk)
        with pytest.raises(NotFound):
            weigh(robin, jordan, "80")
        assert queries.search(robin.site_id, "reyes") == ()
        assert queries.duplicates_of(robin.site_id, jordan.birth_date, "Jordan", "Reyes") == ()

    def test_changed_details_keep_what_was(self, sam: Actor, jordan: Patient) -> None:
        actions.change_details(
            key=new_key(), by=sam, at=MONDAY_9, patient_id=jordan.pk,
            details={"family_name": "O’Brien", "given_name": "Jordan", "may_leave_message": False},
        )  # fmt: skip
        changes = {one.field: (one.was, one.became) for one in queries.changes_of(jordan.pk)}
        assert changes == {
            "family_name": ("Reyes", "O’Brien"),
            "may_leave_message": ("not asked", "no"),
        }
        assert [one.mrn for one in queries.search(sam.site_id, "obrien")] == [jordan.mrn]
        with pytest.raises(Refused, match="Change something first"):
            actions.change_details(
                key=new_key(), by=sam, at=MONDAY_9, patient_id=jordan.pk,
                details={"given_name": "Jordan"},
            )  # fmt: skip
        entry = AuditEntry.objects.order_by("-seq").first()
        assert entry is not None
        assert "Brien" not in entry.details


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("brien", ["O'Brien"]),
            ("O’BRIEN", ["O'Brien"]),
            ("nunez", ["Nuñez"]),
            ("Nuñez ana", ["Nuñez"]),
            ("an nu", ["Nuñez"]),
            ("שרה", ["כהן"]),
            ("\u202eכהן\u202c", ["כהן"]),
            ("100002-5", ["Nuñez"]),
            ("1984-03-12", ["Nuñez", "O'Brien", "כהן"]),
            ("3/12/1984", ["Nuñez", "O'Brien", "כהן"]),
            ("", ["Nuñez", "O'Brien", "כהן"]),
            ("%", []),
            ("' OR 1=1 --", []),
            ("<script>", []),
            ("x" * 10_000, []),
        ],
    )
    def test_by_name_number_and_birth_date(self, sam: Actor, typed: str, found: list[str]) -> None:
        register(sam, given_name="Sean", family_name="O'Brien")
        register(sam, given_name="Ana", family_name="Nuñez")
        register(sam, given_name="שרה", family_name="כהן")
        names = [one.full_name.split(" ", 1)[1] for one in queries.search(sam.site_id, typed)]
        assert names == found
        assert queries.count_found(sam.site_id, typed) == len(found)


class TestWeights:
    def test_no_weight_is_none_and_never_a_number(self, jordan: Patient) -> None:
        assert queries.weight_at(jordan.pk, MONDAY_9) is None

    def test_the_newest_before_the_moment_counts(self, sam: Actor, jordan: Patient) -> None:
        for days, kg in ((20, "80"), (3, "79"), (10, "82")):
            weigh(sam, jordan, kg, measured_at=MONDAY_9 - timedelta(days=days))
        now, earlier = (queries.weight_at(jordan.pk, MONDAY_9 - timedelta(days=d)) for d in (0, 5))
        assert now is not None
        assert earlier is not None
        assert (now.value, earlier.value) == (Decimal("79.0"), Decimal("82.0"))
        assert queries.weights_at([jordan.pk], MONDAY_9)[jordan.pk] == now
        assert [one.value for one in queries.weights_of(jordan.pk)] == [80, 82, 79]

    def test_a_jump_must_be_confirmed(self, sam: Actor, jordan: Patient) -> None:
        weigh(sam, jordan, "80", measured_at=MONDAY_9 - timedelta(days=7))
        with pytest.raises(Unconfirmed) as asked:
            weigh(sam, jordan, "176")
        assert [one.code for one in asked.value.findings] == ["weight_changed"]
        weigh(sam, jordan, "90", is_confirmed=True)
        assert len(queries.weights_of(jordan.pk)) == 2

    @pytest.mark.parametrize(
        ("kg", "more"),
        [
            ("20", {}),
            ("20", {"is_confirmed": True}),
            ("80", {"measured_at": MONDAY_9 + timedelta(minutes=1)}),
            ("80", {"measured_at": datetime(1984, 3, 11, tzinfo=UTC)}),
            ("80", {"method": "guessed"}),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, sam: Actor, jordan: Patient, kg: str, more: dict[str, Any]
    ) -> None:
        with pytest.raises(Refused):
            weigh(sam, jordan, kg, **more)
        assert queries.weights_of(jordan.pk) == ()

    def test_a_wrong_weight_stays_and_no_longer_counts(self, sam: Actor, jordan: Patient) -> None:
        weigh(sam, jordan, "80", measured_at=MONDAY_9 - timedelta(days=7))
        wrong = weigh(sam, jordan, "84")
        mark: dict[str, Any] = {
            "by": sam, "at": MONDAY_9, "patient_id": jordan.pk, "entry_kind": "weight",
            "entry_id": wrong.pk, "reason": "Shoes and coat on",
        }  # fmt: skip
        actions.mark_entered_in_error(key=new_key(), **mark)
        now = queries.weight_at(jordan.pk, MONDAY_9)
        assert now is not None
        assert now.value == 80
        rows = queries.entries_of(jordan.pk, [EntryKind.WEIGHT])[EntryKind.WEIGHT]
        assert [bool(one.error) for one in rows] == [True, False]
        with pytest.raises(SomeoneActedFirst):
            actions.mark_entered_in_error(key=new_key(), **mark)

    def test_a_measurement_does_not_end(self, sam: Actor, jordan: Patient) -> None:
        row = weigh(sam, jordan, "80")
        with pytest.raises(Refused, match="entered in error"):
            actions.end_entry(
                key=new_key(), by=sam, at=MONDAY_9, patient_id=jordan.pk,
                entry_kind="weight", entry_id=row.pk,
            )  # fmt: skip

    def test_an_entry_of_another_patient_cannot_be_marked(
        self, sam: Actor, jordan: Patient
    ) -> None:
        other = weigh(sam, register(sam, given_name="Ana"), "60")
        with pytest.raises(NotFound):
            actions.mark_entered_in_error(
                key=new_key(), by=sam, at=MONDAY_9, patient_id=jordan.pk, entry_kind="weight",
                entry_id=other.pk, reason="not mine",
            )  # fmt: skip


class TestAllergies:
    def test_not_asked_is_not_none(self, sam: Actor, jordan: Patient) -> None:
        given: dict[str, Any] = {"by": sam, "patient_id": jordan.pk}
        assert queries.allergies_of(jordan.pk).status == "not_asked"
        actions.record_no_known_allergies(key=new_key(), at=MONDAY_9, **given)
        assert queries.allergies_of(jordan.pk).status == "none_known"
        later = MONDAY_9 + timedelta(hours=1)
        row = actions.record_allergy(
            key=new_key(), at=later, substance="Latex", reaction="Rash", severity="mild", **given
        )
        assert queries.allergies_of(jordan.pk).status == "listed"
        with pytest.raises(Refused, match="already listed"):
            actions.record_allergy(key=new_key(), at=later, substance="latex", **given)
        with pytest.raises(Refused, match="Mark the listed"):
            actions.record_no_known_allergies(key=new_key(), at=later, **given)
        actions.mark_entered_in_error(
            key=new_key(), at=later, entry_kind="allergy", entry_id=row.pk,
            reason="Another patient", **given,
        )  # fmt: skip
        assert queries.allergies_of(jordan.pk).status == "not_asked"


class TestMedicines:
    def test_a_new_dose_is_a_new_row(self, sam: Actor, jordan: Patient) -> None:
        given: dict[str, Any] = {"by": sam, "at": MONDAY_9, "patient_id": jordan.pk}
        row = actions.record_medication(
            key=new_key(), name="Zoloft", dose_text="50 mg daily", **given
        )
        assert row.ingredient == "sertraline"
        actions.change_dose(key=new_key(), medication_id=row.pk, dose_text="100 mg daily", **given)
        now, before = queries.medications_of(jordan.pk)
        assert (now.dose_text, now.is_active) == ("100 mg daily", True)
        assert (before.dose_text, before.is_active) == ("50 mg daily", False)
        with pytest.raises(SomeoneActedFirst):
            actions.end_medication(key=new_key(), medication_id=row.pk, **given)

    def test_an_unknown_ingredient_stays_unknown(self, sam: Actor, jordan: Patient) -> None:
        actions.record_medication(
            key=new_key(), by=sam, at=MONDAY_9, patient_id=jordan.pk, name="Herbal calm"
        )
        (fact,) = queries.medications_of(jordan.pk)
        assert (fact.ingredient, fact.ingredients) == ("", ())


class TestReaching:
    def test_contacts_and_escorts_end(self, sam: Actor, jordan: Patient) -> None:
        given: dict[str, Any] = {"by": sam, "at": MONDAY_9, "patient_id": jordan.pk}
        phone = actions.record_contact(
            key=new_key(), kind="phone", value="212-555-0123", may_leave_message=True, **given
        )
        assert phone.value == "+12125550123"
        with pytest.raises(Refused, match="already on record"):
            actions.record_contact(key=new_key(), kind="phone", value="(212) 555 0123", **given)
        escort = actions.record_escort(
            key=new_key(), name="Kim Reyes", phone="212 555 0124", relation="sister", **given
        )
        assert queries.escorts_named([jordan.pk]) == {jordan.pk}
        for kind, row in (("contact", phone), ("escort", escort)):
            actions.end_entry(key=new_key(), entry_kind=kind, entry_id=row.pk, **given)
        assert queries.contacts_of(jordan.pk) == ()
        assert queries.escorts_of(jordan.pk) == ()
        assert queries.escorts_named([jordan.pk]) == set()
