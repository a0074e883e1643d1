from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.portal.views import answering, message, sending

app_name = "portal"
LINK = "q/<str:token>/"

urlpatterns = [
    route(LINK, answering.start, act=Act.PUBLIC, name="start"),
    route(f"{LINK}<int:step>/", answering.question, act=Act.PUBLIC, name="question"),
    route(f"{LINK}safe/", answering.safe, act=Act.PUBLIC, name="safe"),
    route(f"{LINK}check/", sending.check, act=Act.PUBLIC, name="check"),
    route(f"{LINK}thanks/", sending.thanks, act=Act.PUBLIC, name="thanks"),
    route(f"{LINK}new/", sending.new_link, act=Act.PUBLIC, name="new_link"),
    route("a/<str:token>/", message.answer, act=Act.PUBLIC, name="answer"),
    route("a/<str:token>/visit.ics", message.visit_file, act=Act.PUBLIC, name="visit_file"),
    route("calendar/<str:token>.ics", message.feed, act=Act.PUBLIC, name="feed"),
]
