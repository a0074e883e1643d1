"""A day without the server: the paper printed before, and what is entered from it afterwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.audit import queries as audit
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.back_entry import enter_from_paper
from serein.infusions.queries.paper import paper_of
from serein.infusions.rules.delivered import EventKind
from serein.infusions.states import SessionState
from serein.monitoring import queries as monitored
from tests.conftest import new_key
from tests.flows.infusion_steps import Clinic, booked

if TYPE_CHECKING:
    from serein.infusions.models import InfusionSession

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(personas: Any) -> Clinic:
    return booked(personas)


@pytest.fixture
def visit(clinic: Clinic) -> InfusionSession:
    """A first infusion that had just started when the server went away."""
    return clinic.running()


def enter(
    clinic: Clinic, visit: InfusionSession, kind: str, minutes_ago: float, **more: Any
) -> Any:
    """Sam enters one line that Noor wrote on paper so many minutes ago."""
    facts = {"written_by": "Noor Haddad", **more}
    return clinic.do(
        enter_from_paper,
        clinic.people.sam,
        session_id=visit.pk,
        kind=kind,
        occurred_at=clinic.now - timedelta(minutes=minutes_ago),
        **facts,
    )


BP = {"sbp_mmhg": 131, "dbp_mmhg": 82, "hr_bpm": 77, "spo2_percent": 97}


def test_vitals_from_paper_keep_the_papers_time_and_say_where_they_come_from(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.wait(45)
    entry = enter(clinic, visit, "vitals", 35, values=BP, second_id=clinic.people.dana.pk)
    charted = monitored.latest_vitals(visit.period_id)
    assert charted is not None
    assert charted.vitals_id == entry.made_id
    assert charted.occurred_at == clinic.now - timedelta(minutes=35)
    assert charted.recorded_at == clinic.now
    assert charted.note == "From paper, written by Noor Haddad"
    (line,) = paper_of(visit.pk)
    assert (line.written_by, line.by_name, line.second_name) == (
        "Noor Haddad",
        clinic.people.sam.name,
        clinic.people.dana.name,
    )


def test_the_pump_on_paper_gives_the_same_mg_as_at_the_chair(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.wait(60)
    lines = [
        ("rate", 50, Decimal(20)),
        ("pause", 40, None),
        ("resume", 35, Decimal(15)),
        ("stop", 15, None),
    ]
    for kind, minutes_ago, rate in lines:
        enter(clinic, visit, kind, minutes_ago, rate_ml_per_h=rate)
    ml = visit.rate_ml_per_h * 10 / 60 + Decimal(20) * 10 / 60 + Decimal(15) * 20 / 60
    given = queries.delivered_mg(visit.pk, clinic.now)
    assert abs(given - ml * visit.bag_mg_per_ml) < Decimal("0.1")
    assert queries.session(visit.site_id, visit.pk).state == SessionState.RECOVERING.value
    reasons = [fact.reason for fact in queries.events_of(visit.pk)[1:]]
    assert all(reason.startswith("From paper, written by Noor Haddad") for reason in reasons)
    made = {line.made_id for line in paper_of(visit.pk)}
    assert made == {fact.event_id for fact in queries.events_of(visit.pk)[1:]}


def test_lines_of_the_pump_are_entered_in_the_order_of_the_paper(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.wait(60)
    enter(clinic, visit, "pause", 30)
    with pytest.raises(Refused, match="not before"):
        enter(clinic, visit, "resume", 40, rate_ml_per_h=Decimal(15))
    assert len(paper_of(visit.pk)) == 1


def test_a_note_from_paper_stands_at_its_time(clinic: Clinic, visit: InfusionSession) -> None:
    clinic.wait(30)
    enter(clinic, visit, "note", 12, note="Asked for water")
    (remark,) = queries.remarks_of(visit.pk)
    assert remark.text == "From paper, written by Noor Haddad: Asked for water"
    assert remark.occurred_at == clinic.now - timedelta(minutes=12)


@pytest.mark.parametrize(
    ("kind", "minutes_ago", "more", "because"),
    [
        ("vitals", 5, {"values": {}}, "."),
        ("vitals", 5, {"values": BP, "written_by": " "}, "Name who wrote it"),
        ("vitals", -10, {"values": BP}, "."),
        ("vitals", 73 * 60, {"values": BP}, "3 days"),
        ("rate", 5, {}, "Enter the rate"),
        ("resume", 5, {"rate_ml_per_h": Decimal(15)}, "not paused"),
        ("start", 5, {"rate_ml_per_h": Decimal(15)}, "Clear the visit"),
    ],
)
def test_paper_is_held_to_the_same_rules_as_the_chair(
    clinic: Clinic,
    visit: InfusionSession,
    kind: str,
    minutes_ago: int,
    more: dict[str, Any],
    because: str,
) -> None:
    clinic.wait(30)
    with pytest.raises(Refused, match=because):
        enter(clinic, visit, kind, minutes_ago, **more)
    assert paper_of(visit.pk) == ()


def test_nobody_reads_their_own_entry_against_the_paper(
    clinic: Clinic, visit: InfusionSession
) -> None:
    clinic.wait(10)
    with pytest.raises(Refused, match="another person"):
        enter(clinic, visit, "vitals", 5, values=BP, second_id=clinic.people.sam.pk)


def test_the_same_line_sent_twice_is_entered_once(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    started = clinic.now
    clinic.wait(40)
    clock.move_to(clinic.now)
    sam = sign_in(clinic.people.sam)
    address = reverse("infusions:paper", args=[visit.patient_id, visit.pk])
    assert "Enter from paper" in sam.get(address).content.decode()
    local = (started + timedelta(minutes=10)).astimezone(_zone())
    sent = {
        "key_field": new_key(),
        "day": local.date().isoformat(),
        "clock": f"{local:%H:%M}",
        "kind": "vitals",
        "written_by": "Noor Haddad",
        **{name: str(value) for name, value in BP.items()},
    }
    for _ in range(2):
        assert sam.post(address, sent).status_code == 302
    (line,) = paper_of(visit.pk)
    assert line.occurred_at == local.replace(second=0, microsecond=0)
    page = sam.get(address).content.decode()
    assert f"{local:%H:%M}" in page
    assert "written by Noor Haddad" in page


def test_the_form_names_what_is_missing(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    clock.move_to(clinic.now)
    answer = sign_in(clinic.people.sam).post(
        reverse("infusions:paper", args=[visit.patient_id, visit.pk]), {"key_field": new_key()}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Name who wrote it on the paper." in text
    assert "Enter time on the paper." in text


def test_the_pack_has_a_sheet_for_each_chair_with_order_limits_and_due_times(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    clinic.wait(5)
    clinic.vitals(visit)
    clock.move_to(clinic.now)
    text = sign_in(clinic.people.sam).get(reverse("infusions:downtime")).content.decode()
    for wanted in (
        visit.chair_name,
        "ketamine",
        f"{visit.minutes}\u202fmin at",
        "clinic default, review",
        "Emergency 911",
        "(540) 555-0142",
        "Charted at",
        "started",
        "10\u202fmin · ",
        "end + 60\u202fmin",
    ):
        assert wanted in text, wanted


def test_printing_the_pack_is_in_the_access_list_of_each_patient(
    clinic: Clinic, visit: InfusionSession, sign_in: Any, clock: Any
) -> None:
    clock.move_to(clinic.now)
    sign_in(clinic.people.sam).get(reverse("infusions:downtime"))
    (newest, *_) = audit.access_list(site_id=visit.site_id, patient_id=visit.patient_id)
    assert (newest.subject_type, newest.is_read) == ("infusions:downtime", True)


def test_a_visit_that_was_not_begun_has_its_sheet_too(
    clinic: Clinic, sign_in: Any, clock: Any
) -> None:
    clock.move_to(clinic.now)
    text = sign_in(clinic.people.sam).get(reverse("infusions:downtime")).content.decode()
    assert text.count('<article class="sheet">') == 1
    assert "Charted at" not in text


@pytest.mark.parametrize("who", ["morgan", "theo", "lee", "ash", "alex", "uma"])
def test_the_pack_is_for_those_who_treat(who: str, personas: Any, sign_in: Any) -> None:
    assert sign_in(getattr(personas, who)).get(reverse("infusions:downtime")).status_code == 403


def test_the_log_of_paper_is_a_log_of_the_pump(clinic: Clinic, visit: InfusionSession) -> None:
    clinic.wait(20)
    enter(clinic, visit, "pause", 3.5)
    kinds = [event.kind for event in queries.log_of(visit.pk)]
    assert kinds == [EventKind.START, EventKind.PAUSE]


def _zone() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("America/New_York")
