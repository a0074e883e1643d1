from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.eligibility import views

app_name = "eligibility"

urlpatterns = [
    route(
        "patients/<uuid:patient_id>/consult/",
        views.consult,
        act=Act.SEE_DECISION,
        post=Act.SCREEN,
        name="consult",
    ),
    route(
        "patients/<uuid:patient_id>/consult/decide/",
        views.determine,
        act=Act.DETERMINE,
        name="determine",
    ),
]
