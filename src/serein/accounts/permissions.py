"""Who may do what, in one table. ``docs/permissions.md`` is generated from it.

Everything that is not named here is denied. The rows follow the clinic's access model: nobody
holds administration and clinical work and audit at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The work a member of staff does."""

    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    THERAPIST = "therapist"
    CUSTODIAN = "custodian"
    MEDICAL_DIRECTOR = "medical_director"
    BILLING = "billing"
    ADMIN = "admin"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """The role as people say it."""
        return self.value.replace("_", " ")


class Act(StrEnum):
    """Something a person may be allowed to do. Each address names one."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"

    SEE_SCHEDULE = "see_schedule"
    BOOK = "book"
    OVERRIDE_BOOKING = "override_booking"
    SET_HOURS = "set_hours"
    SEE_MESSAGES = "see_messages"
    WORK_MESSAGES = "work_messages"
    WORK_REQUESTS = "work_requests"
    SEE_DEMOGRAPHICS = "see_demographics"
    EDIT_DEMOGRAPHICS = "edit_demographics"
    SEE_CHART = "see_chart"
    WRITE_CHART = "write_chart"
    SEE_ASSESSMENTS = "see_assessments"
    RECORD_ASSESSMENT = "record_assessment"
    INVITE = "invite"
    SAFETY_NOTICE = "safety_notice"
    WORK_SAFETY = "work_safety"
    CLOSE_SAFETY = "close_safety"
    SEE_DECISION = "see_decision"
    SCREEN = "screen"
    DETERMINE = "determine"
    OVERRIDE_ELIGIBILITY = "override_eligibility"
    SEE_CONSENT = "see_consent"
    SIGN_CONSENT = "sign_consent"
    PUBLISH_CONSENT = "publish_consent"
    SEE_PLAN = "see_plan"
    WRITE_PLAN = "write_plan"
    SIGN_PLAN = "sign_plan"
    SEE_SESSION = "see_session"
    CHECK_IN = "check_in"
    CHART_SESSION = "chart_session"
    SECOND_CHECK = "second_check"
    STOP_INFUSION = "stop_infusion"
    WORK_TRAY = "work_tray"
    SEE_CHAIRS = "see_chairs"
    ORDER_AT_CHAIR = "order_at_chair"
    MESSAGE_NURSE = "message_nurse"
    ACKNOWLEDGE_FLAG = "acknowledge_flag"
    OVERRIDE_GATE = "override_gate"
    DISCHARGE = "discharge"
    SIGN_NOTE = "sign_note"
    SEE_OUTCOMES = "see_outcomes"
    SEE_LEVEL = "see_level"
    ASK_WHAT_IF = "ask_what_if"
    MANAGE_STAFF = "manage_staff"
    MANAGE_DEVICES = "manage_devices"
    TURN_SWITCHES = "turn_switches"
    READ_AUDIT = "read_audit"


_DESK, _NURSE, _PRESCRIBER = Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER
_THERAPIST, _CUSTODIAN, _DIRECTOR = Role.THERAPIST, Role.CUSTODIAN, Role.MEDICAL_DIRECTOR
_BILLING, _ADMIN, _AUDITOR = Role.BILLING, Role.ADMIN, Role.AUDITOR

MAY: Mapping[Act, frozenset[Role]] = {
    Act.SEE_SCHEDULE: frozenset(
        {_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR, _BILLING, _AUDITOR}
    ),
    Act.BOOK: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.OVERRIDE_BOOKING: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.SET_HOURS: frozenset({_DESK, _DIRECTOR, _ADMIN}),
    Act.SEE_MESSAGES: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.WORK_MESSAGES: frozenset({_DESK, _NURSE, _DIRECTOR}),
    Act.WORK_REQUESTS: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.SEE_DEMOGRAPHICS: frozenset(
        {_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR, _BILLING, _AUDITOR}
    ),
    Act.EDIT_DEMOGRAPHICS: frozenset({_DESK, _NURSE}),
    Act.SEE_CHART: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.WRITE_CHART: frozenset({_NURSE, _PRESCRIBER}),
    Act.SEE_ASSESSMENTS: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.RECORD_ASSESSMENT: frozenset({_NURSE, _PRESCRIBER, _THERAPIST}),
    Act.INVITE: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST}),
    Act.SAFETY_NOTICE: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.WORK_SAFETY: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.CLOSE_SAFETY: frozenset({_PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.SEE_DECISION: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.SCREEN: frozenset({_PRESCRIBER, _THERAPIST}),
    Act.DETERMINE: frozenset({_PRESCRIBER, _DIRECTOR}),
    Act.OVERRIDE_ELIGIBILITY: frozenset({_DIRECTOR}),
    Act.SEE_CONSENT: frozenset({_DESK, _NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.SIGN_CONSENT: frozenset({_NURSE, _PRESCRIBER}),
    Act.PUBLISH_CONSENT: frozenset({_DIRECTOR}),
    Act.SEE_PLAN: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _CUSTODIAN, _DIRECTOR}),
    Act.WRITE_PLAN: frozenset({_PRESCRIBER}),
    Act.SIGN_PLAN: frozenset({_PRESCRIBER}),
    Act.SEE_SESSION: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _CUSTODIAN, _DIRECTOR}),
    Act.CHECK_IN: frozenset({_DESK, _NURSE, _DIRECTOR}),
    Act.CHART_SESSION: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.SECOND_CHECK: frozenset({_NURSE, _PRESCRIBER, _CUSTODIAN, _DIRECTOR}),
    Act.STOP_INFUSION: frozenset({_DESK, _NURSE, _PRESCRIBER, _THERAPIST, _CUSTODIAN, _DIRECTOR}),
    Act.SEE_CHAIRS: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.ORDER_AT_CHAIR: frozenset({_PRESCRIBER, _DIRECTOR}),
    Act.MESSAGE_NURSE: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.WORK_TRAY: frozenset({_NURSE, _DIRECTOR}),
    Act.ACKNOWLEDGE_FLAG: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.OVERRIDE_GATE: frozenset({_PRESCRIBER, _DIRECTOR}),
    Act.DISCHARGE: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.SIGN_NOTE: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.SEE_OUTCOMES: frozenset({_NURSE, _PRESCRIBER, _THERAPIST, _DIRECTOR}),
    Act.SEE_LEVEL: frozenset({_NURSE, _PRESCRIBER, _DIRECTOR}),
    Act.ASK_WHAT_IF: frozenset({_PRESCRIBER, _DIRECTOR}),
    Act.MANAGE_STAFF: frozenset({_ADMIN}),
    Act.MANAGE_DEVICES: frozenset({_ADMIN, _DIRECTOR}),
    Act.TURN_SWITCHES: frozenset({_DIRECTOR}),
    Act.READ_AUDIT: frozenset({_DIRECTOR, _AUDITOR}),
}

IDLE_MINUTES: Mapping[Role, int] = {
    Role.FRONT_DESK: 10,
    Role.NURSE: 20,
    Role.PRESCRIBER: 20,
    Role.THERAPIST: 20,
    Role.CUSTODIAN: 10,
    Role.MEDICAL_DIRECTOR: 20,
    Role.BILLING: 10,
    Role.ADMIN: 5,
    Role.AUDITOR: 10,
}
"""Minutes without a person's own action until sign-in is asked for again (clinic default, review).

A page that refreshes itself does not count as an action.
"""

SIGNED_IN_HOURS = 12
"""The longest that one sign-in lasts, whatever is done (clinic default, review)."""


def may(role: str, act: Act) -> bool:
    """Say whether a role may do something. An unknown role may do nothing but public things."""
    if act is Act.PUBLIC:
        return True
    known = {each.value for each in Role}
    if act is Act.SIGNED_IN:
        return role in known
    return role in known and Role(role) in MAY.get(act, frozenset())
