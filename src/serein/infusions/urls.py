from __future__ import annotations

from serein.accounts.permissions import Act
from serein.accounts.routes import route
from serein.infusions import views
from serein.infusions.views import back_entry, orders

app_name = "infusions"

_ALL = "patients/<uuid:patient_id>/sessions/"
_ONE = f"{_ALL}<uuid:session_id>/"
_CHART = Act.CHART_SESSION

urlpatterns = [
    route(_ALL, views.sessions, act=Act.SEE_SESSION, name="sessions"),
    route(
        f"{_ALL}check-in/<uuid:appointment_id>/",
        views.check_in,
        act=Act.CHECK_IN,
        name="check_in",
    ),
    route(_ONE, views.session, act=Act.SEE_SESSION, name="session"),
    route(f"{_ONE}contact/", views.contact, act=Act.SEE_SESSION, name="contact", is_poll=True),
    route(f"{_ONE}live/", views.live, act=Act.SEE_SESSION, name="live", is_poll=True),
    route(f"{_ONE}record/", views.record, act=Act.SEE_SESSION, name="record"),
    route(f"{_ONE}what-if/", views.what_if, act=Act.ASK_WHAT_IF, name="what_if"),
    route(f"{_ONE}answers/<slug:code>/", views.answer, act=_CHART, name="answer"),
    route(f"{_ONE}second-check/", views.second_check, act=Act.SECOND_CHECK, name="second_check"),
    route(f"{_ONE}order/", views.renew_order, act=_CHART, name="renew_order"),
    route(
        f"{_ONE}override/<slug:item_code>/",
        views.override,
        act=Act.OVERRIDE_GATE,
        name="override",
    ),
    route(f"{_ONE}clear/", views.clear, act=_CHART, name="clear"),
    route(f"{_ONE}cancel/", views.cancel, act=_CHART, name="cancel"),
    route(f"{_ONE}start/", views.start, act=_CHART, name="start"),
    route(f"{_ONE}rate/", views.rate, act=_CHART, name="rate"),
    route(f"{_ONE}pause/", views.pause, act=_CHART, name="pause"),
    route(f"{_ONE}resume/", views.resume, act=_CHART, name="resume"),
    route(f"{_ONE}stop/", views.stop, act=Act.STOP_INFUSION, name="stop"),
    route(f"{_ONE}events/<uuid:event_id>/", views.correct, act=_CHART, name="correct"),
    route(f"{_ONE}vitals/", views.vitals, act=_CHART, name="vitals"),
    route(f"{_ONE}effects/", views.effect, act=_CHART, name="effect"),
    route(f"{_ONE}notes/", views.remark, act=_CHART, name="remark"),
    route(f"{_ONE}drug/", views.drug, act=_CHART, name="drug"),
    route(f"{_ONE}drug/<uuid:rescue_id>/", views.rescue, act=_CHART, name="rescue"),
    route(f"{_ONE}scores/<slug:scale>/", views.score, act=_CHART, name="score"),
    route(f"{_ONE}help/", views.ask_help, act=_CHART, name="ask_help"),
    route(f"{_ONE}emergency/", views.emergency, act=Act.SEE_SESSION, name="emergency"),
    route(f"{_ONE}take-over/", views.take_over, act=_CHART, name="take_over"),
    route(f"{_ONE}discharge/", views.discharge, act=Act.DISCHARGE, name="discharge"),
    route(f"{_ONE}leave/", views.leave, act=Act.DISCHARGE, name="leave"),
    route(f"{_ONE}sign/", views.sign, act=Act.SIGN_NOTE, name="sign"),
    route(f"{_ONE}addenda/", views.addend, act=Act.SIGN_NOTE, name="addend"),
    route("offline/", views.shell, act=Act.PUBLIC, name="offline_shell", is_bare=True),
    route("offline/key/", views.unlock, act=_CHART, name="unlock"),
    route("offline-worker.js", views.worker, act=Act.PUBLIC, name="offline_worker", is_bare=True),
    route("downtime/", back_entry.downtime, act=Act.SEE_CHAIRS, name="downtime"),
    route(f"{_ONE}paper/", back_entry.paper, act=_CHART, name="paper"),
    route(f"{_ONE}message/", orders.message, act=Act.MESSAGE_NURSE, name="message_nurse"),
    route(
        f"{_ONE}message/<uuid:note_id>/read/", orders.mark_read, act=_CHART, name="mark_note_read"
    ),
    route(f"{_ONE}orders/", orders.order, act=Act.ORDER_AT_CHAIR, name="order_change"),
    route(f"{_ONE}orders/<uuid:order_id>/read-back/", orders.back, act=_CHART, name="read_back"),
    route(f"{_ONE}orders/<uuid:order_id>/done/", orders.done, act=_CHART, name="carry_out_order"),
    route(
        f"{_ONE}orders/<uuid:order_id>/decline/", orders.decline, act=_CHART, name="decline_order"
    ),
    route(
        f"{_ONE}orders/<uuid:order_id>/withdraw/",
        orders.withdraw,
        act=Act.ORDER_AT_CHAIR,
        name="withdraw_order",
    ),
]
