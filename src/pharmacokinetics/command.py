"""``serein pharmacokinetics``: simulate one person, simulate a cohort, list the models."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import Progress

from pharmacokinetics import bands, cohort, course, library, march
from pharmacokinetics.chart import draw
from pharmacokinetics.disposition import disposition
from pharmacokinetics.errors import PharmacokineticError
from pharmacokinetics.figures import picture_of_cohort, picture_of_levels
from pharmacokinetics.protocol import MAX_RATE_MG_PER_MIN, Protocol, Pump, read_pump, read_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pharmacokinetics.bands import Band
    from pharmacokinetics.course import Levels
    from pharmacokinetics.library import Model
    from pharmacokinetics.pump_log import PumpLog

ROW_GROUP_BYTES = 32 * 2**20
"""Levels written to Parquet at a time."""

NOTICE = "Model of published volunteers, not a measurement. Ketamine is not FDA-approved for PTSD."


def main(argv: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Run one of the three commands. Return 0, or 2 after saying what to mend."""
    words = parser().parse_args(argv)
    try:
        run = {"simulate": simulate, "cohort": simulate_cohort, "models": list_models}
        run[words.command](words, out or sys.stdout)
    except PharmacokineticError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        sys.stderr.write(f"Name a file that can be used: {error.filename}: {error.strerror}.\n")
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The words of the command."""
    top = argparse.ArgumentParser(
        prog="serein pharmacokinetics", description="Ketamine levels after an infusion. " + NOTICE
    )
    commands = top.add_subparsers(dest="command", required=True)
    models = [model.name for model in library.models()]

    one = commands.add_parser("simulate", help="one person, a pump file → CSV and an SVG picture")
    one.add_argument("--pump", type=Path, required=True, help="CSV: minute,rate_mg_per_min (or …)")
    one.add_argument("--weight-kg", type=float, required=True)
    one.add_argument("--age-years", type=float)
    one.add_argument("--model", choices=models, default=library.default().name)
    one.add_argument("--times", default="0:240:1", help="minutes: first:last:step, or 0,20,40")
    one.add_argument("--strength-mg-per-ml", type=float, help="of base, where the file says mL/h")
    one.add_argument("--max-rate-mg-per-min", type=float, default=MAX_RATE_MG_PER_MIN)
    one.add_argument("--out", type=Path, default=Path("levels"), help="name of both files")

    many = commands.add_parser("cohort", help="virtual people × a protocol → Parquet and a picture")
    many.add_argument("--people", type=int, default=1000)
    many.add_argument("--dose-mg-per-kg", type=float, default=0.5)
    many.add_argument("--minutes", type=float, default=40.0)
    many.add_argument("--days", default="0", help="days of the infusions with commas, from 0")
    many.add_argument("--weight-kg", type=float, default=70.0, help="median")
    many.add_argument("--weight-sd-kg", type=float, default=0.0)
    many.add_argument("--model", choices=models, default=library.default().name)
    many.add_argument("--times", help="minutes; by default dense in the sessions, hourly between")
    many.add_argument("--seed", type=int, default=0)
    many.add_argument("--out", type=Path, default=Path("cohort"), help="name of both files")

    commands.add_parser("models", help="the models with their sources")
    return top


def simulate(words: argparse.Namespace, out: TextIO) -> None:
    """One person and a pump file: levels as CSV with the band, and a picture."""
    model = library.model(words.model)
    pump = Pump(words.weight_kg, words.strength_mg_per_ml, words.max_rate_mg_per_min)
    with words.pump.open(encoding="utf-8-sig", newline="") as file:
        log = read_pump(file, pump)
    times = read_times(words.times)
    person = disposition(model, weight_kg=words.weight_kg, age_years=words.age_years)
    levels = course.levels(person, log, times)
    around = band_of(model, log, times, words)
    table, picture = words.out.with_suffix(".csv"), words.out.with_suffix(".svg")
    with table.open("w", encoding="utf-8", newline="") as file:
        write_levels(file, levels, around)
    picture.write_text(draw(picture_of_levels(levels, around)), encoding="utf-8")
    for line in (*remarks(model, words), levels.assumption, NOTICE):
        if line:
            out.write(f"{line}\n")
    out.write(f"{table}\n{picture}\n")


def band_of(
    model: Model, log: PumpLog, times: NDArray[np.float64], words: argparse.Namespace
) -> tuple[Band, ...]:
    """The band between patients, or none where no variability was published."""
    if not model.variability:
        return ()
    group = bands.people(model, weight_kg=words.weight_kg, age_years=words.age_years)
    return bands.bands(group, log, times)


def write_levels(file: TextIO, levels: Levels, around: tuple[Band, ...]) -> None:
    """A row for each time: the levels with their sites in the header, and 5 % and 95 % limits."""
    writer = csv.writer(file, lineterminator="\n")
    header = ["minute"]
    columns = [levels.times_min]
    for row, output in enumerate(levels.outputs):
        header.append(cohort.column(output))
        columns.append(levels.levels_ng_per_ml[row])
        for band in around:
            if band.output == output:
                header += [f"{header[-1]}_p05", f"{header[-1]}_p95"]
                columns += [band.low, band.high]
    writer.writerow([*header, "assumed"])
    for index, values in enumerate(zip(*columns, strict=True)):
        assumed = "yes" if levels.assumed[index] else "no"
        writer.writerow([*(f"{value:.10g}" for value in values), assumed])


def remarks(model: Model, words: argparse.Namespace) -> tuple[str, ...]:
    """What stands beside every result: the model, its blood, and how the person differs."""
    age = getattr(words, "age_years", None)
    head = f"{model.name}, {model.sampling_site}: {model.citation}"
    return (head, *library.concerns(weight_kg=words.weight_kg, age_years=age))


def simulate_cohort(words: argparse.Namespace, out: TextIO) -> None:
    """Virtual people through a protocol: every level as Parquet, the limits as a picture."""
    model = library.model(words.model)
    days = tuple(sorted(read_times(words.days).tolist()))
    protocol = Protocol(words.dose_mg_per_kg, words.minutes, days)
    times = read_times(words.times) if words.times else protocol.sensible_times()
    plan = march.steps_of(protocol.log_per_kg(), times)
    group = cohort.recruit(
        model,
        count=words.people,
        weight_kg=words.weight_kg,
        weight_sd_kg=words.weight_sd_kg,
        seed=words.seed,
    )
    table, picture = words.out.with_suffix(".parquet"), words.out.with_suffix(".svg")
    with (
        cohort.Parquet(str(table), group, protocol.words) as file,
        Progress(console=Console(file=sys.stderr)) as bar,
    ):
        task = bar.add_task(f"{words.people} people × {times.size} times", total=times.size)
        limits = cohort.run(
            group,
            plan,
            times,
            keep=file.keep,
            progress=lambda done, _: bar.update(task, completed=done),
            memory_bytes=ROW_GROUP_BYTES,
        )
    about = f"{words.people} virtual people, {protocol.words}"
    picture.write_text(draw(picture_of_cohort(model, limits, about)), encoding="utf-8")
    out.writelines(
        f"{line}\n" for line in (*remarks(model, words), NOTICE, str(table), str(picture))
    )


def list_models(_words: argparse.Namespace, out: TextIO) -> None:
    """Every model with its citation, blood, population, status and the source of its numbers."""
    for model in library.models():
        mark = " (default)" if model.default else ""
        outputs = ", ".join(output.name for output in model.outputs)
        sources = dict.fromkeys(one.source for one in model.parameters)
        lines = [
            f"{model.name}{mark}: {model.title}",
            f"  {model.citation}, {model.address}",
            f"  Blood: {model.sampling_site}. People: {model.population}. Outputs: {outputs}.",
            f"  Dosed as {model.dosed_as}. Status: {model.status}.",
            *(f"  Source: {source}" for source in sources),
            *(f"  {remark}" for remark in model.remarks),
        ]
        out.write("\n".join(lines) + "\n\n")
    out.write(NOTICE + "\n")


if __name__ == "__main__":
    sys.exit(main())
