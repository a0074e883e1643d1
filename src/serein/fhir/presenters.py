"""The report of an import in words for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN = 20
"""How many malformed entries are listed one by one."""


def report_lines(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what was taken, what was there already, and what was left out and why."""
    lines = [f"taken: {_counts(report['taken'])}"]
    if report["already_here"]:
        lines.append(f"already here: {_counts(report['already_here'])}")
    if report["left_out"]:
        lines.append("left out:")
        lines += [f"  {one['kind']} {one['count']}: {one['reason']}" for one in report["left_out"]]
    if report["malformed"]:
        lines.append("left out, check the file:")
        lines += [
            f"  {one['kind']}, {one['place']}: {one['reason']}"
            for one in report["malformed"][:SHOWN]
        ]
        if len(report["malformed"]) > SHOWN:
            lines.append(f"  and {len(report['malformed']) - SHOWN} more")
    lines += [f"note: {note}" for note in report["notes"]]
    return tuple(lines)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "nothing"
