"""Somebody books a first visit online: a time is held, kept, lost, found again; never given twice."""

from __future__ import annotations

import json
import re
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from serein.intake import actions as intake_actions
from serein.intake import queries as intake
from serein.portal import presenters as portal
from serein.scheduling import actions, queries
from serein.scheduling.rules import Block, explain_day
from tests.flows.pages import Person
from tests.flows.public_steps import bookable, consultations
from tests.flows.scheduling_desk import TUESDAY, ZONE, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from serein.accounts.models import Staff
    from tests.conftest import Personas

pytestmark = pytest.mark.django_db

TEN = "Tuesday 10 March, 10:00"
KIM: dict[str, Any] = {"name": "Kim O'Hara", "contact": "kim@example.org"}
WEEK = (TUESDAY, TUESDAY + timedelta(days=14))


@pytest.fixture
def desk(personas: Personas, clock: Any) -> Desk:
    return bookable(personas)


def visitor() -> Person:
    """Somebody with a browser of their own, on the list of times."""
    return Person(Client()).opens("/book/")


def later(desk: Desk, clock: Any, **span: int) -> None:
    desk.now += timedelta(**span)
    clock.move_to(desk.now)


class TestTheListOfTimes:
    def test_days_are_headings_and_the_first_time_comes_first(self, desk: Desk) -> None:
        kim = visitor()
        kim.sees("First available", "Monday 9 March at 11:30", "Monday 9 March", "Tuesday 10 March")
        assert re.findall(r"<h2[^>]*>((?:\w+day) \d+ \w+)</h2>", kim.html) == [
            "Monday 9 March", "Tuesday 10 March", "Wednesday 11 March", "Thursday 12 March",
        ]  # fmt: skip
        kim.follows("Further days").sees("Friday 13 March", "Monday 16 March")
        kim.does_not_see("First available").follows("Back to the first days").sees("Monday 9 March")

    def test_the_zone_is_named_and_what_its_clocks_show(self, desk: Desk) -> None:
        visitor().sees("All times are New York time. There it is 09:00 now.")

    def test_a_longer_visit_has_its_own_times(self, desk: Desk) -> None:
        kim = visitor().follows("Long consultation, 60 minutes")
        kim.sees("about 60 minutes").presses(TEN).sees("60 minutes.")

    def test_nothing_is_offered_where_nothing_limits_how_many_come(
        self, personas: Personas, clock: Any
    ) -> None:
        Desk.opened(personas)
        visitor().sees("Book by phone", "(540) 555-0142")
        Person(Client()).opens("/").does_not_see("Choose a time")

    def test_a_closed_day_and_a_day_off_have_no_times(self, desk: Desk) -> None:
        desk.do(actions.add_closure, desk.people.dana, day=TUESDAY, reason="staff day")
        visitor().does_not_see("Tuesday 10 March").follows("Further days").does_not_see("Friday 20")

    @pytest.mark.parametrize("asked", ["nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_any_date_in_the_address_is_answered(self, desk: Desk, asked: str) -> None:
        Person(Client()).opens(f"/book/?from={asked}&kind=first&for=x")
        Person(Client()).opens(f"/opening-hours/?from={asked}")


class TestBooking:
    def test_a_stranger_books_and_the_desk_sees_a_request_with_a_visit(
        self, desk: Desk, sign_in: Callable[[Staff], Client]
    ) -> None:
        kim = visitor().presses(TEN)
        kim.sees("Tuesday 10 March at 10:00", "We keep this time for you until 09:10.")
        kim.presses("Book", may_leave_message="no", **KIM)
        kim.sees("Your visit is booked", "Tuesday 10 March at 10:00", "A photo ID.", "988")
        (booked,) = consultations(desk, *WEEK)
        assert booked.starts_at == moment(TUESDAY, 10)
        assert desk.is_sound(TUESDAY)
        (line,) = intake.queue(desk.site_id, today=desk.now.date())
        assert (line.request.name, line.request.contact_value) == ("Kim O'Hara", "kim@example.org")
        assert line.request.client_key == booked.guest_id
        morgan = Person(sign_in(desk.people.morgan))
        morgan.opens(reverse("intake:request", args=[line.request.request_id]))
        morgan.sees("First visit", "10 Mar 2026, 10:00").does_not_see("Let them choose a time")

    def test_the_calendar_file_names_nobody(self, desk: Desk) -> None:
        kim = visitor().presses(TEN).presses("Book", **KIM)
        (address,) = kim.links("Add to your calendar")
        answer = kim.client.get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        text = answer.content.decode()
        assert "DTSTART;TZID=America/New_York:20260310T100000" in text
        assert "SUMMARY:Visit at the clinic" in text
        assert "Kim" not in text

    def test_no_cookie_is_needed(self, desk: Desk) -> None:
        strict = Person(Client(enforce_csrf_checks=True)).opens("/book/")
        strict.client.cookies.clear()
        strict.presses(TEN)
        strict.client.cookies.clear()
        strict.presses("Book", **KIM).sees("Your visit is booked")

    def test_the_same_press_twice_is_one_visit_and_one_request(self, desk: Desk) -> None:
        kim = visitor()
        choice = kim.form_with(TEN).filled(TEN)
        first, second = (kim.client.post("/book/", choice)["Location"] for _ in range(2))
        assert first == second
        kim.opens(first)
        data = kim.form_with("Book").filled(**KIM)
        assert kim.client.post(first, data)["Location"] == first
        assert "Your visit is booked" in kim.client.post(first, data).content.decode()
        assert len(consultations(desk, *WEEK)) == 1
        assert len(intake.queue(desk.site_id, today=desk.now.date())) == 1

    def test_a_wrong_contact_is_mended_without_losing_the_time(self, desk: Desk) -> None:
        kim = visitor().presses(TEN)
        kim.presses("Book", expect=422, name="Kim O'Hara", contact="12")
        kim.sees("Enter a phone number with area code", "We keep this time for you until 09:10.")
        kim.presses("Book", **KIM).sees("Your visit is booked")

    def test_a_program_that_fills_every_field_books_nothing(self, desk: Desk) -> None:
        visitor().presses(TEN).presses("Book", expect=422, company="Spam & Sons", **KIM)
        assert consultations(desk, *WEEK) == []

    @pytest.mark.parametrize("token", ["x", "0" * 32, "a" * 32 + ":" + "b" * 43])
    def test_a_guessed_secret_opens_nothing(self, desk: Desk, token: str) -> None:
        Person(Client()).opens(f"/book/{token}/", expect=404).sees("This link does not work")
        assert Client().get(f"/book/{token}/visit.ics").status_code == 404


class TestTimesThatAreGone:
    def test_of_two_who_choose_one_time_the_second_hears_of_three_near_it(self, desk: Desk) -> None:
        kim, jo = visitor(), visitor()
        kim.presses(TEN).sees("We keep this time")
        jo.presses(TEN, expect=422)
        jo.sees("Choose another time: Tuesday 10 March at 10:00 is no longer free.")
        jo.sees("The nearest times that are free")
        near = [words for form in jo.reader.forms for _, _, words, _ in form.buttons][:3]
        assert near == [f"Tuesday 10 March at {at}" for at in ("08:30", "09:00", "11:00")]
        jo.presses("Tuesday 10 March at 09:00").presses("Book", **KIM).sees("Your visit is booked")
        kim.presses("Book", name="Kim", contact="k@example.org").sees("Your visit is booked")
        assert len(consultations(desk, *WEEK)) == 2

    def test_a_time_that_ran_out_is_still_had_while_nobody_took_it(
        self, desk: Desk, clock: Any
    ) -> None:
        kim = visitor().presses(TEN)
        later(desk, clock, minutes=11)
        kim.opens(kim.address).sees("This time is no longer kept for you.")
        near = [words for form in kim.reader.forms for _, _, words, _ in form.buttons]
        assert [words for words in near if words.startswith("Tuesday 10")] == [
            f"Tuesday 10 March at {at}" for at in ("09:00", "09:30", "10:30")
        ]
        kim.presses("Book", **KIM).sees("Your visit is booked", "Tuesday 10 March at 10:00")

    def test_a_time_that_somebody_tried_and_left_is_had_again(self, desk: Desk, clock: Any) -> None:
        kim = visitor().presses(TEN)
        later(desk, clock, minutes=11)
        visitor().presses(TEN)
        later(desk, clock, minutes=11)
        kim.presses("Book", **KIM).sees("Your visit is booked", "Tuesday 10 March at 10:00")
        assert desk.is_sound(TUESDAY)

    def test_who_comes_too_late_keeps_what_was_typed_and_chooses_another(
        self, desk: Desk, clock: Any
    ) -> None:
        kim = visitor().presses(TEN)
        later(desk, clock, minutes=11)
        visitor().presses(TEN).presses("Book", name="Jo", contact="jo@example.org")
        kim.presses("Book", expect=422, may_leave_message="yes", **KIM)
        kim.sees("Choose another time: Tuesday 10 March at 10:00 is no longer free.")
        kim.presses("Tuesday 10 March at 11:00").sees("We keep this time for you until 09:21.")
        held = kim.form_with("Book").controls
        assert held["name"].held == ["Kim O'Hara"]
        assert held["contact"].held == ["kim@example.org"]
        assert held["may_leave_message"].held == ["yes"]
        kim.presses("Book").sees("Your visit is booked", "Tuesday 10 March at 11:00")

    def test_an_alternative_that_goes_too_is_answered_with_three_more(
        self, desk: Desk, clock: Any
    ) -> None:
        kim = visitor().presses(TEN)
        later(desk, clock, minutes=11)
        visitor().presses(TEN).presses("Book", name="Jo", contact="jo@example.org")
        kim.presses("Book", expect=422, **KIM)
        visitor().presses("Tuesday 10 March, 11:00")
        kim.presses("Tuesday 10 March at 11:00", expect=422)
        kim.sees("Tuesday 10 March at 11:00 is no longer free.", "Tuesday 10 March at 12:00")
        assert kim.form_with("Book").controls["name"].held == ["Kim O'Hara"]

    def test_a_time_is_kept_longer_for_who_needs_longer(self, desk: Desk, clock: Any) -> None:
        kim = visitor().presses(TEN)
        later(desk, clock, minutes=8)
        kim.presses("Keep it 10 minutes more", name="Kim O'Hara").sees("until 09:18")
        assert kim.form_with("Book").controls["name"].held == ["Kim O'Hara"]

    def test_one_connection_cannot_hold_the_whole_book(self, desk: Desk) -> None:
        for hour in range(8, 16):
            visitor().presses(f"Tuesday 10 March, {hour:02}:00")
        visitor().presses("Thursday 12 March, 10:00", expect=422).sees("many times are held")


class TestFromARequest:
    def asks(self) -> Person:
        kim = Person(Client()).opens("/ask/").presses("Send", **KIM)
        return kim.sees("We have your request", "Choose a time yourself")

    def test_who_has_asked_only_confirms(self, desk: Desk) -> None:
        kim = self.asks().follows("Choose a time").presses(TEN)
        kim.sees("We know who you are from your request.")
        kim.follows("Choose another time").presses("Wednesday 11 March, 10:00")
        kim.sees("We know who you are from your request.").presses("Book")
        kim.sees("Your visit is booked")
        (line,) = intake.queue(desk.site_id, today=desk.now.date())
        (booked,) = consultations(desk, *WEEK)
        assert booked.guest_id == line.request.client_key

    def test_one_request_books_one_visit(self, desk: Desk) -> None:
        kim = self.asks().follows("Choose a time")
        link = kim.address
        kim.presses(TEN).presses("Book")
        kim.opens(link).presses("Wednesday 11 March, 10:00")
        kim.sees("Your visit is booked", "Tuesday 10 March at 10:00")
        assert len(consultations(desk, *WEEK)) == 1

    def test_the_visit_goes_with_them_when_they_become_a_patient(self, desk: Desk) -> None:
        self.asks().follows("Choose a time").presses(TEN).presses("Book")
        patient_id = self.accepted(desk)
        (booked,) = queries.visits_of_patient(patient_id)
        assert booked.starts_at == moment(TUESDAY, 10)
        assert desk.is_sound(TUESDAY)

    def test_the_desk_sends_a_patient_the_way_to_choose(
        self, desk: Desk, sign_in: Callable[[Staff], Client]
    ) -> None:
        self.asks()
        patient_id = self.accepted(desk)
        (fact,) = intake.accepted(desk.site_id)
        morgan = Person(sign_in(desk.people.morgan))
        morgan.opens(reverse("intake:request", args=[fact.request_id])).sees("Not booked yet")
        found = re.search(r"/book/\?for=[\w%:-]+", morgan.text)
        assert found is not None
        kim = Person(Client()).opens(found.group()).presses(TEN)
        kim.sees("We know who you are").presses("Book").sees("Your visit is booked")
        assert [visit.starts_at for visit in queries.visits_of_patient(patient_id)] == [
            moment(TUESDAY, 10)
        ]

    def test_who_is_put_off_loses_the_visit_and_the_way_to_another(
        self, desk: Desk, sign_in: Callable[[Staff], Client]
    ) -> None:
        kim = self.asks().follows("Choose a time")
        link = kim.address
        kim.presses(TEN).presses("Book")
        (line,) = intake.queue(desk.site_id, today=desk.now.date())
        morgan = Person(sign_in(desk.people.morgan))
        morgan.opens(reverse("intake:not_now", args=[line.request.request_id]))
        morgan.sees("the first visit on 10 Mar 2026, 10:00 is cancelled with this")
        morgan.presses("Put off", reason="Moved away", ask_again_on="2026-06-01")
        assert consultations(desk, *WEEK) == []
        kim.opens(kim.address, expect=410).sees("This visit is cancelled")
        kim.opens(link).presses(TEN, expect=422).sees("Call us to book")

    @staticmethod
    def accepted(desk: Desk) -> Any:
        (line,) = intake.queue(desk.site_id, today=desk.now.date())
        made = desk.do(
            intake_actions.accept_request, request_id=line.request.request_id,
            birth_date=date(1985, 4, 12), sex="female",
        )  # fmt: skip
        return made.patient_id


class TestOpeningHours:
    """The words, the structured data, the times to book and the portal follow one set of rules."""

    def test_they_agree_for_fifty_two_weeks(self, desk: Desk, clock: Any) -> None:
        self.given_holidays_and_closures(desk)
        monday = date(2026, 3, 9)
        for week in range(52):
            first = monday + timedelta(weeks=week)
            desk.now = moment(first, 0, 5)
            clock.move_to(desk.now)
            days = [first + timedelta(days=number) for number in range(7)]
            open_by_rule = [day for day in days if queries.is_open(desk.site_id, day)]
            hours = Person(Client()).opens("/opening-hours/")
            assert self.open_in_words(hours, first) == open_by_rule
            assert self.open_in_data(hours, days) == open_by_rule
            assert self.open_to_book(first) == open_by_rule[:4]
            assert self.open_in_portal(desk) == [day.weekday() for day in open_by_rule]

    def test_every_time_in_the_structured_data_is_that_of_the_rules(self, desk: Desk) -> None:
        self.given_holidays_and_closures(desk)
        page = Person(Client()).opens("/")
        known = queries.hours_of(desk.site_id)
        for number in range(364):
            day = TUESDAY + timedelta(days=number)
            assert self.blocks_in_data(page, day) == explain_day(known, day).blocks

    def test_this_week_is_said_in_words(self, desk: Desk) -> None:
        self.given_holidays_and_closures(desk)
        page = Person(Client()).opens("/")
        page.sees("Open today 08:00–16:30.", "Monday 9 March (today)", "Friday 13 March")
        page.sees("every other Friday", "The next open Fridays are 13 March, 27 March")

    def test_an_off_friday_names_the_next(self, desk: Desk, clock: Any) -> None:
        clock.move_to(moment(date(2026, 3, 20), 9))
        Person(Client()).opens("/").sees("Closed today.", "next open Friday 27 March")

    def test_no_word_of_the_clinic_can_end_the_script(self, desk: Desk) -> None:
        site = type(desk.people.dana.site).objects.get(pk=desk.site_id)
        site.name, site.address = "Stillwater </script><script>alert(1)", "1 <b>Lane</b> & Co"
        site.save()
        page = Person(Client()).opens("/")
        data = self.data(page)
        assert data["name"] == "Stillwater </script><script>alert(1)"
        assert "<script>alert(1)" not in page.html

    @staticmethod
    def given_holidays_and_closures(desk: Desk) -> None:
        names = ["Thanksgiving Day", "Christmas Day", "Memorial Day", "Labor Day"]
        desk.do(actions.choose_holidays, desk.people.dana, names=names)
        desk.do(actions.add_closure, desk.people.dana, day=date(2026, 6, 3), reason="moving")
        desk.do(
            actions.add_special_opening, desk.people.dana,
            day=date(2026, 5, 16), start_time=time(9), end_time=time(13),
        )  # fmt: skip

    @staticmethod
    def open_in_words(page: Person, first: date) -> list[date]:
        block = page.html.split('<dl class="week">')[1].split("</dl>")[0]
        said = re.findall(r"<dd(?: class=\"muted\")?>(.*?)</dd>", block, re.DOTALL)
        assert len(said) == 7
        return [first + timedelta(days=place) for place, words in enumerate(said) if "–" in words]

    def open_in_data(self, page: Person, days: list[date]) -> list[date]:
        return [day for day in days if self.blocks_in_data(page, day)]

    def blocks_in_data(self, page: Person, day: date) -> tuple[Block, ...]:
        """Read the structured data as a search engine does: dates first, then weekly hours."""
        data = self.data(page)
        special = [
            each for each in data["specialOpeningHoursSpecification"]
            if each["validFrom"] <= day.isoformat() <= each["validThrough"]
        ]  # fmt: skip
        weekly = [
            each for each in data["openingHoursSpecification"]
            if each["dayOfWeek"].endswith(f"/{day:%A}")
            and each.get("validFrom", "") <= day.isoformat() <= each.get("validThrough", "9")
        ]  # fmt: skip
        chosen = special or weekly
        return tuple(
            Block(time.fromisoformat(each["opens"]), time.fromisoformat(each["closes"]))
            for each in chosen
            if each["opens"] != each["closes"]
        )

    @staticmethod
    def data(page: Person) -> Any:
        found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page.html)
        assert found is not None
        return json.loads(found.group(1))

    @staticmethod
    def open_to_book(first: date) -> list[date]:
        page = visitor()
        said = re.findall(r"<h2[^>]*>\w+day (\d+) (\w+)</h2>", page.html)
        week = [first + timedelta(days=number) for number in range(7)]
        return [day for day in week if (str(day.day), f"{day:%B}") in said]

    @staticmethod
    def open_in_portal(desk: Desk) -> list[int]:
        """Read the words of the portal's pages on which somebody can be called."""
        today = desk.now.astimezone(ZONE).date()
        words = portal.week_words(queries.hours_preview(desk.site_id, today, 1))
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        found: set[int] = set()
        for start, end in re.findall(r"(\w+day) to (\w+day)", words):
            found |= set(range(names.index(start), names.index(end) + 1))
        found |= {place for place, name in enumerate(names) if name in words}
        return sorted(found)
