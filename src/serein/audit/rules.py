"""How the audit chain is computed. A changed, swapped, added or missing row breaks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

FIRST_PREVIOUS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the chain, as text, in the order in which it is hashed."""

    seq: int
    at: str
    site_id: str
    actor_id: str
    actor_name: str
    actor_role: str
    verb: str
    subject_type: str
    subject_id: str
    patient_id: str
    is_read: bool
    outcome: str
    details: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the chain does not hold."""

    seq: int
    because: str


def canonical(details: Mapping[str, object]) -> str:
    """Write details as JSON in one possible way."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def link(previous: str, entry: Entry) -> str:
    """Return SHA-256 of the previous hash and this row, in hexadecimal."""
    body = json.dumps(asdict(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def first_fault(rows: Iterable[tuple[Entry, str, str]]) -> Fault | None:
    """Walk rows of (entry, previous hash, hash) in order and return the first fault, if any."""
    expected_seq, previous = 1, FIRST_PREVIOUS
    for entry, stored_previous, stored_hash in rows:
        if entry.seq != expected_seq:
            return Fault(expected_seq, f"row {expected_seq} is missing")
        if stored_previous != previous:
            return Fault(entry.seq, "it does not follow from the row before it")
        if link(previous, entry) != stored_hash:
            return Fault(entry.seq, "its content does not match its hash")
        expected_seq, previous = expected_seq + 1, stored_hash
    return None
