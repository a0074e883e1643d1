from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.scheduling.views import (
    book,
    calendar,
    guiding,
    hours,
    moving,
    outlook,
    upkeep,
    visits,
    waiting,
    worklists,
)

app_name = "scheduling"

_VISITS = "patients/<uuid:patient_id>/visits/"
_VISIT = f"{_VISITS}<uuid:appointment_id>/"
_ON_BOARD = "board/visits/<uuid:appointment_id>/"
_REBOOK = "worklists/rebook/<uuid:rebook_id>/"
_OFFER = "worklists/waiting/offers/<uuid:offer_id>/"
_THING = "hours/things/<uuid:resource_id>/"
_SHIFT = "hours/people/shifts/<uuid:shift_id>/"
_LEAVE = "hours/people/leave/<uuid:leave_id>/"
_SET, _BOOK, _SEE = Act.SET_HOURS, Act.BOOK, Act.SEE_SCHEDULE

urlpatterns = [
    route("hours/", hours.hours, act=_SET, name="hours"),
    route("hours/weekdays/<int:weekday>/", hours.weekday, act=_SET, name="weekday"),
    route("hours/closures/new/", hours.close, act=_SET, name="close"),
    route("hours/closures/<uuid:closure_id>/", hours.lift_closure, act=_SET, name="lift_closure"),
    route("hours/openings/new/", hours.open_specially, act=_SET, name="open_specially"),
    route("hours/openings/<uuid:special_id>/", hours.lift_opening, act=_SET, name="lift_opening"),
    route("hours/chairs/new/", hours.add_chair, act=_SET, name="add_chair"),
    route("hours/chairs/<uuid:chair_id>/", hours.retire_chair, act=_SET, name="retire_chair"),
    route("hours/holidays/", hours.holidays, act=_SET, name="holidays"),
    route("hours/book/", book.settings, act=_SET, name="book_settings"),
    route("hours/types/", book.types, act=_SET, name="types"),
    route("hours/types/<slug:type_code>/", book.edit_type, act=_SET, name="edit_type"),
    route("hours/things/", upkeep.things, act=_SET, name="things"),
    route("hours/things/new/", upkeep.add_thing, act=_SET, name="add_thing"),
    route("hours/things/prescribers/", upkeep.add_prescriber, act=_SET, name="add_prescriber"),
    route(f"{_THING}calibration/", upkeep.calibrate, act=_SET, name="calibrate"),
    route(f"{_THING}retire/", upkeep.retire_thing, act=_SET, name="retire_thing"),
    route("hours/units/<uuid:unit_id>/out/", upkeep.add_outage, act=_SET, name="add_outage"),
    route("hours/outages/<uuid:outage_id>/", upkeep.lift_outage, act=_SET, name="lift_outage"),
    route("hours/people/", upkeep.people, act=_SET, name="people"),
    route("hours/people/shifts/new/", upkeep.add_shift, act=_SET, name="add_shift"),
    route(f"{_SHIFT}withdraw/", upkeep.withdraw_shift, act=_SET, name="withdraw_shift"),
    route("hours/people/leave/new/", upkeep.add_leave, act=_SET, name="add_leave"),
    route(f"{_LEAVE}withdraw/", upkeep.withdraw_leave, act=_SET, name="withdraw_leave"),
    route("hours/starts/", guiding.starts, act=_SET, name="starts"),
    route("hours/starts/<int:weekday>/stop/", guiding.free_starts, act=_SET, name="free_starts"),
    route("hours/outlook/", outlook.outlook, act=_SET, name="outlook"),
    route("board/week/", calendar.week, act=_SEE, name="week"),
    route("board/month/", calendar.month, act=_SEE, name="month"),
    route(f"{_ON_BOARD}move/", moving.move_on_board, act=_BOOK, name="move_on_board"),
    route(f"{_ON_BOARD}confirm/", worklists.confirm, act=_BOOK, name="confirm"),
    route(f"{_ON_BOARD}accept/", worklists.accept_proposal, act=_BOOK, name="accept_proposal"),
    route("worklists/rebook/", worklists.rebook, act=_BOOK, name="rebook"),
    route(f"{_REBOOK}done/", worklists.finish_rebook, act=_BOOK, name="finish_rebook"),
    route(f"{_REBOOK}drop/", worklists.drop_rebook, act=_BOOK, name="drop_rebook"),
    route(f"{_REBOOK}who/", worklists.assign_rebook, act=_BOOK, name="assign_rebook"),
    route("worklists/affected/", worklists.affected, act=_BOOK, name="affected"),
    route("worklists/affected/day/", worklists.repair, act=_BOOK, name="repair"),
    route("worklists/unconfirmed/", worklists.unconfirmed, act=_BOOK, name="unconfirmed"),
    route("worklists/waiting/", waiting.waiting, act=_BOOK, name="waiting"),
    route("worklists/waiting/offer/", waiting.offer_gap, act=_BOOK, name="offer_gap"),
    route(
        "worklists/waiting/<uuid:place_id>/leave/", waiting.leave, act=_BOOK, name="leave_waiting"
    ),
    route(f"{_OFFER}accept/", waiting.accept, act=_BOOK, name="accept_offer"),
    route(f"{_OFFER}decline/", waiting.decline, act=_BOOK, name="decline_offer"),
    route(f"{_VISITS}new/", moving.book_one, act=_BOOK, name="book_one"),
    route(f"{_VISITS}waiting/", waiting.join, act=_BOOK, name="join_waiting"),
    route(f"{_VISIT}move/", visits.move, act=_BOOK, name="move"),
    route(f"{_VISIT}cancel/", visits.cancel, act=_BOOK, name="cancel"),
    route(f"{_VISIT}missed/", visits.no_show, act=_BOOK, name="no_show"),
    route(f"{_VISIT}undo/", worklists.undo, act=_BOOK, name="undo"),
]
