"""The outcomes page of one patient."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from serein.outcomes import rules
from serein.outcomes.presenters import words
from serein.outcomes.presenters.chart import chart_of
from serein.outcomes.presenters.shapes import Chart
from serein.outcomes.presenters.table import Row, rows_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID
    from zoneinfo import ZoneInfo

    from serein.outcomes.queries import CourseFact

_STATES = {
    rules.DueState.EXPECTED: ("Expected", "plain"),
    rules.DueState.DUE: ("Due now", "wait"),
    rules.DueState.RECEIVED: ("Received", "done"),
    rules.DueState.OVERDUE: ("Overdue", "look"),
    rules.DueState.CANCELLED: ("Cancelled", "plain"),
}


@dataclass(frozen=True, slots=True)
class DueShown:
    """One expected score."""

    name: str
    word: str
    tone: str
    window: str


@dataclass(frozen=True, slots=True)
class CountShown:
    """n of N of one form."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class FormRules:
    """All rules of one form, about its newest score."""

    name: str
    because: str
    rules: tuple[words.RuleShown, ...]


@dataclass(frozen=True, slots=True)
class CourseTab:
    """A link to another course."""

    url: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class CoursePage:
    """The whole page."""

    patient_id: UUID
    query: str
    headline: str
    caution: str
    summary: tuple[words.RuleShown, ...]
    chart: Chart | None
    with_clusters: bool
    toggle_url: str
    toggle_label: str
    csv_url: str
    counts: tuple[CountShown, ...]
    due: tuple[DueShown, ...]
    all_due: tuple[DueShown, ...]
    follow_words: str
    forms: tuple[FormRules, ...]
    rows: tuple[Row, ...]
    tabs: tuple[CourseTab, ...]
    schedule_source: str


def course_page(
    *,
    course: CourseFact,
    courses: Sequence[CourseFact],
    at: datetime,
    zone: ZoneInfo,
    with_clusters: bool,
    url: str,
    csv_url: str,
) -> CoursePage:
    """Put a course into words, a chart and a table."""
    primary = words.primary_form(course)
    headline = words.headline(course)
    chosen = f"course={course.plan_id}" if len(courses) > 1 and course.plan_id else ""
    toggle = chosen if with_clusters else _joined("show=clusters", chosen)
    return CoursePage(
        patient_id=course.patient_id,
        query=chosen,
        headline=headline,
        caution=words.NOT_CAUSAL,
        summary=_summary(course, primary),
        chart=chart_of(course, primary=primary, headline=headline, with_clusters=with_clusters),
        with_clusters=with_clusters,
        toggle_url=f"{url}?{toggle}" if toggle else url,
        toggle_label="Hide clusters" if with_clusters else "Show clusters",
        csv_url=f"{csv_url}?{chosen}" if chosen else csv_url,
        counts=_counts(course),
        due=tuple(_due(item, zone) for item in _newest_of_each(course, at)),
        all_due=tuple(_due(item, zone) for item in course.due),
        follow_words=_follow(course),
        forms=_forms(course),
        rows=rows_of(course, zone=zone),
        tabs=_tabs(course, courses, url),
        schedule_source=rules.schedule().source,
    )


def _summary(course: CourseFact, primary: str) -> tuple[words.RuleShown, ...]:
    """Response, remission, reliable change and relapse: four things, four names."""
    start, now = course.baseline(primary), words.latest(course, primary)
    shown = []
    if start is not None and now is not None:
        wanted = {"PCL5_RCI_15", "PCT_30", "PCL5_CSC_28"}
        shown = [item for item in words.rules_shown(course, primary) if item.id in wanted]
    return (*shown, words.relapse_shown(words.relapse_of(course)))


def _counts(course: CourseFact) -> tuple[CountShown, ...]:
    counts = [("All forms", rules.received_of(course.due))]
    counts += [
        (name, rules.received_of(course.due, form)) for form, name in rules.FORM_NAMES.items()
    ]
    return tuple(
        CountShown(name, count.words if count.expected else "none expected so far")
        for name, count in counts
    )


def _due(item: rules.DueMeasure, zone: ZoneInfo) -> DueShown:
    word, tone = _STATES[item.state]
    opens, closes = words.day_words(item.opens_at, zone), words.day_words(item.closes_at, zone)
    window = f"{opens} to {closes}"
    if item.received_at is not None:
        window = f"received {words.day_words(item.received_at, zone)}"
    return DueShown(item.name, word, tone, window)


def _newest_of_each(course: CourseFact, at: datetime) -> tuple[rules.DueMeasure, ...]:
    """Return one line for each form to ask for: its newest window."""
    newest = {
        item.instrument_code: item for item in rules.to_chase(course.due, course.times, at=at)
    }
    return tuple(newest.values())


def _follow(course: CourseFact) -> str:
    if course.times.stopped_following_at is not None:
        return "Consent was withdrawn: nothing more is asked for."
    if not course.infusions:
        return "No infusion is booked, so nothing is due yet."
    if not course.is_followed:
        return "The follow-up of this course is over."
    return ""


def _forms(course: CourseFact) -> tuple[FormRules, ...]:
    asked = ((name, words.rules_shown(course, form)) for form, name in rules.FORM_NAMES.items())
    return tuple(FormRules(name, shown[0].because, shown) for name, shown in asked if shown)


def _tabs(course: CourseFact, courses: Iterable[CourseFact], url: str) -> tuple[CourseTab, ...]:
    tabs = tuple(
        CourseTab(
            f"{url}?course={item.plan_id}",
            f"Course {item.number}",
            item.plan_id == course.plan_id,
        )
        for item in courses
    )
    return tabs if len(tabs) > 1 else ()


def _joined(*parts: str) -> str:
    return "&".join(part for part in parts if part)
