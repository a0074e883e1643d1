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
    route(f"{PERIOD}feed/", views.feed, act=Act.SEE_SESSION, name="feed", is_poll=True),
    route(f"{PERIOD}feed/accept/", views.accept, act=Act.CHART_SESSION, name="accept"),
    route(f"{PERIOD}feed/reject/", views.reject, act=Act.CHART_SESSION, name="reject"),
    route("devices/", views.devices, act=Act.MANAGE_DEVICES, name="devices"),
    route("devices/add/", views.add_device, act=Act.MANAGE_DEVICES, name="add_device"),
    route(
        "devices/<uuid:device_id>/",
        views.change_device,
        act=Act.MANAGE_DEVICES,
        name="change_device",
    ),
    route(
        "devices/<uuid:device_id>/retire/",
        views.retire_device,
        act=Act.MANAGE_DEVICES,
        name="retire_device",
    ),
    route("tray/", views.tray, act=Act.WORK_TRAY, name="tray"),
    route("tray/<uuid:item_id>/", views.tray_item, act=Act.WORK_TRAY, name="tray_item"),
    route("monitoring/limits/", views.limits, act=Act.SEE_SESSION, name="limits"),
]
