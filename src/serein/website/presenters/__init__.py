"""What the public pages say."""

from __future__ import annotations

from serein.website.presenters.booking import (
    booked_page,
    held_page,
    time_button,
    times_page,
)
from serein.website.presenters.home import home_page
from serein.website.presenters.hours import coming_weeks, hours_words, structured_data

__all__ = [
    "booked_page",
    "coming_weeks",
    "held_page",
    "home_page",
    "hours_words",
    "structured_data",
    "time_button",
    "times_page",
]
