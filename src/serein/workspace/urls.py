from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.workspace import views

app_name = "workspace"

urlpatterns = [
    route("today/", views.today, act=Act.SIGNED_IN, name="today"),
    route("today/live/", views.today, act=Act.SIGNED_IN, name="today_live", is_poll=True),
    route("chairs/", views.chairs, act=Act.SEE_CHAIRS, name="chairs"),
    route("chairs/live/", views.chairs_live, act=Act.SEE_CHAIRS, name="chairs_live", is_poll=True),
    route("calls/", views.calls, act=Act.SIGNED_IN, name="calls", is_poll=True),
    route("drifting/", views.drifting, act=Act.BOOK, name="drifting"),
    route("board/", views.board, act=Act.SEE_SCHEDULE, name="board"),
    route("board/live/", views.board, act=Act.SEE_SCHEDULE, name="board_live", is_poll=True),
    route("patients/<uuid:patient_id>/", views.chart, act=Act.SEE_DEMOGRAPHICS, name="chart"),
]
