"""Scoring a table of answers: one line is one filled form.

The first line names the columns. `q01`, `q02` … hold the answers, one column for every item and
none beyond; a questionnaire with a gate takes a further column `gate`, which may be left out.
A blank cell is a missing answer. Spaces and tabs around a cell are ignored; beyond that an answer
is exactly one of the figures the form offers (`1.0`, `01`, `+1` and full-width digits are not).
All other columns belong to the person who made the file and stand unchanged before the results.
Lines that are wholly empty are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from serein.assessments.rules.instruments import GATE, Instrument
from serein.assessments.rules.scoring import Score, score

GATE_COLUMN = "gate"
SHOWN_CHARACTERS = 40
PADDING = " \t"
ANSWER_COLUMN = re.compile(r"[qQ]0*(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the answers stand in a line, and what is carried in front of the results."""

    instrument: Instrument
    width: int
    answers: Mapping[int, int]
    carried: tuple[int, ...]
    header: tuple[str, ...]

    def column(self, number: int) -> str:
        return column_name(number)


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One line of the result."""

    cells: tuple[str, ...]
    score: Score


def column_name(number: int) -> str:
    """Name the column that holds the answer to a question."""
    return GATE_COLUMN if number == GATE else f"q{number:02d}"


def result_columns(instrument: Instrument) -> tuple[str, ...]:
    """Name the columns of the result, in order."""
    clusters = tuple(cluster.code for cluster in instrument.clusters)
    provisional = ("provisional",) if instrument.provisional else ()
    return ("total", *clusters, "prorated", *provisional)


def layout(*, instrument: Instrument, header: Sequence[str]) -> tuple[Layout | None, list[str]]:
    """Find the answers by their column names, or say everything that is wrong with the header."""
    names = [cell.strip(PADDING) for cell in header]
    faults = [*_header_faults(instrument, names)]
    if faults:
        return None, faults
    wanted = {column_name(number): number for number in instrument.numbers}
    answers = {wanted[name]: at for at, name in enumerate(names) if name in wanted}
    carried = tuple(at for at, name in enumerate(names) if name not in wanted)
    found = Layout(
        instrument=instrument,
        width=len(names),
        answers=answers,
        carried=carried,
        header=(*(header[at] for at in carried), *result_columns(instrument)),
    )
    return found, []


def _header_faults(instrument: Instrument, names: Sequence[str]) -> list[str]:
    last = len(instrument.items)
    faults = []
    misnamed = set()
    for name in dict.fromkeys(names):
        match = ANSWER_COLUMN.fullmatch(name)
        number = int(match[1]) if match else None
        if number is not None and not 1 <= number <= last:
            faults.append(
                f"Remove column {name}: {instrument.code} has the columns q01 to q{last:02d}."
            )
        elif number is not None and name != column_name(number):
            misnamed.add(column_name(number))
            faults.append(f"Rename column '{name}' to '{column_name(number)}'.")
        if name in result_columns(instrument):
            faults.append(f"Rename column '{name}': a column of the result has that name.")
        if names.count(name) > 1:
            faults.append(f"Keep column '{name}' once: it is there {names.count(name)} times.")
    needed = [column_name(item.number) for item in instrument.items]
    absent = [name for name in needed if name not in names and name not in misnamed]
    if len(absent) == last and any(";" in name for name in names):
        return ["Separate the columns by commas: line 1 has semicolons."]
    faults += [f"Add column {name}: line 1 does not have it." for name in absent]
    return faults


def score_row(
    *, layout: Layout, line: int, cells: Sequence[str]
) -> tuple[ScoredRow | None, list[str]]:
    """Score one line, or say everything that is wrong with it."""
    if len(cells) != layout.width:
        verb = "Complete" if len(cells) < layout.width else "Shorten"
        return None, [f"{verb} line {line}: it has {len(cells)} of {layout.width} columns."]
    answers: dict[int, int | None] = {}
    faults = []
    permitted = {str(value): value for value in layout.instrument.permitted}
    for number, at in layout.answers.items():
        text = cells[at].strip(PADDING)
        if text in permitted:
            answers[number] = permitted[text]
        elif text:
            faults.append(
                f"Correct line {line}, column {layout.column(number)}: "
                f"{_shown(text)} is not one of {', '.join(permitted)}."
            )
    if faults:
        return None, faults
    scored = score(layout.instrument, answers)
    results = (cells[at] for at in layout.carried)
    return ScoredRow(cells=(*results, *_cells(layout.instrument, scored)), score=scored), []


def _cells(instrument: Instrument, scored: Score) -> tuple[str, ...]:
    """Write a score as text. What is not known is blank, never 0."""
    clusters = (scored.clusters.get(cluster.code) for cluster in instrument.clusters)
    return (
        "" if scored.total is None else str(scored.total),
        *("" if value is None else str(value) for value in clusters),
        "yes" if scored.prorated else "no",
        *((str(scored.provisional),) if scored.provisional else ()),
    )


def _shown(text: str) -> str:
    """Quote what was found, short and without characters that a terminal would act on."""
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "'"
