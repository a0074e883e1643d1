"""Before the start: questions, the second person's check, and a prescriber's override."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from serein.accounts.permissions import Act, may
from serein.audit.actions import action, derived_key, record
from serein.core.errors import Refused
from serein.infusions import queries
from serein.infusions.actions.claimed import claimed, need_state
from serein.infusions.models import (
    ChecklistAnswer,
    DrugStatement,
    GateOverride,
    InfusionSession,
    SecondCheck,
)
from serein.infusions.rules.checklist import check_answer
from serein.infusions.rules.gate import MayOverride
from serein.infusions.rules.readiness import DRUG, Stated, beyond, differences, unlike
from serein.infusions.states import BEFORE_START

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from serein.core.actors import Actor

STARTED = "Chart a note instead: the infusion has started already."


def _before_start(by: Actor, session_id: UUID) -> InfusionSession:
    visit = claimed(by, session_id)
    need_state(visit, *BEFORE_START, mend=STARTED)
    return visit


@action
def answer_checklist(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    code: str,
    value: str,
    note: str = "",
    answered_at: datetime | None = None,
) -> ChecklistAnswer:
    """Answer one question before the start: identity, fasting, pregnancy, escort or prepared.

    ``answered_at`` is when, if a tablet without the server kept the answer; None means now.

    :raises Refused: not a question or an answer of the checklist, or the infusion has started
    """
    check_answer(code, value, note)
    visit = _before_start(by, session_id)
    answer = ChecklistAnswer.objects.create(
        session=visit,
        place=ChecklistAnswer.objects.filter(session=visit).count() + 1,
        code=code,
        value=value,
        note=note.strip(),
        at=max(visit.checked_in_at, min(answered_at or at, at)),
        by_id=by.id,
        by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="answer_checklist",
        subject=answer,
        patient_id=visit.patient_id,
        details={"code": code},
    )
    return answer


@action
def prepare_drug(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    drug: str,
    vial_mg_per_ml: Decimal,
    dose_mg: Decimal,
    drug_ml: Decimal,
    rate_ml_per_h: Decimal,
    volume_ml: Decimal,
) -> DrugStatement:
    """Keep what the first person read on vial, syringe and pump, if it agrees with the order.

    :raises Refused: a value differs, or the infusion has started
    """
    visit = _before_start(by, session_id)
    stated = Stated(drug.strip(), vial_mg_per_ml, dose_mg, drug_ml, rate_ml_per_h, volume_ml)
    _need_as_ordered(visit, stated)
    answer_checklist(
        key=derived_key(key, "prepared"),
        by=by,
        at=at,
        session_id=session_id,
        code="prepared",
        value="yes",
    )
    return _stated(visit, stated, by, at)


@action
def second_check(
    *,
    key: UUID,
    by: Actor,
    at: datetime,
    session_id: UUID,
    vial_mg_per_ml: Decimal,
    dose_mg: Decimal,
    drug_ml: Decimal,
    rate_ml_per_h: Decimal,
    drug: str = DRUG,
    volume_ml: Decimal | None = None,
) -> SecondCheck:
    """Keep what a second person read, blind to the first, if it agrees with the first and the order.

    ``volume_ml`` None means that the pump has no volume limit to be read.

    :raises Refused: nobody has prepared the drug yet, the same person did, or a value differs
    """
    visit = _before_start(by, session_id)
    prepared = queries.latest_answers(visit.pk).get("prepared")
    if prepared is None or prepared.value != "yes":
        raise Refused("Ask the first person to say that the drug is prepared.")
    if prepared.by_id == by.id:
        raise Refused("Ask someone else to check: you prepared the drug yourself.")
    limit_ml = queries.volume_limit_ml(visit) if volume_ml is None else volume_ml
    stated = Stated(drug.strip(), vial_mg_per_ml, dose_mg, drug_ml, rate_ml_per_h, limit_ml)
    first = queries.statement_of(visit.pk, prepared.by_id, prepared.at)
    wrong = unlike(first, stated) if first is not None else ()
    if wrong:
        raise Refused(f"Read both again, the two of you differ: {'; '.join(wrong)}.")
    _need_as_ordered(visit, stated)
    _stated(visit, stated, by, at)
    check = SecondCheck.objects.create(
        session=visit,
        vial_mg_per_ml=vial_mg_per_ml,
        dose_mg=dose_mg,
        drug_ml=drug_ml,
        rate_ml_per_h=rate_ml_per_h,
        prepared_by_id=prepared.by_id,
        checked_by_id=by.id,
        checked_by_name=by.name,
        at=at,
    )
    record(by=by, at=at, verb="second_check", subject=check, patient_id=visit.patient_id)
    return check


def _need_as_ordered(visit: InfusionSession, stated: Stated) -> None:
    wrong = (
        *differences(stated.prepared, queries.prepared_for(visit)),
        *beyond(stated, drug=DRUG, volume_ml=queries.volume_limit_ml(visit)),
    )
    if wrong:
        raise Refused(f"Check the drug, the order and the pump again: {'; '.join(wrong)}.")


def _stated(visit: InfusionSession, stated: Stated, by: Actor, at: datetime) -> DrugStatement:
    kept = DrugStatement.objects.create(
        session=visit, at=at, by_id=by.id, by_name=by.name, **asdict(stated)
    )
    record(by=by, at=at, verb="state_drug", subject=kept, patient_id=visit.patient_id)
    return kept


@action
def override_item(
    *, key: UUID, by: Actor, at: datetime, session_id: UUID, item_code: str, reason: str
) -> GateOverride:
    """Go on although one condition of the start is not met, as a prescriber and with a reason.

    :raises Refused: not a prescriber, no reason, or the condition cannot be overridden
    """
    if not may(by.role, Act.OVERRIDE_GATE):
        raise Refused("Ask the prescriber: only a prescriber may override a condition.")
    if not reason.strip():
        raise Refused("Enter the reason for going on.", field="reason")
    visit = _before_start(by, session_id)
    item = next((one for one in queries.start_gate(visit, at) if one.code == item_code), None)
    if item is None or not item.is_open:
        raise Refused("Reload the page: this condition is not open any more.")
    if item.may_override is MayOverride.NOBODY:
        raise Refused(f"Meet the condition itself: nobody may override it. {item.because}")
    override = GateOverride.objects.create(
        session=visit,
        item_code=item.code,
        basis=item.basis,
        because=item.because,
        reason=reason.strip(),
        at=at,
        by_id=by.id,
        by_name=by.name,
    )
    record(
        by=by,
        at=at,
        verb="override_gate",
        subject=override,
        patient_id=visit.patient_id,
        details={"code": item.code},
    )
    return override
