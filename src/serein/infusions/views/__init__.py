"""The pages of a visit."""

from __future__ import annotations

from serein.infusions.views.care import ask_help, drug, emergency, rescue, score, take_over
from serein.infusions.views.chairside import live, session
from serein.infusions.views.charting import effect, remark, vitals
from serein.infusions.views.leaving import discharge, leave
from serein.infusions.views.level import what_if
from serein.infusions.views.offline import contact, shell, unlock, worker
from serein.infusions.views.preparing import (
    answer,
    cancel,
    check_in,
    clear,
    override,
    renew_order,
    second_check,
)
from serein.infusions.views.pump import correct, pause, rate, resume, start, stop
from serein.infusions.views.record import addend, record, sessions, sign

__all__ = [
    "addend",
    "answer",
    "ask_help",
    "cancel",
    "check_in",
    "clear",
    "contact",
    "correct",
    "discharge",
    "drug",
    "effect",
    "emergency",
    "leave",
    "live",
    "override",
    "pause",
    "rate",
    "record",
    "remark",
    "renew_order",
    "rescue",
    "resume",
    "score",
    "second_check",
    "session",
    "sessions",
    "shell",
    "sign",
    "start",
    "stop",
    "take_over",
    "unlock",
    "vitals",
    "what_if",
    "worker",
]
