"""The same numbers as rows: for the table under the chart, and for the file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.core.clinic_time import local_day
from serein.core.quantities import shown
from serein.outcomes import rules
from serein.outcomes.presenters.chart import origin_of
from serein.outcomes.presenters.pieces import days_between

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    from serein.outcomes.queries import CourseFact, InfusionFact

COLUMNS = (
    "day", "date", "what", "value", "unit", "cluster_b", "cluster_c", "cluster_d", "cluster_e",
    "change_from_baseline", "reliable_change", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One infusion, one score, or one score that was expected and did not come."""

    at: datetime
    day: str
    date: str
    what: str
    value: str
    unit: str
    clusters: tuple[str, str, str, str]
    change: str
    reliable: str
    note: str
    is_infusion: bool = False
    is_missing: bool = False

    @property
    def change_words(self) -> str:
        """“-18, reliable”, “-9”, or empty."""
        return f"{self.change}, reliable" if self.reliable == "yes" else self.change

    @property
    def cluster_words(self) -> str:
        """“B 12 · C 4 · D 18 · E 18”, or empty."""
        pairs = zip("BCDE", self.clusters, strict=True)
        return " · ".join(f"{letter} {value}" for letter, value in pairs if value)


def rows_of(course: CourseFact, *, zone: ZoneInfo) -> tuple[Row, ...]:
    """List everything of a course in order of time."""
    origin, _ = origin_of(course)
    if origin is None:
        return ()
    rows = [
        _infusion(item, origin, zone)
        for item in course.infusions
        if item.state is rules.InfusionState.GIVEN
    ]
    for form in rules.FORM_NAMES:
        series = rules.series(course.readings, form)
        before: rules.Reading | None = None
        for item in series:
            rows.append(_score(item, before, course, origin, zone))
            before = item
    rows += [
        _missing(item, origin, zone) for item in course.due if item.state is rules.DueState.OVERDUE
    ]
    return tuple(sorted(rows, key=lambda row: (row.at, row.what)))


def csv_of(rows: tuple[Row, ...]) -> str:
    """Write the rows as comma-separated text with a header."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            (row.day, row.date, row.what, row.value, row.unit, *row.clusters, row.change,
             row.reliable, row.note)
        )  # fmt: skip
    return sheet.getvalue()


def _day(moment: datetime, origin: datetime) -> str:
    return shown(days_between(origin, moment), places=1)


def _date(moment: datetime, zone: ZoneInfo) -> str:
    return local_day(moment, zone).isoformat()


def _infusion(item: InfusionFact, origin: datetime, zone: ZoneInfo) -> Row:
    mg = "" if item.delivered_mg is None else f"{shown(item.delivered_mg, 'mg', 1)} delivered"
    return Row(
        at=item.at,
        day=_day(item.at, origin),
        date=_date(item.at, zone),
        what=f"Infusion {item.number}",
        value="" if item.mg_per_kg is None else shown(item.mg_per_kg, places=2),
        unit="mg/kg",
        clusters=("", "", "", ""),
        change="",
        reliable="",
        note=mg,
        is_infusion=True,
    )


def _score(
    item: rules.Reading,
    before: rules.Reading | None,
    course: CourseFact,
    origin: datetime,
    zone: ZoneInfo,
) -> Row:
    start = course.baseline(item.instrument_code)
    change, reliable = _change(item, start)
    clusters = {code.lower(): value for code, value in item.clusters.items()}
    return Row(
        at=item.occurred_at,
        day=_day(item.occurred_at, origin),
        date=_date(item.occurred_at, zone),
        what=rules.FORM_NAMES.get(item.instrument_code, item.instrument_code),
        value="" if item.total is None else shown(item.total),
        unit="points",
        clusters=(
            _number(clusters.get("b")),
            _number(clusters.get("c")),
            _number(clusters.get("d")),
            _number(clusters.get("e")),
        ),
        change=change,
        reliable=reliable,
        note=_note(item, before, start),
    )


def _change(item: rules.Reading, start: rules.Reading | None) -> tuple[str, str]:
    if (
        start is None
        or start.total is None
        or item.total is None
        or item.occurred_at <= start.occurred_at
    ):
        return "", ""
    change = item.total - start.total
    result = rules.reliable_change(baseline=start, current=item)
    words = {rules.Holds.YES: "yes", rules.Holds.NO: "no", rules.Holds.UNDEFINED: "not judged"}
    is_pcl5 = item.instrument_code in {rules.PCL5_WEEK, rules.PCL5_MONTH}
    return _signed(change), words[result.holds] if is_pcl5 else ""


def _note(item: rules.Reading, before: rules.Reading | None, start: rules.Reading | None) -> str:
    notes = []
    if start is not None and item is start:
        notes.append("course baseline")
    if item.total is None:
        notes.append("too many answers missing for a total")
    if item.prorated:
        notes.append("prorated")
    if before is not None and rules.overlapping_recall(before, item):
        notes.append("overlapping recall")
    return "; ".join(notes)


def _missing(item: rules.DueMeasure, origin: datetime, zone: ZoneInfo) -> Row:
    return Row(
        at=item.anchor_at,
        day=_day(item.anchor_at, origin),
        date=_date(item.anchor_at, zone),
        what=item.name,
        value="",
        unit="",
        clusters=("", "", "", ""),
        change="",
        reliable="",
        note="expected, not received",
        is_missing=True,
    )


def _signed(change: Decimal) -> str:
    return f"+{shown(change)}" if change > 0 else shown(change)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
