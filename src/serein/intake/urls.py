from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.intake import views

app_name = "intake"

_ONE = "requests/<uuid:request_id>/"

urlpatterns = [
    route("requests/", views.queue, act=Act.WORK_REQUESTS, name="queue"),
    route(_ONE, views.consult_request, act=Act.WORK_REQUESTS, name="request"),
    route(f"{_ONE}contact/", views.log_contact, act=Act.WORK_REQUESTS, name="contact"),
    route(f"{_ONE}not-now/", views.not_now, act=Act.WORK_REQUESTS, name="not_now"),
    route(f"{_ONE}ask-again/", views.ask_again, act=Act.WORK_REQUESTS, name="ask_again"),
    route(f"{_ONE}accept/", views.accept, act=Act.WORK_REQUESTS, name="accept"),
    route(
        "patients/<uuid:patient_id>/request/",
        views.patient_request,
        act=Act.WORK_REQUESTS,
        name="patient_request",
    ),
]
