"""What somebody has to do about the book: rebook, move what no longer fits, call, offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from django.urls import reverse

from serein.accounts.queries import staff_of, zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day
from serein.core.errors import NotFound
from serein.core.forms import KeyedForm
from serein.messaging.queries import answers_of, guests_by_id
from serein.messaging.rules import Answer
from serein.patients.queries import patients_by_id
from serein.scheduling import actions, queries, rules
from serein.scheduling.forms.worklists import AcceptForm, AssignForm, ReasonForm
from serein.scheduling.presenters import worklists as words
from serein.scheduling.presenters.repair import repair_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.queries import AffectedFact, RebookFact, VisitFact
    from serein.scheduling.queries.changes import Change

PROPOSALS = 12
"""For so many affected visits a proposal is worked out at once; the others follow as these go."""

AHEAD_DAYS = 60

REPAIR_SECONDS = 3.0
"""How long a repair is searched while somebody waits for the page."""


def rebook(request: ClinicRequest, form: KeyedForm | None = None) -> HttpResponse:
    """List the visits for which a new time is to be found."""
    zone = zone_of(request.site_id)
    tasks = queries.rebook_tasks(request.site_id, local_day(request.at, zone))
    people = _people(request, [task.visit for task in tasks])
    lines = [words.rebook_line(task, people, zone) for task in tasks]
    return _shown(request, "rebook", form, lines=lines)


def finish_rebook(request: ClinicRequest, rebook_id: UUID) -> HttpResponse:
    """Say that a new time was found."""
    if request.method == "GET":
        _task(request, rebook_id)
    form = KeyedForm(sent(request))
    done = carry_out(
        request, form, actions.finish_rebook, said="Done.", to=_url("rebook"), task_id=rebook_id
    )
    return done or rebook(request, form)


def drop_rebook(request: ClinicRequest, rebook_id: UUID) -> HttpResponse:
    """Say that no new time is wanted."""
    form = ReasonForm(sent(request))
    if done := carry_out(
        request, form, actions.drop_rebook, said="Dropped.", to=_url("rebook"), task_id=rebook_id
    ):
        return done
    task = _task(request, rebook_id)
    title = f"No new time for {_line(request, task).patient}"
    return _form(request, form, title, "rebook")


def assign_rebook(request: ClinicRequest, rebook_id: UUID) -> HttpResponse:
    """Give a task to somebody, with a date."""
    task = _task(request, rebook_id)
    people = [(str(fact.staff_id), fact.name) for fact in staff_of(request.site_id)]
    initial = {"owner_id": str(task.owner_id), "due_date": task.due_date}
    form = AssignForm(sent(request), people=people, initial=initial)

    def act(*, owner_id: str, **facts: Any) -> object:
        return actions.assign_rebook(owner_id=UUID(owner_id), **facts)

    if done := carry_out(request, form, act, said="Saved.", to=_url("rebook"), task_id=rebook_id):
        return done
    title = f"Who finds a new time for {_line(request, task).patient}"
    return _form(request, form, title, "rebook")


def undo(request: ClinicRequest, patient_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Take back that a visit was missed, cancelled, confirmed or begun."""
    visit = queries.visit(request.site_id, appointment_id)
    if visit.patient_id != patient_id:
        raise NotFound
    form = ReasonForm(sent(request))
    back = reverse("plans:visits", args=[patient_id])
    if done := carry_out(
        request, form, actions.undo_step, said="Taken back.", to=back, appointment_id=appointment_id
    ):
        return done
    when = rules.start_words(visit.starts_at, zone_of(request.site_id))
    context = {"form": form, "title": f"Put back the visit of {when}", "back_url": back,
               "back_label": "Visits"}  # fmt: skip
    return page(request, "scheduling/form.html", context)


def affected(request: ClinicRequest, form: KeyedForm | None = None) -> HttpResponse:
    """List the visits that no longer fit where they are booked, each with a proposal.

    Those for which the least has to change come first.
    """
    zone, clinic = zone_of(request.site_id), queries.clinic_of(request.site_id)
    facts = _affected(request)
    people, given = _people(request, [fact.visit for fact in facts]), set[datetime]()
    lines = [
        words.affected_line(fact, people, zone, _change(request, fact.visit, number, given))
        for number, fact in enumerate(facts)
    ]
    days = Counter(fact.visit.local_date for fact in facts)
    broken = [
        words.broken_day(day, count)
        for day, count in sorted(days.items())
        if count > 1 and rules.is_open(clinic.hours, day)
    ]
    return _shown(
        request,
        "affected",
        form,
        lines=sorted(lines, key=words.changes_of),
        broken=broken,
        is_cut=len(facts) > PROPOSALS,
    )


