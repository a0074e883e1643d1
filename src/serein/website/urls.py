from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.website import views

app_name = "website"

urlpatterns = [
    route("", views.home, act=Act.PUBLIC, name="home"),
    route("ask/", views.ask, act=Act.PUBLIC, name="ask"),
    route("ask/received/", views.received, act=Act.PUBLIC, name="received"),
    route("crisis/", views.crisis, act=Act.PUBLIC, name="crisis"),
]
