from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.messaging import views

app_name = "messaging"

_MESSAGE = "messages/<uuid:message_id>/"
_GUEST = "messages/guests/<uuid:guest_id>/"
_PATIENT = "patients/<uuid:patient_id>/messages/"

urlpatterns = [
    route("messages/", views.failures, act=Act.SEE_MESSAGES, name="failures"),
    route(f"{_MESSAGE}again/", views.again, act=Act.WORK_MESSAGES, name="again"),
    route(f"{_MESSAGE}called/", views.called, act=Act.WORK_MESSAGES, name="called"),
    route(_GUEST, views.guest, act=Act.SEE_MESSAGES, name="guest"),
    route(f"{_GUEST}channel/", views.guest_channel, act=Act.WORK_MESSAGES, name="guest_channel"),
    route(_PATIENT, views.log, act=Act.SEE_MESSAGES, name="log"),
    route(f"{_PATIENT}channel/", views.channel, act=Act.WORK_MESSAGES, name="channel"),
    route(f"{_PATIENT}calendar/", views.calendar, act=Act.WORK_MESSAGES, name="calendar"),
    route("stop/<str:token>/", views.stop, act=Act.PUBLIC, name="stop"),
]
