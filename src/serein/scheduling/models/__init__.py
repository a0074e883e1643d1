"""The tables of the book, of what it needs, and of what follows."""

from __future__ import annotations

from serein.scheduling.models.book import (
    COLUMN_OF,
    Appointment,
    AppointmentTransition,
    ChairTick,
    ClinicDay,
    PatientTick,
    ResourceTick,
)
from serein.scheduling.models.follow import (
    Offer,
    OfferTransition,
    RebookTask,
    RebookTransition,
    WaitlistEntry,
    WaitlistTransition,
)
from serein.scheduling.models.hours import Closure, HolidayChoice, SpecialOpening, WeeklyRule
from serein.scheduling.models.resources import OWN_ROW, Chair, Leave, Resource, Shift, UnitOutage
from serein.scheduling.models.settings import BookSettings, SiteBook, StartTemplate
from serein.scheduling.models.visit_types import Phase, VisitType, VisitTypeVersion

__all__ = [
    "COLUMN_OF",
    "OWN_ROW",
    "Appointment",
    "AppointmentTransition",
    "BookSettings",
    "Chair",
    "ChairTick",
    "ClinicDay",
    "Closure",
    "HolidayChoice",
    "Leave",
    "Offer",
    "OfferTransition",
    "PatientTick",
    "Phase",
    "RebookTask",
    "RebookTransition",
    "Resource",
    "ResourceTick",
    "Shift",
    "SiteBook",
    "SpecialOpening",
    "StartTemplate",
    "UnitOutage",
    "VisitType",
    "VisitTypeVersion",
    "WaitlistEntry",
    "WaitlistTransition",
    "WeeklyRule",
]
