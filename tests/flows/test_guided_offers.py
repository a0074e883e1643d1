"""A weekday offers the starts that let most visits in: searched for, kept by a person, given up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from serein.core.errors import Refused
from serein.scheduling import actions, queries
from serein.scheduling.rules import GuideStart, SeriesRules
from tests.flows.pages import Person
from tests.flows.public_steps import bookable
from tests.flows.scheduling_desk import TUESDAY, ZONE, Desk, moment
from tests.flows.test_book_series import enrol, signed_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from serein.accounts.models import Staff
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db

WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)
STARTS = (
    GuideStart("infusion", 8 * 60 + 5, 1),
    GuideStart("infusion", 10 * 60 + 25, 2),
    GuideStart("first", 13 * 60 + 10, 1),
)


@pytest.fixture
def desk(personas: Personas) -> Desk:
    return Desk.opened(personas, chairs=2)


def guide(desk: Desk, day: date, *starts: GuideStart) -> None:
    desk.do(
        actions.keep_starts, desk.people.dana, weekday=day.weekday(), starts=starts or STARTS,
        worked_out_for=day, bound=3, method="by hand",
    )  # fmt: skip


def offers(desk: Desk, day: date, code: str = "infusion") -> list[str]:
    found = queries.find_starts(
        desk.site_id, queries.Wanted(code), first=day, last=day, at=desk.now, is_guided=True
    )
    return [start.at.astimezone(ZONE).strftime("%H:%M") for start in found]


class TestWhatIsOffered:
    def test_a_guided_weekday_offers_its_starts_and_no_other_weekday_does(self, desk: Desk) -> None:
        guide(desk, TUESDAY)
        assert offers(desk, TUESDAY) == ["08:05", "10:25"]
        assert offers(desk, TUESDAY, "first") == ["13:10"]
        assert offers(desk, WEDNESDAY) == desk.starts(WEDNESDAY)
        assert offers(desk, TUESDAY, "maintenance") == desk.starts(TUESDAY, "maintenance")

    def test_a_start_goes_when_it_is_booked_and_comes_back_when_that_is_cancelled(
        self, desk: Desk
    ) -> None:
        guide(desk, TUESDAY)
        made = desk.book(moment(TUESDAY, 8, 5))
        assert offers(desk, TUESDAY) == ["10:25"]
        desk.book(moment(TUESDAY, 10, 25))
        assert offers(desk, TUESDAY) == ["10:25"]
        desk.do(actions.cancel_appointment, appointment_id=made.pk, reason="A try")
        assert offers(desk, TUESDAY) == ["08:05", "10:25"]

    def test_a_day_whose_starts_are_used_up_offers_what_is_still_legal(self, desk: Desk) -> None:
        guide(desk, TUESDAY, GuideStart("infusion", 8 * 60 + 5, 1))
        desk.book(moment(TUESDAY, 8, 5))
        assert offers(desk, TUESDAY) == desk.starts(TUESDAY) != []

    def test_staff_may_book_any_other_legal_time(self, desk: Desk) -> None:
        guide(desk, TUESDAY)
        assert desk.book(moment(TUESDAY, 9, 35)).starts_at == moment(TUESDAY, 9, 35)

    def test_the_first_time_that_is_offered_is_the_templates(self, desk: Desk) -> None:
        guide(desk, TUESDAY)
        found = queries.next_available(
            desk.site_id, queries.Wanted("infusion"), after=moment(TUESDAY, 7), at=desk.now,
            is_guided=True,
        )  # fmt: skip
        assert found is not None
        assert found.at == moment(TUESDAY, 8, 5)

    def test_people_choosing_online_see_the_templates_times(
        self, personas: Personas, clock: Any
    ) -> None:
        from django.test import Client

        desk = bookable(personas)
        guide(desk, TUESDAY, GuideStart("consult", 9 * 60 + 20, 1))
        kim = Person(Client()).opens("/book/")
        kim.sees("09:20").does_not_see("Tuesday 10 March at 09:00", "Tuesday 10 March at 09:30")


class TestASeries:
    RULES = SeriesRules(visits=4, infusion_minutes=40, min_gap_hours=44, max_gap_days=7)

    def proposed(self, desk: Desk, **more: Any) -> tuple[Any, ...]:
        found = queries.propose_series(
            desk.site_id, self.RULES, first=TUESDAY, not_before=desk.now, **more
        )
        assert found.offers, found.because
        return tuple(at.astimezone(ZONE) for at in found.offers[0].starts)

    def guide_all(self, desk: Desk) -> None:
        for n in range(7):
            day = TUESDAY + timedelta(days=n)
            if day.weekday() < 5:
                guide(desk, day, GuideStart("infusion", 625, 2), GuideStart("first", 625, 1))

    def test_is_made_of_the_templates_starts(self, desk: Desk) -> None:
        self.guide_all(desk)
        assert {at.strftime("%H:%M") for at in self.proposed(desk)} == {"10:25"}

    def test_keeps_a_pinned_time_that_is_none_of_them(self, desk: Desk) -> None:
        self.guide_all(desk)
        pinned = moment(date(2026, 3, 16), 11)
        starts = self.proposed(desk, pins={2: pinned})
        assert starts[1] == pinned
        assert {at.strftime("%H:%M") for at in (starts[0], *starts[2:])} == {"10:25"}

    def test_uses_other_times_where_the_template_allows_none(self, desk: Desk) -> None:
        """The template's only time is past four, and the patient cannot come then."""
        for n in range(7):
            day = TUESDAY + timedelta(days=n)
            if day.weekday() < 5:
                guide(desk, day, GuideStart("infusion", 840, 2), GuideStart("first", 840, 1))
        mornings = tuple(
            (int(moment(day, 7).timestamp()) // 300, int(moment(day, 12).timestamp()) // 300)
            for day in (TUESDAY + timedelta(days=n) for n in range(40))
        )
        starts = self.proposed(desk, can_come=mornings)
        assert all(at.hour < 12 for at in starts)


class TestThePlansPage:
    def test_says_on_which_weekdays_starts_are_guided(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        clock.move_to(desk.now)
        patient_id = enrol(desk.people)
        plan_id = signed_plan(desk.people, patient_id)
        address = reverse("plans:book", args=[patient_id, plan_id])
        page = Person(sign_in(desk.people.morgan)).opens(address)
        page.does_not_see("Guided starts are offered")
        guide(desk, TUESDAY)
        guide(desk, THURSDAY)
        page.opens(page.address).sees("Guided starts are offered on Tuesdays and Thursdays.")


class TestChoosing:
    def test_a_director_searches_looks_and_keeps(
        self, desk: Desk, clock: Any, sign_in: Callable[[Staff], Client]
    ) -> None:
        clock.move_to(desk.now)
        desk.plan_staff(TUESDAY, nurses=2)
        dana, url = sign_in(desk.people.dana), reverse("scheduling:starts")
        person = Person(dana).opens(f"{url}?weekday=2")
        person.sees("Nothing fits on Wednesday 11 March. Enter chairs and shifts")
        person.opens(f"{url}?weekday=1&least_first=1")
        person.sees("For Tuesdays", "1 × first infusion", "Found by:").does_not_see("Not placed")
        assert offers(desk, TUESDAY) == desk.starts(TUESDAY)
        person.presses("Offer these starts").sees("Tuesdays offer these starts", "guided starts")
        fact = queries.templates_of(desk.site_id)[1]
        assert fact.by_id == str(desk.people.dana.pk)
        kept = {
            f"{s.minute // 60:02}:{s.minute % 60:02}"
            for s in fact.guide.starts
            if s.code == "infusion"
        }
        assert set(offers(desk, TUESDAY)) <= kept
        person.follows("Stop guiding Tuesday").presses("Save").sees("offer every legal start again")
        assert offers(desk, TUESDAY) == desk.starts(TUESDAY)

    def test_starts_that_were_changed_on_the_way_are_not_kept(
        self, desk: Desk, sign_in: Callable[[Staff], Client]
    ) -> None:
        url = reverse("scheduling:starts")
        answer = sign_in(desk.people.dana).post(url, {"key": "", "found": "1:2:3"})
        assert answer.status_code == 422
        assert "Search again" in answer.content.decode()
        assert queries.templates_of(desk.site_id) == {}

    @pytest.mark.parametrize(
        ("weekday", "starts"),
        [
            (1, ()),
            (2, STARTS),
            (1, (GuideStart("sauna", 600, 1),)),
            (1, (GuideStart("infusion", 1500, 1),)),
            (1, (GuideStart("infusion", 600, 0),)),
        ],
        ids=["none", "other weekday", "unknown type", "no such minute", "nobody"],
    )
    def test_what_makes_no_sense_is_refused(
        self, desk: Desk, weekday: int, starts: tuple[GuideStart, ...]
    ) -> None:
        with pytest.raises(Refused, match="Search again"):
            desk.do(
                actions.keep_starts, desk.people.dana, weekday=weekday, starts=starts,
                worked_out_for=TUESDAY,
            )  # fmt: skip

    def test_a_weekday_that_is_not_guided_cannot_be_let_go(self, desk: Desk) -> None:
        with pytest.raises(Refused, match="not guided"):
            desk.do(actions.drop_starts, desk.people.dana, weekday=1)
