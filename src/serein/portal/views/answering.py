"""One question a page; each answer is kept at once, and help comes first where it is needed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from serein.assessments import actions, queries
from serein.assessments.rules import gate_is_closed
from serein.core.errors import Refused
from serein.portal import presenters
from serein.portal.forms import AnswerForm, SafeNowForm
from serein.portal.views.link import link_page, patient_of, personal, still_open

if TYPE_CHECKING:
    from django.http import HttpResponse

    from serein.accounts.requests import ClinicRequest
    from serein.assessments.queries import InvitationFact, Progress

CHECK = "check"


@personal
@still_open
def start(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Greet, and go on where the person left off, on whatever device."""
    progress = queries.progress_of(link.invitation_id)
    start_page = presenters.start_page(
        instrument=link.instrument, answers=progress.answers, called=link.called
    )
    return link_page(request, "start", token, link, progress, page=start_page)


@personal
@still_open
def question(request: ClinicRequest, token: str, link: InvitationFact, step: int) -> HttpResponse:
    """Show one question, and keep its answer."""
    instrument = link.instrument
    if not 1 <= step <= len(instrument.numbers):
        return redirect("portal:start", token)
    number = instrument.numbers[step - 1]
    progress = queries.progress_of(link.invitation_id)
    form = _answer_form(request, link, progress, number)
    if form.is_posted_and_valid(request):
        try:
            _keep(request, link, number, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _after(request, token, link, step, form.answer)
    question_page = presenters.question_page(
        instrument=instrument, step=step, answers=progress.answers
    )
    came_from_check = request.GET.get("from") == CHECK
    return link_page(
        request, "question", token, link, progress, form=form, page=question_page,
        from_check=came_from_check,
    )  # fmt: skip


@personal
@still_open
def safe(request: ClinicRequest, token: str, link: InvitationFact) -> HttpResponse:
    """Show help first, and ask one follow-up question."""
    progress = queries.progress_of(link.invitation_id)
    if progress.signal_at is None:
        return redirect("portal:start", token)
    form = SafeNowForm(request.POST or None, initial={"answer": progress.safe_now})
    step = _step_after_signal(link)
    if form.is_posted_and_valid(request):
        try:
            actions.answer_safety(
                key=form.key,
                by=patient_of(link),
                at=request.at,
                invitation_id=link.invitation_id,
                **form.facts(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if step:
                return redirect("portal:question", token, step)
            return redirect("portal:check", token)
    return link_page(request, "safe", token, link, progress, form=form, next_step=step)


def _answer_form(
    request: ClinicRequest, link: InvitationFact, progress: Progress, number: int
) -> AnswerForm:
    known = progress.answers.get(number)
    return AnswerForm(
        request.POST or None,
        label=_("Your answer"),
        answers=[(str(anchor.value), anchor.label) for anchor in link.instrument.anchors],
        initial={"value": "" if known is None else str(known)},
    )


def _keep(request: ClinicRequest, link: InvitationFact, number: int, form: AnswerForm) -> None:
    facts: dict[str, Any] = {
        "by": patient_of(link),
        "at": request.at,
        "invitation_id": link.invitation_id,
        "item_number": number,
        "value": form.answer,
    }
    kept = actions.answer_item(key=form.key, **facts)
    standing = queries.answers_of(kept.response_id)
    if standing.get(number, form.answer) != form.answer:
        # The browser kept an old page: this answer was given once before and changed since.
        actions.answer_item(key=uuid.uuid4(), **facts)


def _after(
    request: ClinicRequest, token: str, link: InvitationFact, step: int, answer: int | None
) -> HttpResponse:
    """Go to the page that follows an answer."""
    instrument = link.instrument
    number = instrument.numbers[step - 1]
    if instrument.signal and number == instrument.signal.item and answer:
        return redirect("portal:safe", token)
    is_last = step == len(instrument.numbers)
    if (
        is_last
        or request.GET.get("from") == CHECK
        or gate_is_closed(instrument=instrument, answers={number: answer})
    ):
        return redirect("portal:check", token)
    return redirect("portal:question", token, step + 1)


def _step_after_signal(link: InvitationFact) -> int:
    """Give the question after the one that raised the signal, 0 when it was the last."""
    signal, numbers = link.instrument.signal, link.instrument.numbers
    step = numbers.index(signal.item) + 2 if signal else 0
    return step if step <= len(numbers) else 0
