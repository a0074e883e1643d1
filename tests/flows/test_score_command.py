"""`serein score`: a file of answers becomes a file of scores, or a list of what to correct."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from serein.assessments.rules import instrument
from tests.conftest import shared

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = ",".join(f"q{n:02d}" for n in range(1, 21))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "answers.csv", tmp_path / "scores.csv"


@pytest.fixture
def score(files: tuple[Path, Path]) -> Callable[..., list[dict[str, str]]]:
    """Score a text with the command and read the result back."""

    def scored(text: str | bytes, code: str = "pcl5-month") -> list[dict[str, str]]:
        source, target = files
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("score", code, "--in", str(source), "--out", str(target), stdout=io.StringIO())
        with target.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return scored


def row(*values: object) -> str:
    return ",".join("" if value is None else str(value) for value in values)


def test_600_real_shaped_forms_agree_with_an_independent_calculation(
    score: Callable[..., list[dict[str, str]]],
) -> None:
    source = shared("pcl5", "simulated_ptsd_600.csv")
    text = source.read_text(encoding="utf-8")
    names = [f"S{n}" for n in range(1, 21)]
    for n, name in reversed(list(enumerate(names, start=1))):
        text = text.replace(name, f"q{n:02d}", 1)
    scored = score(text)

    # numpy, from the file itself: no code of the clinic system takes part.
    answers = np.genfromtxt(source, delimiter=",", skip_header=1, usecols=range(3, 23)).astype(int)
    assert answers.shape == (600, 20)
    slices = {"b": slice(0, 5), "c": slice(5, 7), "d": slice(7, 14), "e": slice(14, 20)}
    needed = {"b": 1, "c": 1, "d": 2, "e": 2}
    meets = np.ones(600, dtype=bool)
    for code, part in slices.items():
        sums = answers[:, part].sum(axis=1)
        assert [int(line[code]) for line in scored] == sums.tolist()
        meets &= (answers[:, part] >= 2).sum(axis=1) >= needed[code]
    assert [int(line["total"]) for line in scored] == answers.sum(axis=1).tolist()
    said = np.array([line["provisional"] for line in scored])
    assert int((said == "yes").sum()) == int(meets.sum())
    assert int((said == "no").sum()) == int((~meets).sum())
    assert ((said == "yes") == meets).all()
    assert {line["prorated"] for line in scored} == {"no"}
    # The columns that are no answers stand unchanged in front.
    assert list(scored[0])[:3] == ["patient_id", "age", "sex"]
    assert scored[0]["patient_id"] == "P0001"


def test_600_forms_with_answers_taken_out_agree_too(
    score: Callable[..., list[dict[str, str]]],
) -> None:
    source = shared("pcl5", "simulated_ptsd_600.csv")
    answers = np.genfromtxt(source, delimiter=",", skip_header=1, usecols=range(3, 23))
    chance = np.random.default_rng(20260309)
    answers[chance.random(answers.shape) < 0.12] = np.nan
    lines = [row(*("" if np.isnan(v) else int(v) for v in line)) for line in answers]
    scored = score("\n".join([HEADER, *lines]))

    parts = {"b": range(5), "c": range(5, 7), "d": range(7, 14), "e": range(14, 20)}
    needed = {"b": 1, "c": 1, "d": 2, "e": 2}
    for line, values in zip(scored, answers, strict=True):
        given = ~np.isnan(values)
        surely, possibly = True, True
        for code, part in parts.items():
            own = values[list(part)]
            present, missing = int((own >= 2).sum()), int(np.isnan(own).sum())
            surely &= present >= needed[code]
            possibly &= present + missing >= needed[code]
            assert line[code] == ("" if missing else str(int(own.sum())))
        expected = "yes" if surely else "indeterminate" if possibly else "no"
        assert line["provisional"] == expected
        halves = all(given[list(part)].sum() * 2 >= len(part) for part in parts.values())
        if given.all():
            assert (line["total"], line["prorated"]) == (str(int(values.sum())), "no")
        elif given.sum() >= 16 and halves:
            assert line["prorated"] == "yes"
            assert abs(float(line["total"]) - 20 * np.nanmean(values)) <= 0.05 + 1e-9
        else:
            assert (line["total"], line["prorated"]) == ("", "no")


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("pcl5-month", ["total", "b", "c", "d", "e", "prorated", "provisional"]),
        ("pcl5-week", ["total", "b", "c", "d", "e", "prorated"]),
        ("pc-ptsd-5", ["total", "prorated"]),
        ("phq9", ["total", "prorated"]),
        ("gad7", ["total", "prorated"]),
    ],
)
def test_columns_of_the_result(
    score: Callable[..., list[dict[str, str]]], code: str, columns: list[str]
) -> None:
    form = instrument(code)
    header = ",".join(f"q{item.number:02d}" for item in form.items)
    ones, blanks = row(*[1] * len(form.items)), row(*[None] * len(form.items))
    full, empty = score(f"{header}\n{ones}\n{blanks}\n", code)
    assert list(full) == columns
    assert full["total"] == str(len(form.items))
    assert (empty["total"], empty["prorated"]) == ("", "no")


@pytest.mark.parametrize(
    ("line", "total", "prorated"),
    [
        (row(*[2] * 20), "40", "no"),
        (row(*[2] * 19, None), "40.0", "yes"),
        (row(*[2] * 15, *[None] * 5), "", "no"),
        (row(*[0] * 20), "0", "no"),
        (row(*[None] * 20), "", "no"),
        (row(" 2", "2 ", "\t2", *[2] * 17), "40", "no"),
        (row('"2"', *[2] * 19), "40", "no"),
    ],
)
def test_totals(
    score: Callable[..., list[dict[str, str]]], line: str, total: str, prorated: str
) -> None:
    (scored,) = score(f"{HEADER}\n{line}\n")
    assert (scored["total"], scored["prorated"]) == (total, prorated)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_marks_and_line_ends(
    score: Callable[..., list[dict[str, str]]], end: str, mark: str
) -> None:
    lines = [HEADER, row(*[1] * 20), "", row(*[2] * 20)]
    assert [line["total"] for line in score(mark + end.join(lines))] == ["20", "40"]


def test_other_columns_stand_unchanged_in_front(
    score: Callable[..., list[dict[str, str]]],
) -> None:
    odd = '"Zoë ""Z"" O\'Brien, מאיה\n=1+1"'
    (scored,) = score(f"{HEADER},note,id\n{row(*[1] * 20)},{odd}, 007 \n")
    assert list(scored)[:3] == ["note", "id", "total"]
    assert scored["note"] == 'Zoë "Z" O\'Brien, מאיה\n=1+1'
    assert scored["id"] == " 007 "


def test_the_gate_of_the_screen(score: Callable[..., list[dict[str, str]]]) -> None:
    text = "gate,q01,q02,q03,q04,q05\n0,,,,,\n0,1,1,,,\n1,1,1,0,1,0\n,1,1,1,1,1\n,,,,,\n"
    assert [line["total"] for line in score(text, "pc-ptsd-5")] == ["0", "0", "3", "5", ""]


def test_an_inconsistent_gate_is_said(
    files: tuple[Path, Path],
) -> None:
    source, target = files
    source.write_text("gate,q01,q02,q03,q04,q05\n1,1,1,1,1,1\n0,1,1,,,\n")
    said = io.StringIO()
    call_command("score", "pc-ptsd-5", "--in", str(source), "--out", str(target), stdout=said)
    assert said.getvalue().startswith("Check line 3: the gate says no")
    assert "Scored 2 forms of pc-ptsd-5: 2 complete" in said.getvalue()


def answers(**wrong: str) -> str:
    """A file of one line in which some cells are wrong."""
    cells = [wrong.get(f"q{n:02d}", "1") for n in range(1, 21)]
    return f"{HEADER}\n{','.join(cells)}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (answers(q09="5"), "Correct line 2, column q09: '5' is not one of 0, 1, 2, 3, 4."),
        (answers(q09="-1"), "column q09: '-1' is not one of"),
        (answers(q09="1.0"), "column q09: '1.0' is not one of"),
        (answers(q09='"1,5"'), "column q09: '1,5' is not one of"),
        (answers(q09="01"), "column q09: '01' is not one of"),
        (answers(q09="３"), "column q09: '３' is not one of"),
        (answers(q09="yes"), "column q09: 'yes' is not one of"),
        (answers(q09="NA"), "column q09: 'NA' is not one of"),
        (answers(q09="\u00a01"), "is not one of"),
        (answers(q09="\x1b[2J"), "column q09: '\\u001b[2J' is not one of"),
        (answers(q09="x" * 10_000), f"'{'x' * 40}…' is not one of"),
        (answers(q09="x" * 200_000), "Shorten the cell"),
        ("", "Add a first line that names the columns"),
        ("\n\n", "Add a first line that names the columns"),
        (HEADER, "Add a line of answers"),
        (HEADER.replace("q07,", ""), "Add column q07: line 1 does not have it."),
        (HEADER + ",q21", "Remove column q21: pcl5-month has the columns q01 to q20."),
        (HEADER + ",q00", "Remove column q00"),
        (HEADER.replace("q07", "q7"), "Rename column 'q7' to 'q07'."),
        (HEADER.replace("q07", "Q07"), "Rename column 'Q07' to 'q07'."),
        (HEADER + ",q07", "Keep column 'q07' once: it is there 2 times."),
        (HEADER + ",total", "Rename column 'total'"),
        (HEADER.replace(",", ";"), "Separate the columns by commas"),
        (f"{HEADER}\n1,1,1\n", "Complete line 2: it has 3 of 20 columns."),
        (f"{HEADER}\n{row(*[1] * 21)}\n", "Shorten line 2: it has 21 of 20 columns."),
        (f'{HEADER}\n{row(*[1] * 19)},"1', "Close the quotation mark: the file ends inside it"),
        (f'{HEADER}\n"1"x,{row(*[1] * 19)}', "Correct the quotation marks"),
        (f"{HEADER}\r{row(*[1] * 20)}\r", "Save the file with the line ends of Windows or Unix"),
        (f"{HEADER}\n{row(*[1] * 20)}".encode("utf-16"), "Save the file as UTF-8: line 1 is not."),
        (f"{HEADER},é\n".encode("latin-1"), "Save the file as UTF-8: line 1 is not."),
    ],
)
def test_what_is_no_answer_is_named_and_nothing_is_written(
    score: Callable[..., list[dict[str, str]]],
    files: tuple[Path, Path],
    text: str | bytes,
    says: str,
) -> None:
    source, target = files
    target.write_text("the scores of last month")
    with pytest.raises(CommandError) as refused:
        score(text)
    assert says in str(refused.value)
    assert str(refused.value).startswith(f"Correct {source}. Nothing was written.")
    assert target.read_text() == "the scores of last month"
    assert sorted(path.name for path in source.parent.iterdir()) == ["answers.csv", "scores.csv"]


def test_all_faults_are_told_at_once_up_to_a_limit(
    score: Callable[..., list[dict[str, str]]],
) -> None:
    with pytest.raises(CommandError) as refused:
        score("\n".join([HEADER, *[row(*[9] * 20)] * 4]))
    told = str(refused.value).splitlines()
    assert told[1].startswith("Correct line 2, column q01")
    assert told[-1] == "… and 30 more."
    assert len(told) == 52


def test_a_line_is_counted_as_an_editor_counts_it(
    score: Callable[..., list[dict[str, str]]],
) -> None:
    text = f'id,{HEADER}\n"a\nb",{row(*[1] * 20)}\n\nc,{row(*[1] * 19, 7)}\n'
    with pytest.raises(CommandError, match="Correct line 5, column q20: '7'"):
        score(text)


def test_the_command_names_wrong_paths_and_forms(files: tuple[Path, Path]) -> None:
    source, target = files
    source.write_text(answers())
    folder = source.parent
    for code, given, wanted, says in [
        ("pcl-c", source, target, "Choose one of pcl5-month, pcl5-week"),
        ("gad7", folder / "no.csv", target, "Check the path given to --in"),
        ("gad7", folder, target, "Check the path given to --in"),
        ("gad7", source, folder / "no" / "out.csv", "Make the folder"),
        ("gad7", source, folder, "Give --out the name of a file"),
        ("gad7", source, source, "Choose another file for --out"),
    ]:
        with pytest.raises(CommandError, match=says):
            call_command("score", code, "--in", str(given), "--out", str(wanted))
    assert source.read_text() == answers()
    assert not target.exists()


def test_a_big_file_is_scored_whole(score: Callable[..., list[dict[str, str]]]) -> None:
    header = ",".join(f"q{n:02d}" for n in range(1, 8))
    scored = score(header + "\n" + (row(*[2] * 7) + "\n") * 20_000, "gad7")
    assert len(scored) == 20_000
    assert {line["total"] for line in scored} == {"14"}
