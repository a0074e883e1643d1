"""What people can do in a visit."""

from __future__ import annotations

from serein.infusions.actions.care import (
    call_emergency,
    give_rescue,
    patient_asks,
    score_scale,
    take_back_rescue,
)
from serein.infusions.actions.charting import chart_remark, record_side_effect
from serein.infusions.actions.correcting import correct_event
from serein.infusions.actions.leaving import discharge, leave_against_advice
from serein.infusions.actions.offline import stamp_entry, stamped
from serein.infusions.actions.preparing import (
    answer_checklist,
    override_item,
    prepare_drug,
    second_check,
)
from serein.infusions.actions.pump import change_rate, pause, resume, start_infusion, stop
from serein.infusions.actions.take_over import take_over
from serein.infusions.actions.visit import cancel_session, check_in, clear_session, renew_order
from serein.infusions.actions.writing import addend_note, sign_note

__all__ = [
    "addend_note",
    "answer_checklist",
    "call_emergency",
    "cancel_session",
    "change_rate",
    "chart_remark",
    "check_in",
    "clear_session",
    "correct_event",
    "discharge",
    "give_rescue",
    "leave_against_advice",
    "override_item",
    "patient_asks",
    "pause",
    "prepare_drug",
    "record_side_effect",
    "renew_order",
    "resume",
    "score_scale",
    "second_check",
    "sign_note",
    "stamp_entry",
    "stamped",
    "start_infusion",
    "stop",
    "take_back_rescue",
    "take_over",
]
