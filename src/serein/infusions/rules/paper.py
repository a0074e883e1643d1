"""What can be entered from paper after the server was away."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """A line of the paper flowsheet."""

    VITALS = "vitals"
    START = "start"
    RATE = "rate"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    NOTE = "note"


NEEDS_RATE = frozenset({PaperKind.START, PaperKind.RATE, PaperKind.RESUME})
PAPER_WORDS = {
    PaperKind.VITALS: "Vitals",
    PaperKind.START: "Infusion started",
    PaperKind.RATE: "Rate changed",
    PaperKind.PAUSE: "Paused",
    PaperKind.RESUME: "Resumed",
    PaperKind.STOP: "Infusion stopped",
    PaperKind.NOTE: "Note",
}
