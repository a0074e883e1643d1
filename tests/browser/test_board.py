"""The day board in two windows: moving by button, by keyboard and by hand; what one does, both show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from serein.scheduling import actions, queries
from tests.browser.conftest import box_of
from tests.browser.keyboard import Keyboard
from tests.flows.scheduling_desk import TUESDAY, Desk, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from django.test import Client
    from playwright.sync_api import Browser, Page

    from serein.accounts.models import Staff
    from tests.browser.conftest import Eyes
    from tests.conftest import Personas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = f"/board/?day={TUESDAY}"
SOON_MS = 3000


@pytest.fixture
def desk(personas: Personas, clock: Any) -> Desk:
    return Desk.opened(personas, chairs=2)


@pytest.fixture
def series(desk: Desk) -> UUID:
    """Jordan comes on Tuesdays and Thursdays at 9."""
    return desk.series(desk.patient())


@pytest.fixture
def board(page: Page, desk: Desk, series: UUID, sign_in: Callable[[Staff], Client]) -> Page:
    """The front desk's window."""
    return opened(page, sign_in(desk.people.morgan))


@pytest.fixture
def nurse(
    chromium: Browser, server: str, desk: Desk, board: Page, sign_in: Callable[[Staff], Client]
) -> Iterator[Page]:
    """A second window, elsewhere in the clinic."""
    context = chromium.new_context(base_url=server, viewport={"width": 1440, "height": 1000})
    yield opened(context.new_page(), sign_in(desk.people.sam))
    context.close()


def opened(page: Page, client: Client) -> Page:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": cookie, "domain": "127.0.0.1", "path": "/"}])
    # What changed while the page came is fetched as soon as its stream is open.
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers):
        page.goto(BOARD)
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    return page


def first_visit(series: UUID) -> tuple[str, str]:
    """When and where the first visit of the series stands now."""
    (first, *_) = queries.standing_of_series(series)
    return first.starts_at.isoformat(), first.chair_name


def test_a_move_in_one_window_shows_in_the_other_within_three_seconds(
    board: Page, nurse: Page, desk: Desk
) -> None:
    expect(nurse.locator(".block__time")).to_have_text("09:15 to 12:20")
    expect(nurse.locator("[data-line]")).to_have_text("Connected")
    board.locator("[id^=move-]").click()
    tuesday = board.get_by_role("group", name="Tuesday 10 March")
    tuesday.get_by_text("10:00", exact=True).click()
    board.get_by_role("button", name="Move the visit").click()
    board.wait_for_url("**/board/?day=*")
    began = time.perf_counter()
    expect(nurse.locator(".block__time")).to_have_text("10:15 to 13:20", timeout=SOON_MS)
    assert time.perf_counter() - began < SOON_MS / 1000


def test_a_visit_is_dragged_to_another_time_and_chair(board: Page, series: UUID) -> None:
    block, chair = board.locator(".block"), board.locator(".board__lanes").nth(1)
    box, lane = box_of(block), box_of(chair)
    hour = lane["width"] / 9
    board.mouse.move(box["x"] + 12, box["y"] + 12)
    board.mouse.down()
    board.mouse.move(box["x"] + 40, box["y"] + 40)
    board.mouse.move(box["x"] + 12 + 2 * hour, lane["y"] + 30, steps=4)
    expect(board.locator(".board-drop")).to_have_text("11:00, Chair 2")
    board.mouse.up()
    board.wait_for_url("**/move/**")
    expect(
        board.get_by_role("heading", name="Tuesday 10 March at 11:00, Chair 2 is free")
    ).to_be_visible()
    assert first_visit(series) == ("2026-03-10T13:00:00+00:00", "Chair 1")
    board.get_by_role("button", name="Move it there").click()
    board.wait_for_url("**/board/?day=*")
    expect(board.locator(".block__time")).to_have_text("11:15 to 14:20")
    assert first_visit(series) == ("2026-03-10T15:00:00+00:00", "Chair 2")


def test_a_drag_to_another_chair_at_the_same_time_keeps_the_visit(
    board: Page, nurse: Page, series: UUID
) -> None:
    before = queries.standing_of_series(series)[0].appointment_id
    block, chair = board.locator(".block"), board.locator(".board__lanes").nth(1)
    box, lane = box_of(block), box_of(chair)
    board.mouse.move(box["x"] + 12, box["y"] + 12)
    board.mouse.down()
    board.mouse.move(box["x"] + 40, box["y"] + 40)
    board.mouse.move(box["x"] + 12, lane["y"] + 30, steps=4)
    expect(board.locator(".board-drop")).to_have_text("09:00, Chair 2")
    board.mouse.up()
    board.wait_for_url("**/move/**")
    board.get_by_role("button", name="Move it there").click()
    board.wait_for_url("**/board/?day=*")
    assert first_visit(series) == ("2026-03-10T13:00:00+00:00", "Chair 2")
    assert queries.standing_of_series(series)[0].appointment_id == before
    second = nurse.locator(".board__lanes").nth(1)
    expect(second.locator(".block__time")).to_have_text("09:15 to 12:20", timeout=SOON_MS)


