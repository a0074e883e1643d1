"""The words of the patient pages."""

from __future__ import annotations

from serein.patients.presenters.entries import name_of
from serein.patients.presenters.people import DuplicateLine, duplicate_lines, people_page
from serein.patients.presenters.record import CHART, REACH, Rights, record_page

__all__ = [
    "CHART",
    "REACH",
    "DuplicateLine",
    "Rights",
    "duplicate_lines",
    "name_of",
    "people_page",
    "record_page",
]
