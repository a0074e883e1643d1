from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.monitoring import views

app_name = "monitoring"

PERIOD = "patients/<uuid:patient_id>/monitoring/<uuid:period_id>/"

urlpatterns = [
    route(PERIOD, views.period, act=Act.SEE_SESSION, name="period"),
    route(f"{PERIOD}vitals/", views.chart, act=Act.CHART_SESSION, name="chart"),
    route(
        f"{PERIOD}vitals/<uuid:vitals_id>/",
        views.correct,
        act=Act.CHART_SESSION,
        name="correct",
    ),
    route(
        f"{PERIOD}vitals/<uuid:vitals_id>/take-back/",
        views.take_back,
        act=Act.CHART_SESSION,
        name="take_back",
    ),
    route(
        "patients/<uuid:patient_id>/flags/<uuid:flag_id>/",
        views.answer,
        act=Act.ACKNOWLEDGE_FLAG,
        name="answer",
    ),
    route("monitoring/limits/", views.limits, act=Act.SEE_SESSION, name="limits"),
]