def test_how_full_each_half_hour_is_changes_in_the_other_window_too(
    board: Page, nurse: Page, desk: Desk
) -> None:
    chairs = nurse.locator(".board__row--use").first
    expect(chairs).to_contain_text("1 of 2")
    expect(chairs).not_to_contain_text("2 of 2")
    desk.book(moment(TUESDAY, 9), patient_id=desk.patient("Ada"))
    expect(chairs).to_contain_text("2 of 2", timeout=SOON_MS)


def test_a_drag_to_a_time_that_will_not_do_says_why_and_moves_nothing(
    board: Page, series: UUID
) -> None:
    box, lane = box_of(board.locator(".block")), box_of(board.locator(".board__lanes").first)
    board.mouse.move(box["x"] + 12, box["y"] + 12)
    board.mouse.down()
    board.mouse.move(box["x"] + 12 + 6.5 * lane["width"] / 9, box["y"] + 14, steps=4)
    board.mouse.up()
    board.wait_for_url("**/move/**")
    expect(board.get_by_role("heading", name="will not do")).to_be_visible()
    expect(board.get_by_text("would end at").first).to_be_visible()
    expect(board.get_by_role("link", name="Nearest on this day").first).to_be_visible()
    assert first_visit(series) == ("2026-03-10T13:00:00+00:00", "Chair 1")


def test_a_drag_that_is_given_up_opens_nothing(board: Page) -> None:
    box = box_of(board.locator(".block"))
    board.mouse.move(box["x"] + 12, box["y"] + 12)
    board.mouse.down()
    board.mouse.move(box["x"] + 200, box["y"] + 12, steps=4)
    board.keyboard.press("Escape")
    board.mouse.up()
    expect(board.locator(".board-drop")).to_have_count(0)
    assert "/board/?day=" in board.url


def test_a_visit_moves_by_keyboard_alone(board: Page, series: UUID) -> None:
    keys = Keyboard(board)
    keys.follow("Move: Jordan Reyes")
    board.wait_for_url("**/move/")
    free = board.locator("[name=starts_at]").first.get_attribute("value") or ""
    keys.choose(starts_at=free)
    keys.follow("Move the visit")
    board.wait_for_url("**/board/?day=*")
    assert first_visit(series)[0] != "2026-03-10T13:00:00+00:00"


def test_the_pages_of_the_book_are_accessible_and_narrow_enough(
    board: Page, eyes: Eyes, desk: Desk, series: UUID, sign_in: Callable[[Staff], Client]
) -> None:
    opened(board, sign_in(desk.people.dana))
    eyes.look("board-one")
    desk.book(moment(TUESDAY, 9), patient_id=desk.patient("Ada"))
    for chair in desk.chairs:
        desk.do(
            actions.add_outage, desk.people.dana, unit_id=chair, first_date=TUESDAY,
            last_date=TUESDAY, reason="the lift is repaired",
        )  # fmt: skip
    patient = queries.standing_of_series(series)[0].patient_id
    for name, address in {
        "move": f"/board/visits/{queries.standing_of_series(series)[0].appointment_id}/move/"
        "?day=2026-03-10&at_time=15:30",
        "week": "/board/week/?day=2026-03-10",
        "month": "/board/month/?day=2026-03-10",
        "rebook": "/worklists/rebook/",
        "affected": "/worklists/affected/",
        "repair": f"/worklists/affected/day/?day={TUESDAY}",
        "unconfirmed": "/worklists/unconfirmed/",
        "waiting": "/worklists/waiting/",
        "book-one": f"/patients/{patient}/visits/new/",
        "holidays": "/hours/holidays/",
        "book-settings": "/hours/book/",
        "types": "/hours/types/",
        "edit-type": "/hours/types/infusion/",
        "things": "/hours/things/",
        "people": "/hours/people/",
        "outlook": "/hours/outlook/",
        "starts": "/hours/starts/?weekday=1&least_first=1",
    }.items():
        board.goto(address)
        eyes.look(f"book-{name}")
