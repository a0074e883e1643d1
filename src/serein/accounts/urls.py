from __future__ import annotations

from serein.accounts import views
from serein.accounts.permissions import Act
from serein.accounts.routes import route

app_name = "accounts"

urlpatterns = [
    route("staff/", views.staff, act=Act.MANAGE_STAFF, name="staff"),
    route("staff/end/", views.end_access, act=Act.MANAGE_STAFF, name="end_access"),
    route("staff/give/", views.give_access, act=Act.MANAGE_STAFF, name="give_access"),
    route("staff/safety/", views.name_safety_clinician, act=Act.MANAGE_STAFF, name="safety"),
    route("switches/", views.switches, act=Act.TURN_SWITCHES, name="switches"),
    route(
        "switches/<slug:switch_code>/", views.turn_switch, act=Act.TURN_SWITCHES, name="turn_switch"
    ),
    route("audit/", views.audit_list, act=Act.READ_AUDIT, name="audit"),
]
