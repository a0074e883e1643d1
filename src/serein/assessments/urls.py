from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.assessments.views import links, record, scores

app_name = "assessments"
PATIENT = "patients/<uuid:patient_id>/assessments/"

urlpatterns = [
    route(PATIENT, scores.scores, act=Act.SEE_ASSESSMENTS, name="list"),
    route(f"{PATIENT}links/", links.invite, act=Act.INVITE, name="invite"),
    route(
        f"{PATIENT}links/<uuid:invitation_id>/withdraw/",
        links.withdraw,
        act=Act.INVITE,
        name="withdraw",
    ),
    route(
        f"{PATIENT}record/<str:instrument_code>/",
        record.record,
        act=Act.RECORD_ASSESSMENT,
        name="record",
    ),
    route(
        f"{PATIENT}<uuid:response_id>/", scores.response, act=Act.SEE_ASSESSMENTS, name="response"
    ),
    route(
        f"{PATIENT}<uuid:response_id>/in-error/",
        scores.mark_in_error,
        act=Act.RECORD_ASSESSMENT,
        name="in_error",
    ),
    route("assessments/links/", links.asked_for, act=Act.INVITE, name="links"),
]
