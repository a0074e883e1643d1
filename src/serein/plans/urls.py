from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.plans.views import builder, plans, visits

app_name = "plans"

_PLANS = "patients/<uuid:patient_id>/plans/"
_PLAN = f"{_PLANS}<uuid:plan_id>/"
_VISITS = "patients/<uuid:patient_id>/visits/"

urlpatterns = [
    route(_PLANS, plans.plans, act=Act.SEE_PLAN, name="list"),
    route(f"{_PLANS}new/", builder.choose, act=Act.WRITE_PLAN, name="choose"),
    route(f"{_PLANS}new/<str:code>/", builder.new, act=Act.WRITE_PLAN, name="new"),
    route(_PLAN, plans.plan, act=Act.SEE_PLAN, name="plan"),
    route(f"{_PLAN}change/", builder.change, act=Act.WRITE_PLAN, name="change"),
    route(f"{_PLAN}sign/", plans.sign, act=Act.SIGN_PLAN, name="sign"),
    route(f"{_PLAN}stop/", plans.stop, act=Act.WRITE_PLAN, name="stop"),
    route(f"{_PLAN}complete/", plans.complete, act=Act.WRITE_PLAN, name="complete"),
    route(f"{_PLAN}patient-copy/", plans.patient_copy, act=Act.SEE_PLAN, name="patient_copy"),
    route(f"{_PLAN}visits.ics", visits.calendar, act=Act.SEE_SCHEDULE, name="calendar"),
    route(_VISITS, visits.visits, act=Act.SEE_SCHEDULE, name="visits"),
    route(f"{_VISITS}book/<uuid:plan_id>/", visits.book, act=Act.BOOK, name="book"),
]
