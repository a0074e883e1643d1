"""What people do with requests to be seen."""

from __future__ import annotations

from serein.intake.actions.asking import call_for_help, request_consult
from serein.intake.actions.desk import accept_request, log_contact, reopen_request, set_not_now

__all__ = [
    "accept_request",
    "call_for_help",
    "log_contact",
    "reopen_request",
    "request_consult",
    "set_not_now",
]
