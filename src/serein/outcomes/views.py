"""Pages of outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import reverse

from serein.accounts.queries import zone_of
from serein.core.answers import page
from serein.core.errors import NotFound
from serein.outcomes import presenters, queries

if TYPE_CHECKING:
    from uuid import UUID

    from serein.accounts.requests import ClinicRequest
    from serein.outcomes.queries import CourseFact


def course(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Show one course of a patient: a sentence, a chart, the same as a table."""
    all_courses = queries.courses(patient_id, request.at)
    shown = presenters.course_page(
        course=_chosen(request, all_courses),
        courses=all_courses,
        at=request.at,
        zone=zone_of(request.site_id),
        with_clusters=request.GET.get("show") == "clusters",
        url=reverse("outcomes:course", args=[patient_id]),
        csv_url=reverse("outcomes:table", args=[patient_id]),
    )
    return page(request, "outcomes/course.html", {"page": shown})


def table(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Give the rows of the table as a file, named without the patient."""
    chosen = _chosen(request, queries.courses(patient_id, request.at))
    rows = presenters.rows_of(chosen, zone=zone_of(request.site_id))
    answer = HttpResponse(presenters.csv_of(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
    return answer


def overdue(request: ClinicRequest) -> HttpResponse:
    """List who is followed, what is overdue, and how they respond."""
    shown = presenters.overdue_page(
        followed=queries.followed(request.site_id, request.at),
        at=request.at,
        zone=zone_of(request.site_id),
        only_late=request.GET.get("show") == "overdue",
    )
    return page(request, "outcomes/overdue.html", {"page": shown})


def _chosen(request: ClinicRequest, all_courses: tuple[CourseFact, ...]) -> CourseFact:
    """Return the course that the address names, else the newest.

    :raises NotFound: the address names none of this patient's
    """
    wanted = request.GET.get("course")
    if wanted is None:
        return all_courses[-1]
    for item in all_courses:
        if str(item.plan_id) == wanted:
            return item
    raise NotFound
