from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.safety import views

app_name = "safety"

_TASK = "safety/tasks/<uuid:task_id>/"
_PATIENT = "patients/<uuid:patient_id>/side-effects/"

urlpatterns = [
    route("safety/", views.tasks, act=Act.SAFETY_NOTICE, name="tasks"),
    route(_TASK, views.task, act=Act.WORK_SAFETY, name="task"),
    route(f"{_TASK}acknowledge/", views.acknowledge, act=Act.WORK_SAFETY, name="acknowledge"),
    route(f"{_TASK}attempt/", views.log_attempt, act=Act.WORK_SAFETY, name="attempt"),
    route(f"{_TASK}close/", views.close, act=Act.CLOSE_SAFETY, name="close"),
    route(
        _PATIENT,
        views.side_effects,
        act=Act.SEE_CHART,
        post=Act.WRITE_CHART,
        name="side_effects",
    ),
    route(
        f"{_PATIENT}<uuid:effect_id>/",
        views.side_effect,
        act=Act.WRITE_CHART,
        name="side_effect",
    ),
]
