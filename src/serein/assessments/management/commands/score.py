"""Scores a file of answers. Asks no database, and writes either every line or no file at all."""

from __future__ import annotations

import csv
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from serein.assessments.rules import INSTRUMENTS
from serein.assessments.rules.score_file import Layout, layout, score_row

if TYPE_CHECKING:
    from serein.assessments.rules import Instrument

FAULTS_SHOWN = 50
LINES_SHOWN = 10
PROGRESS_FROM_BYTES = 2_000_000
ROWS_BETWEEN_PROGRESS = 1000
CSV_FAULTS = {
    "unexpected end of data": "Close the quotation mark: the file ends inside it",
    "new-line character": "Save the file with the line ends of Windows or Unix",
    "field larger": "Shorten the cell: it is no answer",
}


class Command(BaseCommand):
    help = "Score a CSV file of answers: columns q01, q02 …, a blank cell is a missing answer."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instrument", help=", ".join(INSTRUMENTS))
        parser.add_argument("--in", dest="source", required=True, help="the file of answers")
        parser.add_argument("--out", dest="target", required=True, help="the file of scores")

    def handle(self, *args: Any, **options: Any) -> None:
        del args
        instrument = INSTRUMENTS.get(options["instrument"])
        if instrument is None:
            raise CommandError(
                f"Choose one of {', '.join(INSTRUMENTS)}: "
                f"'{options['instrument']}' is no questionnaire here."
            )
        source, target = Path(options["source"]), Path(options["target"])
        run = score_file(instrument=instrument, source=source, target=target)
        for sentence in run.sentences(target):
            self.stdout.write(sentence)


class Lines:
    """The lines of a UTF-8 file as text, one at a time; knows how far it has read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.number = 0
        self.bytes_read = 0

    def __iter__(self) -> Iterator[str]:
        for raw in self._file:
            self.number += 1
            self.bytes_read += len(raw)
            yield raw.decode("utf-8-sig" if self.number == 1 else "utf-8")


@dataclass(slots=True)
class Run:
    """One file being scored: what was counted, and the first faults word for word."""

    instrument: Instrument
    scores: TextIO
    found: Layout | None = None
    rows: int = 0
    complete: int = 0
    prorated: int = 0
    inconsistent: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    fault_count: int = 0

    def take(self, answers: BinaryIO) -> None:
        """Score every line, or list what is wrong with the file."""
        lines = Lines(answers)
        size = os.fstat(answers.fileno()).st_size
        with _progress(size) as progress:
            task = progress.add_task(self.instrument.code, total=size)
            try:
                for line, cells in _rows(lines):
                    if not self._take_row(line, cells):
                        return
                    if self.rows % ROWS_BETWEEN_PROGRESS == 0:
                        progress.update(task, completed=lines.bytes_read)
            except UnicodeDecodeError:
                self._fault(f"Save the file as UTF-8: line {lines.number} is not.")
                return
            except csv.Error as fault:
                self._fault(f"{_csv_advice(fault)} (line {lines.number}).")
                return
            progress.update(task, completed=size)
        if self.found is None:
            self._fault("Add a first line that names the columns q01, q02 …: the file is empty.")
        elif not self.rows:
            self._fault("Add a line of answers: the file has only the names of the columns.")

    def refusal(self, source: Path) -> str:
        more = self.fault_count - len(self.faults)
        told = [f"Correct {source}. Nothing was written.", *self.faults]
        return "\n".join([*told, *([f"… and {more} more."] if more else [])])

    def sentences(self, target: Path) -> Iterator[str]:
        """Say what was done, last of all in one sentence."""
        if self.inconsistent:
            first = ", ".join(str(line) for line in self.inconsistent[:LINES_SHOWN])
            rest = len(self.inconsistent) - LINES_SHOWN
            more = f" and {rest} more" if rest > 0 else ""
            yield (
                f"Check line {first}{more}: the gate says no, and yet items are answered. "
                "Scored 0, as the form says."
            )
        without = self.rows - self.complete - self.prorated
        yield (
            f"Scored {self.rows} {'form' if self.rows == 1 else 'forms'} of "
            f"{self.instrument.code}: {self.complete} complete, {self.prorated} prorated, "
            f"{without} without a total. Written to {target}."
        )

    def _take_row(self, line: int, cells: list[str]) -> bool:
        """Take one line; tell whether it makes sense to read on."""
        if self.found is not None:
            self._score(self.found, line, cells)
            return True
        self.found, faults = layout(instrument=self.instrument, header=cells)
        for fault in faults:
            self._fault(fault)
        if self.found is not None:
            self._write(self.found.header)
        return self.found is not None

    def _score(self, found: Layout, line: int, cells: list[str]) -> None:
        self.rows += 1
        scored, faults = score_row(layout=found, line=line, cells=cells)
        for fault in faults:
            self._fault(fault)
        if scored is None or self.fault_count:
            return
        self._write(scored.cells)
        self.prorated += scored.score.prorated
        self.complete += scored.score.total is not None and not scored.score.prorated
        if scored.score.inconsistent:
            self.inconsistent.append(line)

    def _write(self, cells: tuple[str, ...]) -> None:
        csv.writer(self.scores, lineterminator="\n").writerow(cells)

    def _fault(self, fault: str) -> None:
        self.fault_count += 1
        if len(self.faults) < FAULTS_SHOWN:
            self.faults.append(fault)


def score_file(*, instrument: Instrument, source: Path, target: Path) -> Run:
    """Score `source` into `target`, all lines or none.

    :raises CommandError: a path cannot be used, or the file holds anything that is no answer
    """
    _check_paths(source, target)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with source.open("rb") as answers, part.open("x", encoding="utf-8", newline="") as scores:
            run = Run(instrument=instrument, scores=scores)
            run.take(answers)
            if run.fault_count:
                raise CommandError(run.refusal(source))
            scores.flush()
            os.fsync(scores.fileno())
        part.replace(target)
    except OSError as fault:
        raise CommandError(f"Check the paths: {fault.strerror or fault}.") from fault
    finally:
        part.unlink(missing_ok=True)
    return run


def _rows(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line it begins on; a quoted cell may run over several lines."""
    begins = 1
    for cells in csv.reader(iter(lines), strict=True):
        if cells:
            yield begins, cells
        begins = lines.number + 1


def _csv_advice(fault: csv.Error) -> str:
    return next(
        (advice for words, advice in CSV_FAULTS.items() if words in str(fault)),
        "Correct the quotation marks",
    )


def _check_paths(source: Path, target: Path) -> None:
    if not source.is_file():
        raise CommandError(f"Check the path given to --in: there is no file {source}.")
    if not target.parent.is_dir():
        raise CommandError(f"Make the folder {target.parent} first, or choose another for --out.")
    if target.is_dir():
        raise CommandError(f"Give --out the name of a file: {target} is a folder.")
    if target.exists() and target.samefile(source):
        raise CommandError("Choose another file for --out: this one holds the answers.")


def _progress(size: int) -> Progress:
    return Progress(
        TextColumn("Scoring {task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(stderr=True),
        disable=size < PROGRESS_FROM_BYTES,
    )