def repair(request: ClinicRequest) -> HttpResponse:
    """Propose how one day can be kept as it is now; each move is accepted by itself."""
    day = _day_asked(request)
    found = queries.repair_of(request.site_id, day, request.at, budget_s=REPAIR_SECONDS)
    people, given = _people(request, list(found.visits.values())), set[datetime]()
    elsewhere = {
        pk: queries.least_change(
            request.site_id, found.visits[pk], request.at, given=given, may_stay=False
        )
        for pk in found.lost
    }
    shown = repair_page(found, elsewhere, people, zone_of(request.site_id))
    return _shown(request, "repair", None, repair=shown, day=day.isoformat())


def accept_proposal(request: ClinicRequest, appointment_id: UUID) -> HttpResponse:
    """Accept the proposal for one visit; what follows it moves with it."""
    visit = queries.visit(request.site_id, appointment_id)
    form = AcceptForm(sent(request))

    def act(*, moves: Mapping[int, datetime], **facts: Any) -> object:
        if len(moves) == 1:
            (starts_at,) = moves.values()
            return actions.move_appointment(
                appointment_id=appointment_id, starts_at=starts_at, reason=_MOVED, **facts
            )
        return actions.cascade_move(series_id=visit.series_id, starts=moves, reason=_MOVED, **facts)

    def said(made: Any) -> str:
        stays = made.pk == appointment_id
        return "It keeps its time; the chair or the nurse is another." if stays else "Moved."

    day, to = request.POST.get("day", ""), _url("affected")
    if day:
        to = f"{_url('repair')}?day={quote(day)}"
    elif request.POST.get("back") == "visits" and visit.patient_id is not None:
        to = reverse("plans:visits", args=[visit.patient_id])
    return carry_out(request, form, act, said=said, to=to) or affected(request, form)


def unconfirmed(request: ClinicRequest, form: KeyedForm | None = None) -> HttpResponse:
    """List the visits of the next days that nobody has confirmed."""
    zone = zone_of(request.site_id)
    facts = queries.unconfirmed(request.site_id, request.at)
    people = _people(request, [fact.visit for fact in facts])
    answers = answers_of([fact.visit.visit_id for fact in facts])
    calls = {key for key, given in answers.items() if given.answer is Answer.CALL_ME}
    lines = [
        words.unconfirmed_line(fact, people, zone, wants_a_call=fact.visit.visit_id in calls)
        for fact in facts
    ]
    return _shown(request, "unconfirmed", form, lines=lines)


def confirm(request: ClinicRequest, appointment_id: UUID) -> HttpResponse:
    """Say that the patient is coming."""
    queries.visit(request.site_id, appointment_id)
    form = KeyedForm(sent(request))
    done = carry_out(
        request,
        form,
        actions.confirm,
        said="Confirmed.",
        to=_url("unconfirmed"),
        appointment_id=appointment_id,
    )
    return done or unconfirmed(request, form)


_MOVED = "The old time no longer fits"


def _affected(request: ClinicRequest) -> tuple[AffectedFact, ...]:
    last = local_day(request.at, zone_of(request.site_id)) + timedelta(days=AHEAD_DAYS)
    return queries.affected(request.site_id, request.at, last=last)


def _change(
    request: ClinicRequest, visit: VisitFact, number: int, given: set[datetime]
) -> Change | None:
    """The least change for one visit; None for those that wait until the first are seen to."""
    if number >= PROPOSALS:
        return None
    return queries.least_change(request.site_id, visit, request.at, given=given)


def _day_asked(request: ClinicRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        raise NotFound from None


def _shown(request: ClinicRequest, name: str, form: KeyedForm | None, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "fresh": KeyedForm(),
        "tabs": words.tabs(name, counts(request)),
        **more,
    }
    return page(request, f"scheduling/{name}.html", context)


def counts(request: ClinicRequest) -> dict[str, int]:
    """Count what waits on each list."""
    today = local_day(request.at, zone_of(request.site_id))
    return {
        "rebook": len(queries.rebook_tasks(request.site_id, today)),
        "affected": len(_affected(request)),
        "unconfirmed": len(queries.unconfirmed(request.site_id, request.at)),
        "waiting": len(queries.waiting_list(request.site_id)),
    }


def _people(request: ClinicRequest, visits: list[Any]) -> dict[UUID, Any]:
    return {
        **patients_by_id(request.site_id, words.people_on(visits)),
        **guests_by_id(request.site_id, words.guests_on(visits)),
    }


def _task(request: ClinicRequest, rebook_id: UUID) -> RebookFact:
    today = local_day(request.at, zone_of(request.site_id))
    for task in queries.rebook_tasks(request.site_id, today):
        if task.task_id == rebook_id:
            return task
    raise NotFound


def _line(request: ClinicRequest, task: RebookFact) -> words.VisitLine:
    people = _people(request, [task.visit])
    return words.visit_line(task.visit, people, zone_of(request.site_id))


def _form(request: ClinicRequest, form: KeyedForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": _url(back), "back_label": "Worklists"}
    return page(request, "scheduling/form.html", context)


def _url(name: str) -> str:
    return reverse(f"scheduling:{name}")
