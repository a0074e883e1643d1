from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.website.views import asking, booking, site

app_name = "website"

urlpatterns = [
    route("", site.home, act=Act.PUBLIC, name="home"),
    route("opening-hours/", site.hours, act=Act.PUBLIC, name="hours"),
    route("ask/", asking.ask, act=Act.PUBLIC, name="ask"),
    route("ask/received/", asking.received, act=Act.PUBLIC, name="received"),
    route("book/", booking.times, act=Act.PUBLIC, name="book"),
    route("book/<str:token>/", booking.visit, act=Act.PUBLIC, name="visit"),
    route("book/<str:token>/visit.ics", booking.calendar, act=Act.PUBLIC, name="calendar"),
    route("crisis/", site.crisis, act=Act.PUBLIC, name="crisis"),
]
