"""A plan from a protocol to a signature, a change and its end; and what the pages refuse."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from serein.core.errors import MoveNotAllowed, NotFound, Refused, SomeoneActedFirst
from serein.core.models import CannotChange
from serein.patients import actions as patients
from serein.plans import actions, queries
from serein.plans.models import PlanSignature, PlanVersion, TreatmentPlan
from tests.conftest import MONDAY_9, Personas, actor, new_key
from tests.flows.test_book_series import (
    book,
    enrol,
    open_clinic,
    signed_plan,
    tuesdays_and_thursdays,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from django.test import Client

pytestmark = pytest.mark.django_db

ORDER = {
    "mg_per_kg": "0.5",
    "minutes": "40",
    "weight_basis": "actual",
    "ceiling_mg": "100",
    "vial_mg_per_ml": "50",
    "preparation": "strength",
    "bag_mg_per_ml": "1",
    "bag_ml": "",
    "infusions": "6",
    "min_gap_hours": "44",
    "max_gap_days": "7",
}


@pytest.fixture
def patient_id(personas: Personas) -> UUID:
    open_clinic(personas)
    return enrol(personas)


def draft(personas: Personas, patient_id: UUID, at: datetime = MONDAY_9, **change: Any) -> UUID:
    """Draft the usual plan of protocol C."""
    facts: dict[str, Any] = {
        "mg_per_kg": Decimal("0.5"),
        "minutes": 40,
        "bag_mg_per_ml": Decimal(1),
        "protocol_code": "C",
    }
    plan = actions.draft_plan(
        key=new_key(), by=actor(personas.priya), at=at, patient_id=patient_id, **(facts | change)
    )
    return plan.pk


def sign(personas: Personas, plan_id: UUID, at: datetime = MONDAY_9, **more: Any) -> TreatmentPlan:
    """Sign as Priya."""
    by = actor(more.pop("by", personas.priya))
    return actions.sign_plan(key=new_key(), by=by, at=at, plan_id=plan_id, **more)


def weigh(personas: Personas, patient_id: UUID, weight_kg: str, at: datetime) -> None:
    """Put the patient on the scales."""
    patients.record_weight(
        key=new_key(),
        by=actor(personas.sam),
        at=at,
        patient_id=patient_id,
        weight_kg=Decimal(weight_kg),
        method="measured",
        measured_at=at,
        is_confirmed=True,
    )


class TestSigning:
    def test_puts_the_order_in_force(self, personas: Personas, patient_id: UUID) -> None:
        plan_id = draft(personas, patient_id)
        assert queries.plan_in_force(patient_id) is None
        sign(personas, plan_id)
        plan = queries.plan_in_force(patient_id)
        assert plan is not None
        assert (plan.plan_id, plan.version_number, plan.protocol_code) == (plan_id, 1, "C")
        assert (plan.signed_by_name, plan.signed_at) == ("Priya Raman", MONDAY_9)
        assert plan.dose.dose_mg == Decimal(40)
        assert plan.dose.prepared.rate_ml_per_h == Decimal(60)
        assert (plan.infusions, plan.min_gap_hours, plan.max_gap_days) == (6, 44, 7)

    def test_needs_a_decision_that_the_patient_is_eligible(self, personas: Personas) -> None:
        plan_id = draft(personas, enrol(personas, "Ada", is_eligible=False))
        with pytest.raises(Refused, match="Determine eligibility first"):
            sign(personas, plan_id)
        assert PlanSignature.objects.count() == 0

    def test_only_a_prescriber_signs(self, personas: Personas, patient_id: UUID) -> None:
        plan_id = draft(personas, patient_id)
        for staff in (personas.sam, personas.dana, personas.morgan, personas.alex):
            with pytest.raises(Refused, match="Ask a prescriber"):
                sign(personas, plan_id, by=staff)

    def test_asks_for_a_reason_for_what_needs_review(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = draft(personas, patient_id, mg_per_kg=Decimal("0.6"))
        with pytest.raises(Refused, match="Enter the reason") as refused:
            sign(personas, plan_id)
        assert [finding.code for finding in refused.value.findings] == ["mg-per-kg-above-usual"]
        sign(personas, plan_id, reason_for_soft="No response at 0.5 in an earlier course")
        assert queries.plan_fact(plan_id).reason_for_soft.startswith("No response")

    def test_refuses_a_weight_that_is_old_or_no_longer_true(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = draft(personas, patient_id)
        with pytest.raises(
            Refused, match="Weigh the patient again: the last weight is from 15 days ago"
        ):
            sign(personas, plan_id, at=MONDAY_9 + timedelta(days=15, minutes=1))
        tomorrow = MONDAY_9 + timedelta(days=1)
        weigh(personas, patient_id, "84.1", tomorrow)
        with pytest.raises(Refused, match=r"Work out the dose again: the weight changed by 5\.1%"):
            sign(personas, plan_id, at=tomorrow)

    def test_one_plan_at_a_time(self, personas: Personas, patient_id: UUID) -> None:
        first, second = draft(personas, patient_id), draft(personas, patient_id)
        sign(personas, first)
        with pytest.raises(Refused, match="Complete or stop the plan in force first"):
            sign(personas, second)
        with pytest.raises(IntegrityError), transaction.atomic():
            TreatmentPlan.objects.filter(pk=second).update(state="signed")

    def test_a_plan_is_signed_once_and_only_as_it_was_read(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = draft(personas, patient_id)
        actions.change_plan(
            key=new_key(),
            by=actor(personas.priya),
            at=MONDAY_9,
            plan_id=plan_id,
            minutes=45,
            reason="Prefers it slower",
        )
        with pytest.raises(SomeoneActedFirst):
            sign(personas, plan_id, seen_version=1)
        sign(personas, plan_id, seen_version=2)
        with pytest.raises(Refused):
            sign(personas, plan_id)
        assert PlanSignature.objects.count() == 1

    def test_another_site_finds_nothing(self, personas: Personas, patient_id: UUID) -> None:
        plan_id = draft(personas, patient_id)
        with pytest.raises(NotFound):
            sign(personas, plan_id, by=personas.robin)


class TestDrafting:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"mg_per_kg": Decimal("12.5")}, "Enter at most 1"),
            ({"ceiling_mg": Decimal("39.9")}, "above the ceiling"),
            ({"minutes": 10}, "Enter from 20 to 120 minutes"),
            ({"bag_mg_per_ml": None}, "Enter the strength of the bag"),
            ({"preparation": "added"}, "Enter the volume of the bag"),
            ({"protocol_code": "Z"}, "Choose a protocol"),
        ],
    )
    def test_stores_nothing_that_a_rule_stops(
        self, personas: Personas, patient_id: UUID, change: dict[str, Any], message: str
    ) -> None:
        with pytest.raises(Refused, match=message):
            draft(personas, patient_id, **change)
        assert TreatmentPlan.objects.count() == PlanVersion.objects.count() == 0

    def test_without_a_weight_there_is_no_order(self, personas: Personas) -> None:
        patient_id = patients.register_patient(
            key=new_key(),
            by=actor(personas.morgan),
            at=MONDAY_9,
            given_name="Nia",
            family_name="O'Brien",
            birth_date=MONDAY_9.date() - timedelta(days=12000),
            sex="female",
        ).pk
        with pytest.raises(Refused, match="Weigh the patient first: without a weight there is no"):
            draft(personas, patient_id)

    def test_the_basis_is_kept_with_the_order(self, personas: Personas, patient_id: UUID) -> None:
        plan = queries.plan_fact(draft(personas, patient_id, weight_basis="ideal"))
        assert (plan.weight_basis, plan.actual_weight_kg) == ("ideal", Decimal(80))
        assert plan.weight_kg == Decimal("61.437")
        assert plan.dose.dose_mg == plan.weight_kg / 2

    def test_both_conventions_of_a_bag_are_kept(self, personas: Personas, patient_id: UUID) -> None:
        more = {"bag_mg_per_ml": None, "bag_ml": Decimal(100)}
        withdrawn = queries.plan_fact(draft(personas, patient_id, preparation="withdrawn", **more))
        added = queries.plan_fact(draft(personas, patient_id, preparation="added", **more))
        assert withdrawn.bag_mg_per_ml == Decimal("0.4")
        assert added.dose.volume_ml == Decimal("100.8")

    def test_the_database_refuses_a_dose_above_the_ceiling(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        version = PlanVersion.objects.get(plan_id=draft(personas, patient_id))
        version.pk, version.number, version.reason = uuid4(), 2, "Around the rules"
        version.ceiling_mg = Decimal(39)
        version._state.adding = True
        with pytest.raises(IntegrityError), transaction.atomic():
            version.save()

    def test_a_version_is_never_changed(self, personas: Personas, patient_id: UUID) -> None:
        version = PlanVersion.objects.get(plan_id=draft(personas, patient_id))
        version.minutes = 60
        with pytest.raises(CannotChange):
            version.save()


class TestChangingAndEnding:
    def test_a_change_is_a_new_version_with_who_and_why(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        self._change(personas, plan_id, mg_per_kg=Decimal("0.45"), reason="Dizzy for two hours")
        plan = queries.plan_in_force(patient_id)
        assert plan is not None
        assert (plan.version_number, plan.mg_per_kg) == (2, Decimal("0.45"))
        assert (plan.written_by_name, plan.reason) == ("Priya Raman", "Dizzy for two hours")
        newest, first = queries.versions_of(plan_id)
        assert (newest.version_id, first.mg_per_kg) == (plan.version_id, Decimal("0.5"))
        assert queries.version_fact(first.version_id).dose.dose_mg == Decimal(40)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"reason": " "}, "Enter why the plan changes"),
            ({"mg_per_kg": Decimal("0.2")}, "Take a smaller step"),
            ({"mg_per_kg": Decimal("0.35")}, "Enter the reason for what is outside the usual"),
            ({"mg_per_kg": Decimal("0.45"), "minutes": 50}, "Enter the reason"),
        ],
    )
    def test_refuses_what_is_silent_or_too_much_at_once(
        self, personas: Personas, patient_id: UUID, change: dict[str, Any], message: str
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        with pytest.raises(Refused, match=message):
            self._change(personas, plan_id, **({"reason": "Because"} | change))
        assert queries.plan_fact(plan_id).version_number == 1

    def test_a_change_is_worked_out_on_the_newest_weight(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        later = MONDAY_9 + timedelta(days=10)
        weigh(personas, patient_id, "76", later)
        self._change(personas, plan_id, at=later, reason="Weight fell by 5 %")
        assert queries.plan_fact(plan_id).dose.dose_mg == Decimal(38)

    def test_stopping_needs_a_reason_and_ends_it(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        facts = {"by": actor(personas.priya), "at": MONDAY_9, "plan_id": plan_id}
        with pytest.raises(Refused, match="Enter why"):
            actions.stop_plan(key=new_key(), reason="", **facts)
        actions.stop_plan(key=new_key(), reason="Blood pressure", **facts)
        assert queries.plan_in_force(patient_id) is None
        with pytest.raises(MoveNotAllowed):
            actions.stop_plan(key=new_key(), reason="Again", **facts)
        with pytest.raises(Refused, match="Draft a new plan"):
            self._change(personas, plan_id, reason="Too late")

    def test_a_plan_is_not_complete_while_visits_are_open(
        self, personas: Personas, patient_id: UUID
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        book(personas, plan_id, tuesdays_and_thursdays())
        facts = {"by": actor(personas.priya), "at": MONDAY_9, "plan_id": plan_id}
        with pytest.raises(Refused, match="Give or cancel the visits still open first: 6 of 6"):
            actions.complete_plan(key=new_key(), **facts)

    @staticmethod
    def _change(personas: Personas, plan_id: UUID, **change: Any) -> None:
        actions.change_plan(
            key=new_key(),
            by=actor(personas.priya),
            at=change.pop("at", MONDAY_9),
            plan_id=plan_id,
            **change,
        )


@pytest.fixture
def priya(personas: Personas, sign_in: Callable[..., Client], clock: object) -> Client:
    return sign_in(personas.priya)


class TestThePages:
    def test_from_a_protocol_to_a_signed_plan(
        self, priya: Client, patient_id: UUID, personas: Personas
    ) -> None:
        chooser = priya.get(reverse("plans:choose", args=[patient_id])).content.decode()
        assert "Does not fit the hours" in chooser
        assert "Three infusions in each of two weeks in a row do not fit" in chooser
        builder = reverse("plans:new", args=[patient_id, "C"])
        start = priya.get(builder).content.decode()
        assert "Actual weight, 80\u202fkg" in start
        assert "40\u202fmg, 0.8\u202fmL of 50\u202fmg/mL, 60\u202fmL/h over 40\u202fmin" in start
        worked = priya.post(builder, ORDER | {"mg_per_kg": "0.4", "step": "work_out"})
        assert worked.status_code == 200
        assert (
            "32\u202fmg, 0.64\u202fmL of 50\u202fmg/mL, 48\u202fmL/h over 40\u202fmin"
            in worked.content.decode()
        )
        assert TreatmentPlan.objects.count() == 0
        saved = priya.post(builder, ORDER | {"step": "save"}, follow=True)
        plan = queries.plans_of(patient_id)[0]
        assert saved.redirect_chain[0][0] == reverse("plans:plan", args=[patient_id, plan.plan_id])
        sign_url = reverse("plans:sign", args=[patient_id, plan.plan_id])
        signed = priya.post(sign_url, {"seen_version": 1}, follow=True).content.decode()
        assert "Signed, in force" in signed
        copy = priya.get(reverse("plans:patient_copy", args=[patient_id, plan.plan_id]))
        assert "not approved for PTSD" in copy.content.decode()

    @pytest.mark.parametrize(
        ("field", "typed", "message"),
        [
            ("mg_per_kg", "0,5", "Use a point for decimals"),
            ("mg_per_kg", "0.5 mg/kg/min", "Enter a plain number in mg/kg"),
            ("mg_per_kg", "\uff10.\uff15", "Enter a plain number"),
            ("mg_per_kg", "5e-1", "Enter a plain number"),
            ("mg_per_kg", "12.5", "Enter at most 1"),
            ("mg_per_kg", "", "Enter dose per kilogram"),
            ("minutes", "40.5", "Enter a whole number"),
            ("minutes", "5", "Enter from 20 to 120 minutes"),
            ("weight_basis", "lb", "Choose a weight from the list"),
            ("weight_basis", "", "Choose the weight to dose on"),
            ("ceiling_mg", "400", "Enter a number from 1 to 100"),
            ("vial_mg_per_ml", "5", "Choose a strength from the list"),
            ("preparation", "shaken", "Choose from the list"),
            ("bag_mg_per_ml", "", "Enter the strength of the bag"),
            ("infusions", "1000", "Enter a number from 1 to 12"),
            ("max_gap_days", "<script>alert(1)</script>", "Enter a plain number"),
        ],
    )
    def test_bad_input_says_what_to_do_and_loses_nothing(
        self, priya: Client, patient_id: UUID, field: str, typed: str, message: str
    ) -> None:
        sent = ORDER | {field: typed, "step": "save"}
        answer = priya.post(reverse("plans:new", args=[patient_id, "C"]), sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert message in page
        assert "<script>alert" not in page
        if typed and field in {"mg_per_kg", "minutes", "ceiling_mg"}:
            assert f'value="{typed}"' in page
        assert 'value="44"' in page
        assert TreatmentPlan.objects.count() == 0

    def test_a_change_without_its_reason_is_shown_again_whole(
        self, priya: Client, patient_id: UUID, personas: Personas
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        url = reverse("plans:change", args=[patient_id, plan_id])
        sent = ORDER | {"mg_per_kg": "0.35", "reason": "Too strong", "seen_version": "1"}
        answer = priya.post(url, sent | {"step": "save"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Enter the reason for what is outside the usual" in page
        assert "Too strong" in page
        done = priya.post(url, sent | {"step": "save", "reason_for_soft": "Asked for it"})
        assert done.status_code == 302
        assert queries.plan_fact(plan_id).version_number == 2

    def test_somebody_elses_ids_are_not_found(
        self, priya: Client, patient_id: UUID, personas: Personas
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        other = enrol(personas, "Ada")
        for name in ("plan", "change", "sign", "stop", "complete", "patient_copy"):
            assert priya.get(reverse(f"plans:{name}", args=[other, plan_id])).status_code == 404
            assert priya.get(reverse(f"plans:{name}", args=[other, uuid4()])).status_code == 404
        assert priya.get(reverse("plans:new", args=[patient_id, "Z"])).status_code == 404

    def test_the_front_desk_sees_visits_but_no_dose(
        self, personas: Personas, patient_id: UUID, sign_in: Callable[..., Client], clock: object
    ) -> None:
        plan_id = signed_plan(personas, patient_id)
        morgan = sign_in(personas.morgan)
        assert morgan.get(reverse("plans:plan", args=[patient_id, plan_id])).status_code == 403
        page = morgan.get(reverse("plans:visits", args=[patient_id])).content.decode()
        assert "Book 6 visits" in page
        assert "mg/kg" not in page
