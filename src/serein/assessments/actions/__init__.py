"""What people can do with questionnaires: staff record them, patients answer them by a link."""

from __future__ import annotations

from serein.assessments.actions.answering import (
    answer_item,
    answer_safety,
    ask_for_new_link,
    send_response,
)
from serein.assessments.actions.inviting import invite, link_token, withdraw_invitation
from serein.assessments.actions.recording import mark_response_in_error, record_response

__all__ = [
    "answer_item",
    "answer_safety",
    "ask_for_new_link",
    "invite",
    "link_token",
    "mark_response_in_error",
    "record_response",
    "send_response",
    "withdraw_invitation",
]
