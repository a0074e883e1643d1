"""Moving any visit from the board, and booking a single one: wanted times are judged before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from serein.accounts.permissions import Act, may
from serein.accounts.queries import zone_of
from serein.core.answers import carry_out, page, sent
from serein.core.clinic_time import local_day, moment
from serein.core.errors import NotFound, Refused
from serein.patients.queries import patients_by_id
from serein.scheduling import actions, presenters, queries, rules
from serein.scheduling.forms import AskForm, BoardMoveForm, BookOneForm, LateForm
from serein.scheduling.presenters.moving import due_words, late_line
from serein.scheduling.presenters.visits import gap_words
from serein.scheduling.queries import Wanted
from serein.scheduling.rules import Blocker, BlockerKind, Kind
from serein.scheduling.states import WAITING, VisitKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.scheduling.presenters import Verdict
    from serein.scheduling.presenters.moving import LateLine
    from serein.scheduling.queries import AppointmentFact, VisitFact
    from serein.scheduling.rules import DueWindow

OFFER_DAYS = 14
"""How far ahead free times are listed for a visit that belongs to no series."""

EVERY_DAYS, WINDOW_DAYS = 28, 7
"""When a maintenance infusion follows the last one, and how far from that it may lie (clinic
default, review)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A time that somebody asks about, and a chair if it matters."""

    starts_at: datetime
    chair_id: UUID | None = None


def move_on_board(request: ClinicRequest, appointment_id: UUID) -> HttpResponse:
    """Move one visit to a time that is free, or with a reason against a rule."""
    visit = queries.visit(request.site_id, appointment_id)
    if visit.state not in WAITING:
        raise NotFound
    zone = zone_of(request.site_id)
    form = BoardMoveForm(sent(request))
    board = f"{reverse('workspace:board')}?day={visit.local_date.isoformat()}"
    if done := carry_out(
        request,
        form,
        actions.move_appointment,
        said=lambda made: f"Moved to {rules.start_words(made.starts_at, zone)}.",
        to=lambda made: f"{reverse('workspace:board')}?day={made.local_date.isoformat()}",
        appointment_id=appointment_id,
    ):
        return done
    series = _in_series(visit, request.site_id)
    wanted = _wanted(visit, series)
    asked = _asked(request, zone)
    extra = _gap_blockers(series, asked, zone) if series and asked else ()
    context = {
        "form": form,
        "ask": AskForm(initial=_ask_initial(asked, visit.starts_at, zone)),
        "late": _late(request, visit, series, zone),
        "late_form": LateForm(request.GET or None) if _is_today(request, visit, zone) else None,
        "move": presenters.move_page(
            visit,
            _name(visit, request.site_id),
            gaps=gap_words(series) if series else "",
            options=_options(request, visit, series, wanted),
            judged=_judged(request, wanted, asked, zone, extra),
            zone=zone,
            chosen=form.chosen(),
        ),
        "back_url": board,
    }
    return page(request, "scheduling/move_on_board.html", context)


def _is_today(request: ClinicRequest, visit: VisitFact, zone: ZoneInfo) -> bool:
    return visit.local_date == local_day(request.at, zone)


def _late(
    request: ClinicRequest, visit: VisitFact, series: AppointmentFact | None, zone: ZoneInfo
) -> LateLine | None:
    """What becomes of a visit whose patient comes late: from now, or from when they say they come."""
    if series is None or not _is_today(request, visit, zone):
        return None
    form, expected = LateForm(request.GET), None
    if form.is_valid() and form.cleaned_data["arrives"]:
        expected = moment(visit.local_date, form.cleaned_data["arrives"], zone)
    soonest = rules.moment_of(rules.tick_of(request.at) + 1)
    limit = timedelta(minutes=queries.settings_of(request.site_id).late_minutes)
    if expected is None and soonest < visit.starts_at + limit:
        return None
    arrives = max(expected or soonest, soonest)
    found = queries.late_options(request.site_id, visit.appointment_id, arrives_at=arrives)
    return late_line(found, zone)


def book_one(request: ClinicRequest, patient_id: UUID) -> HttpResponse:
    """Book a single visit of a patient: a consultation or a maintenance infusion."""
    zone = zone_of(request.site_id)
    types = queries.clinic_of(request.site_id).types
    code = request.POST.get("type_code") or request.GET.get("type") or types[0].code
    chosen = next((fact for fact in types if fact.code == code), types[0])
    form = BookOneForm(sent(request), initial={"type_code": chosen.code})
    back = reverse("plans:visits", args=[patient_id])
    if done := carry_out(
        request,
        form,
        _book_one,
        said=lambda made: f"Booked for {rules.start_words(made.starts_at, zone)}.",
        to=back,
        patient_id=patient_id,
    ):
        return done
    wanted = Wanted(chosen.code, patient_id)
    asked = _asked(request, zone)
    due = _due(chosen.kind, patient_id)
    today = local_day(request.at, zone)
    first, last = today, today + timedelta(days=OFFER_DAYS)
    if due is not None and due.last >= today:
        first, last = max(due.first, today), due.last
    context = {
        "form": form,
        "ask": AskForm(initial=_ask_initial(asked, None, zone)),
        "types": [(fact.code, fact.name, fact.code == chosen.code) for fact in types],
        "type": chosen,
        "verdict": _judged(request, wanted, asked, zone),
        "days": presenters.day_choices(_free(request, wanted, first, last), zone, form.chosen()),
        "due": due_words(due, request.at, zone) if due is not None else "",
        "span": f"{rules.day_words(first)} to {rules.day_words(last)}",
        "back_url": back,
    }
    return page(request, "scheduling/book_one.html", context)


def _due(kind: VisitKind, patient_id: UUID) -> DueWindow | None:
    if kind is not VisitKind.MAINTENANCE:
        return None
    return queries.maintenance_due(patient_id, every_days=EVERY_DAYS, window_days=WINDOW_DAYS)


def _book_one(*, reason: str = "", chair_id: UUID | None = None, **facts: object) -> object:
    units = {Kind.CHAIR: chair_id} if chair_id else None
    return actions.book_visit(units=units, **facts)  # type: ignore[arg-type]


def _asked(request: ClinicRequest, zone: ZoneInfo) -> Asked | None:
    """Read the time that is asked about: a tick from the board, or a day and a time."""
    sent_from = request.POST if request.method == "POST" else request.GET
    tick = sent_from.get("starts_at") or sent_from.get("to") or ""
    if tick.isascii() and tick.isdecimal() and 6 <= len(tick) <= 7:
        return Asked(rules.moment_of(int(tick)), _uuid(sent_from.get("chair", "")))
    form = AskForm(request.GET)
    if not form.is_valid() or not (form.cleaned_data["day"] and form.cleaned_data["at_time"]):
        return None
    try:
        return Asked(moment(form.cleaned_data["day"], form.cleaned_data["at_time"], zone))
    except Refused:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _ask_initial(asked: Asked | None, now: datetime | None, zone: ZoneInfo) -> dict[str, object]:
    at = asked.starts_at if asked else now
    if at is None:
        return {}
    local = at.astimezone(zone)
    return {"day": local.date(), "at_time": local.time()}


def _in_series(visit: VisitFact, site_id: UUID) -> AppointmentFact | None:
    """The visit as one of a series; None for a talk, a guest or a visit without a chair."""
    is_one = visit.kind in (VisitKind.FIRST, VisitKind.INFUSION) and visit.patient_id is not None
    if not is_one or visit.unit(Kind.CHAIR) is None:
        return None
    return queries.appointment(visit.appointment_id, site_id)


def _wanted(visit: VisitFact, series: AppointmentFact | None) -> Wanted:
    return Wanted(
        visit.type_code,
        visit.patient_id,
        infusion_minutes=series.infusion_minutes if series else None,
        recovery_minutes=series.recovery_minutes if series else None,
        giving_up=(visit.appointment_id,),
    )


def _gap_blockers(series: AppointmentFact, asked: Asked, zone: ZoneInfo) -> tuple[Blocker, ...]:
    """What the neighbours in the series have against a time."""
    before, after = queries.neighbours(series)
    starts = [at for at in (before, asked.starts_at, after) if at is not None]
    if len(starts) < 2:
        return ()
    if starts != sorted(set(starts)):
        because = "It must stay between the infusion before and the infusion after."
    else:
        problem = rules.gap_problem(queries.series_rules(series), starts, zone)
        if problem is None:
            return ()
        because = f"{gap_words(series)}"
    return (Blocker(BlockerKind.RULE, "gap", because, "Choose a time from the list below."),)


def _options(
    request: ClinicRequest, visit: VisitFact, series: AppointmentFact | None, wanted: Wanted
) -> Iterable[tuple[date, tuple[datetime, ...]]]:
    if series is not None:
        return queries.move_options(request.site_id, visit.appointment_id, not_before=request.at)
    first = max(visit.local_date, local_day(request.at, zone_of(request.site_id)))
    return _free(request, wanted, first, first + timedelta(days=OFFER_DAYS))


def _free(
    request: ClinicRequest, wanted: Wanted, first: date, last: date
) -> list[tuple[date, tuple[datetime, ...]]]:
    found: dict[date, list[datetime]] = {}
    for start in queries.find_starts(
        request.site_id, wanted, first=first, last=last, at=request.at, is_guided=True
    ):
        found.setdefault(start.day, []).append(start.at)
    return [(day, tuple(starts)) for day, starts in found.items()]


def _judged(
    request: ClinicRequest,
    wanted: Wanted,
    asked: Asked | None,
    zone: ZoneInfo,
    extra: tuple[Blocker, ...] = (),
) -> Verdict | None:
    if asked is None:
        return None
    site_id = request.site_id
    found = queries.why_not(site_id, wanted, starts_at=asked.starts_at, at=request.at)
    chair, in_the_way = ("", ""), (*extra, *found)
    if not in_the_way:
        chair, in_the_way = _seat(request, wanted, asked)
    return presenters.verdict(
        asked.starts_at,
        in_the_way,
        zone=zone,
        url_for=_same_page(request),
        chair=chair,
        may_override=may(request.actor.role, Act.OVERRIDE_BOOKING),
    )


def _seat(
    request: ClinicRequest, wanted: Wanted, asked: Asked
) -> tuple[tuple[str, str], tuple[Blocker, ...]]:
    """The chair in which the visit would sit, or that the chair asked for is taken."""
    clinic = queries.clinic_of(request.site_id)
    day = asked.starts_at.astimezone(clinic.zone).date()
    book = queries.day_books(clinic, [day], request.at, wanted.giving_up)[day]
    choices = rules.free_units(
        wanted.visit(clinic), rules.day_masks(book), rules.tick_of(asked.starts_at)
    )
    free = [unit for choice in choices for unit in choice.free.get(Kind.CHAIR, ())]
    if asked.chair_id is None:
        return ("", ""), ()
    name = clinic.named(asked.chair_id)
    if asked.chair_id in free:
        return (name, str(asked.chair_id)), ()
    others = rules.listed(sorted({clinic.named(unit) for unit in free}))  # type: ignore[arg-type]
    fix = f"Free then: {others}." if others else "Choose another time."
    taken = Blocker(
        BlockerKind.RESOURCE, "chair", f"{name or 'This chair'} is taken then.", fix,
        rules.tick_of(asked.starts_at) if others else None,
    )  # fmt: skip
    return ("", ""), (taken,)


def _same_page(request: ClinicRequest) -> Callable[[int], str]:
    kind = request.POST.get("type_code") or request.GET.get("type", "")
    more = f"&type={kind}" if kind else ""
    return lambda tick: f"{request.path}?to={tick}{more}"


def _name(visit: VisitFact, site_id: UUID) -> str:
    if visit.patient_id is None:
        return "the new guest"
    return patients_by_id(site_id, [visit.patient_id])[visit.patient_id].full_name
