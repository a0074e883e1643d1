"""What the outcome pages say and draw."""

from __future__ import annotations

from serein.outcomes.presenters.chart import chart_of
from serein.outcomes.presenters.course import CoursePage, course_page
from serein.outcomes.presenters.overdue import OverduePage, overdue_page
from serein.outcomes.presenters.shapes import Chart
from serein.outcomes.presenters.table import csv_of, rows_of
from serein.outcomes.presenters.words import headline

__all__ = [
    "Chart",
    "CoursePage",
    "OverduePage",
    "chart_of",
    "course_page",
    "csv_of",
    "headline",
    "overdue_page",
    "rows_of",
]
