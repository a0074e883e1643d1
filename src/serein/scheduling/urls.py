from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.scheduling.views import hours, visits

app_name = "scheduling"

_VISIT = "patients/<uuid:patient_id>/visits/<uuid:appointment_id>/"
_SET = Act.SET_HOURS

urlpatterns = [
    route("hours/", hours.hours, act=_SET, name="hours"),
    route("hours/weekdays/<int:weekday>/", hours.weekday, act=_SET, name="weekday"),
    route("hours/closures/new/", hours.close, act=_SET, name="close"),
    route("hours/closures/<uuid:closure_id>/", hours.lift_closure, act=_SET, name="lift_closure"),
    route("hours/openings/new/", hours.open_specially, act=_SET, name="open_specially"),
    route("hours/openings/<uuid:special_id>/", hours.lift_opening, act=_SET, name="lift_opening"),
    route("hours/chairs/new/", hours.add_chair, act=_SET, name="add_chair"),
    route("hours/chairs/<uuid:chair_id>/", hours.retire_chair, act=_SET, name="retire_chair"),
    route(f"{_VISIT}move/", visits.move, act=Act.BOOK, name="move"),
    route(f"{_VISIT}cancel/", visits.cancel, act=Act.BOOK, name="cancel"),
    route(f"{_VISIT}missed/", visits.no_show, act=Act.BOOK, name="no_show"),
]
