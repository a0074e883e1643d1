"""What we know of a visit."""

from __future__ import annotations

from serein.infusions.queries.care import (
    RescueFact,
    ScoreFact,
    asks_of,
    rescue_moment,
    rescues_of,
    scores_of,
    statement_of,
)
from serein.infusions.queries.facts import (
    AddendumFact,
    EventFact,
    NoteFact,
    RemarkFact,
    SessionFact,
)
from serein.infusions.queries.gates import (
    charted,
    discharge_facts,
    escort_known,
    long_watch,
    readings_of,
    start_gate,
    watch_for,
)
from serein.infusions.queries.notes import conditions_of, note_facts
from serein.infusions.queries.offline import StampFact, stamps_of
from serein.infusions.queries.orders import order_in_force, prepared_for, volume_limit_ml
from serein.infusions.queries.sessions import (
    delivered_at,
    delivered_mg,
    events_of,
    latest_answers,
    log_of,
    note_of,
    open_sessions,
    remarks_of,
    session,
    session_count,
    session_fact,
    sessions_of,
    sessions_of_appointments,
    sessions_of_patients,
    sessions_on,
    unsigned_notes,
)
from serein.infusions.queries.take_over import InCharge, in_charge, in_charge_of

__all__ = [
    "AddendumFact",
    "EventFact",
    "InCharge",
    "NoteFact",
    "RemarkFact",
    "RescueFact",
    "ScoreFact",
    "SessionFact",
    "StampFact",
    "asks_of",
    "charted",
    "conditions_of",
    "delivered_at",
    "delivered_mg",
    "discharge_facts",
    "escort_known",
    "events_of",
    "in_charge",
    "in_charge_of",
    "latest_answers",
    "log_of",
    "long_watch",
    "note_facts",
    "note_of",
    "open_sessions",
    "order_in_force",
    "prepared_for",
    "readings_of",
    "remarks_of",
    "rescue_moment",
    "rescues_of",
    "scores_of",
    "session",
    "session_count",
    "session_fact",
    "sessions_of",
    "sessions_of_appointments",
    "sessions_of_patients",
    "sessions_on",
    "stamps_of",
    "start_gate",
    "statement_of",
    "unsigned_notes",
    "volume_limit_ml",
    "watch_for",
]
