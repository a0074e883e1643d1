"""The audit chain: any change to a row, its order or its number is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serein.audit.rules import FIRST_PREVIOUS, Entry, canonical, first_fault, link


def entry(seq: int) -> Entry:
    return Entry(
        seq=seq,
        at=f"2026-03-09T13:{seq:02}:00+00:00",
        site_id="site",
        actor_id="sam",
        actor_name="Sam Ortiz",
        actor_role="nurse",
        verb="record_vitals",
        subject_type="monitoring.VitalSet",
        subject_id=str(seq),
        patient_id="jordan",
        is_read=False,
        outcome="done",
        details=canonical({"seq": seq}),
        request_id="",
    )


def chain(length: int) -> list[tuple[Entry, str, str]]:
    rows, previous = [], FIRST_PREVIOUS
    for seq in range(1, length + 1):
        found = link(previous, entry(seq))
        rows.append((entry(seq), previous, found))
        previous = found
    return rows


def test_a_whole_chain_has_no_fault() -> None:
    assert first_fault(chain(12)) is None


@given(st.integers(1, 12), st.sampled_from(["actor_id", "verb", "details", "at", "patient_id"]))
def test_a_changed_field_is_found_at_its_row(seq: int, field: str) -> None:
    rows = chain(12)
    changed, previous, found = rows[seq - 1]
    rows[seq - 1] = (replace(changed, **{field: "other"}), previous, found)
    fault = first_fault(rows)
    assert fault is not None
    assert fault.seq == seq


@given(st.integers(1, 11))
def test_a_row_cut_out_is_found(seq: int) -> None:
    rows = chain(12)
    del rows[seq - 1]
    fault = first_fault(rows)
    assert fault is not None
    assert fault.seq == seq


@given(st.integers(1, 11))
def test_swapped_rows_are_found(seq: int) -> None:
    rows = chain(12)
    rows[seq - 1], rows[seq] = rows[seq], rows[seq - 1]
    assert first_fault(rows) is not None


def test_a_row_hashed_again_breaks_the_next_one() -> None:
    rows = chain(3)
    forged = replace(rows[1][0], verb="nothing")
    rows[1] = (forged, rows[1][1], link(rows[1][1], forged))
    fault = first_fault(rows)
    assert fault is not None
    assert fault.seq == 3


@pytest.mark.parametrize("details", [{"b": 1, "a": 2}, {"a": 2, "b": 1}])
def test_details_have_one_way_to_be_written(details: dict[str, int]) -> None:
    assert canonical(details) == '{"a":2,"b":1}'
