from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.outcomes import views

app_name = "outcomes"

urlpatterns = [
    route("outcomes/", views.overdue, act=Act.SEE_OUTCOMES, name="overdue"),
    route(
        "patients/<uuid:patient_id>/outcomes/", views.course, act=Act.SEE_OUTCOMES, name="course"
    ),
    route(
        "patients/<uuid:patient_id>/outcomes/table.csv",
        views.table,
        act=Act.SEE_OUTCOMES,
        name="table",
    ),
]
