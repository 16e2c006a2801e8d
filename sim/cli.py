"""The command line; what a command needs is imported inside it, so that help answers at once."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.errors import InputError, RunError, printable

_INTERRUPTED = 130  # 128 + SIGINT, as shells count

app = typer.Typer(
    name="sim",
    help="What if? A teaching simulator of a contested city. Hypothetical illustration, not a forecast.",
    epilog="A FILE is a path, or the name of a shipped scenario such as baseline.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

File = Annotated[str, typer.Argument(metavar="FILE", help="Scenario file, or the name of a shipped scenario.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value, as attacker.troops=90000. Repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]


Seed = Annotated[int, typer.Option(help="Seed of the dice; the same seed gives the same runs.")]
Workers = Annotated[int | None, typer.Option(help="Worker processes; without it, one a core.")]


All = Annotated[bool, typer.Option("--all", help="Show all measures; without it, the main ones.")]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Keep the result in this new folder; without it, nothing is written."),
]


class Assumptions(StrEnum):
    """What is done with the values that nobody knows."""

    central = "central"
    drawn = "drawn"


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    markdown = "markdown"


@app.command()
def validate(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Scenario files or shipped names.")],
    as_json: AsJson = False,
) -> None:
    """Check scenario files and say what is wrong, with line and column."""
    from sim.label import LABEL

    reports = [_check(file) for file in files]
    if as_json:
        _print_json({"label": LABEL, "files": reports})
    for report in reports:
        if report["ok"] and not as_json:
            print(f"ok  {printable(report['file'])}: {printable(report['name'])}")
        for line in report["errors"]:
            print(line, file=sys.stderr)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(2)


@app.command()
def provenance(
    file: File,
    format: Annotated[Format, typer.Option("--format", help="How the table is printed.")] = Format.table,
    as_json: AsJson = False,
    set: Set = None,
) -> None:
    """Show where every value comes from, and who disputes it."""
    from sim import provenance as table
    from sim.changes import parse_options
    from sim.loader import load

    scenario = load(file, set=parse_options(set or []))
    rows = scenario.provenance
    if as_json:
        _print_json(table.document(scenario.name, rows))
    elif format is Format.csv:
        print(table.to_csv(rows), end="")
    elif format is Format.markdown:
        print(table.to_markdown(rows), end="")
    else:
        table.print_table(scenario.name, rows)


@app.command()
def schema(
    experiment: Annotated[bool, typer.Option("--experiment", help="Of experiment files.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors; with --experiment, that of experiment files."""
    from sim import editor_schema
    from sim.experiment.schema import Experiment
    from sim.schema import Scenario

    _print_json(editor_schema.experiment_schema(Experiment) if experiment else editor_schema.editor_schema(Scenario))


@app.command()
def run(
    file: File,
    set: Set = None,
    seed: Seed = 1,
    replications: Annotated[int, typer.Option(help="How many runs; more than one gives intervals.")] = 1,
    workers: Workers = None,
    all: All = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Play a scenario and print its outcomes."""
    from sim import tables
    from sim.changes import parse_options
    from sim.loader import load
    from sim.playing import check_numbers, play

    check_numbers(seed, replications, workers)
    scenario = load(file, set=parse_options(set or []))
    result = play(scenario, seed, replications, workers, out)
    if as_json:
        _print_json({**tables.result_document(result), "folder": out and str(out)})
        return
    tables.print_result(result, all)
    _say_where(out, "The result is")


@app.command()
def compare(
    files: Annotated[list[str], typer.Argument(metavar="A B [C...]", help="Scenarios; the first is the reference.")],
    replications: Annotated[
        int | None, typer.Option(help="Runs of each scenario (30), or of each draw of it (2).", show_default=False)
    ] = None,
    assumptions: Annotated[
        Assumptions, typer.Option(help="Hold assumed values at their central values, or draw them over their ranges.")
    ] = Assumptions.central,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the assumed values (30), with --assumptions drawn.", show_default=False)
    ] = None,
    seed: Seed = 1,
    workers: Workers = None,
    set: Set = None,
    all: All = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios, pair by pair with the same dice: what differs, how sure that is, what it rests on."""
    from sim import comparison_tables
    from sim.changes import parse_options
    from sim.comparison import DRAWS, default_replications
    from sim.loader import load
    from sim.playing import check_numbers, play_comparison

    if draws is not None and assumptions is Assumptions.central:
        raise InputError([f"--draws: {draws} draws need --assumptions drawn"])
    n_draws = None if assumptions is Assumptions.central else DRAWS if draws is None else draws
    n = default_replications(assumptions) if replications is None else replications
    check_numbers(seed, n, workers, 1 if n_draws is None else n_draws)
    scenarios = [load(file, set=parse_options(set or [])) for file in files]
    comparison = play_comparison(scenarios, n, seed, n_draws, workers, out)
    if as_json:
        _print_json({**comparison_tables.comparison_document(comparison), "folder": out and str(out)})
        return
    comparison_tables.print_comparison(comparison, all)
    _say_where(out, "The comparison is")


@app.command()
def demo(
    seed: Seed = 1,
    replications: Annotated[int, typer.Option(help="Pairs of runs; more than one gives intervals.")] = 30,
    workers: Workers = None,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the pictures; an earlier demonstration in it is replaced.")
    ] = Path("results/demo"),
    as_json: AsJson = False,
) -> None:
    """Compare the baseline with a war without strike drones: table, pictures, files."""
    from sim import comparison_tables
    from sim.demo import CLASSROOM, FILES, TRY_NEXT
    from sim.playing import check_numbers, play_demo

    check_numbers(seed, replications, workers)
    replaced = out.exists()
    comparison = play_demo(seed, replications, workers, out)
    if as_json:
        _print_json(
            {
                **comparison_tables.comparison_document(comparison),
                "folder": str(out),
                "files": list(FILES),
                "set": CLASSROOM,
            }
        )
        return
    comparison_tables.print_comparison(comparison)
    print("Classroom resolution: " + ", ".join(f"{path}={value}" for path, value in CLASSROOM.items()) + ".")
    where = printable(str(out))
    print(
        f"Pictures, outcomes and manifest are in {where}"
        + (", in place of an earlier demonstration." if replaced else ".")
    )
    print("\n".join(["Try next:", *(f"  {command}" for command in TRY_NEXT)]))


@app.command()
def animate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What `sim run --out` wrote.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="New file: .html to step through, .gif or .mp4 (ffmpeg).")],
    replication: Annotated[
        int | None, typer.Option(help="Which run of several; without it, the first.", show_default=False)
    ] = None,
) -> None:
    """Show one run day by day, as a page or a film."""
    import matplotlib as mpl

    from sim.plots.animation import animate, check
    from sim.result import load_any

    mpl.use("agg")  # files only: no window, on whatever screen there is
    check(out)
    animate(load_any(folder), out, replication)
    print(f"The animation is in {printable(str(out))}.")


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RESULT", help="What `sim run` or `sim compare` wrote with --out.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="New file; without it, RESULT.html beside the folder."),
    ] = None,
) -> None:
    """Write all of a result as one HTML file that opens in a browser without a network."""
    import matplotlib as mpl

    from sim.reporting import report
    from sim.reporting.sources import read

    mpl.use("agg")  # files only: no window, on whatever screen there is
    whole = folder if folder.name and folder.name != ".." else folder.resolve()
    path = report(read(folder), out or whole.with_name(f"{whole.name}.html"))
    print(f"The report is in {printable(str(path))}.")


@app.command()
def patterns(
    file: File,
    draws: Annotated[int, typer.Option(help="Draws of the assumed values over their ranges.")] = 40,
    replications: Annotated[int, typer.Option(help="Runs of each draw and arm, with other dice.")] = 1,
    days: Annotated[int, typer.Option(help="Days played for P2 to P6; P1 plays the whole of year-before.")] = 180,
    seed: Seed = 1,
    workers: Workers = None,
    set: Set = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep tables and picture in this new folder; without it, nothing is written."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge the patterns of the article (P1 to P6) over draws of the assumed values.

    13 runs for each draw and replication: 40 draws take five to ten minutes on two cores. P1 is judged on the shipped
    year-before, the others on FILE; --set changes both, and a value that is set is not drawn.
    """
    from sim.changes import parse_options
    from sim.loader import load
    from sim.patterns.arms import YEAR_BEFORE
    from sim.patterns.report import FILES, document, print_study
    from sim.patterns.study import Sizes
    from sim.playing import check_numbers, play_patterns

    check_numbers(seed, replications, workers)
    scenario, year_before = (load(name, set=parse_options(set or [])) for name in (file, YEAR_BEFORE))
    study = play_patterns(scenario, year_before, Sizes(draws, replications, days), seed, workers, out)
    if as_json:
        _print_json({**document(study), "folder": out and str(out), "files": list(FILES) if out else []})
        return
    print_study(study)
    print(f"Tables and picture are in {printable(str(out))}." if out else "Nothing was written; --out DIR keeps them.")


@app.command()
def verify(
    cases: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|CASE]...", help="Cases or their scenarios; without any, the whole suite."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer trials, and no studies of ticks and team sizes.")
    ] = False,
    set: Set = None,
    seed: Seed = 1,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="New folder of page and tables; else results/verify, an earlier one replaced."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the model against published results: a table, a page of panels, and exit status 1 if it fails."""
    from sim.playing import check_numbers
    from sim.verification import report
    from sim.verification.verifying import DEFAULT_FOLDER, verify

    check_numbers(seed, 1, workers)
    found = verify(cases or [], tuple(set or []), seed, quick, workers, out)
    if as_json:
        _print_json(report.document(found))
    else:
        print(f"Page and tables are in {printable(str(out or DEFAULT_FOLDER))}.")
        report.print_report(found)
    if found.failed:
        raise typer.Exit(1)


@app.command()
def sweep(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Experiment file, or the name of a shipped experiment.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the sweep; without it, results/sweeps/NAME.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a folder that was left unfinished.")] = False,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; without it, one a core; 1 plays in this process.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Play on the Dask cluster whose scheduler is there.")
    ] = None,
    shard: Annotated[
        str | None, typer.Option(metavar="I/N", help="Play every N-th run only, from the I-th: one machine of N.")
    ] = None,
    join: Annotated[
        list[Path] | None, typer.Option(metavar="DIR", help="Put this shard's folder into --out. Repeatable.")
    ] = None,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say how long and how large it would be.")] = False,
    as_json: AsJson = False,
) -> None:
    """Play every run of an experiment; whatever stops it, --resume goes on where it was."""
    from sim.experiment.loading import load_experiment
    from sim.experiment.sweep import check_workers
    from sim.experiment.sweeping import play_sweep, print_estimate

    check_workers(workers, scheduler)
    experiment = load_experiment(file)
    if estimate:
        if scheduler is not None or resume or join:
            raise InputError(["--estimate: is of a new sweep on this machine: no --scheduler, --resume or --join"])
        print_estimate(experiment, workers, shard, as_json)
        return
    swept = play_sweep(experiment, out, workers, scheduler, resume, shard, join or [])
    if as_json:
        _print_json({**vars(swept), "folder": str(swept.folder)})
    if swept.n_failed or swept.n_missing:
        raise typer.Exit(1)


@app.command()
def analyse(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished sim sweep.")],
    outcome: Annotated[str | None, typer.Option(help="One outcome; without it, all that can be analysed.")] = None,
    above: Annotated[float | None, typer.Option(help="Scenario discovery looks for means above this.")] = None,
    below: Annotated[float | None, typer.Option(help="Scenario discovery looks for means below this.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep tables and pictures in this new folder; else nothing is written."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Analyse a sweep by the methods that fit its design: which factors matter, where, and how much is dice."""
    from contextlib import nullcontext

    from sim.analysis import SweepResults, report
    from sim.analysis import analyse as analyse_all
    from sim.whole_folder import whole_folder

    results = SweepResults.load(folder)
    with whole_folder(out) if out else nullcontext() as partial:
        findings = analyse_all(results, outcome, above, below)
        findings, files = report.write(findings, partial) if partial else (findings, [])
    if as_json:
        _print_json({**report.document(findings), "folder": out and str(out), "files": files})
        return
    report.print_findings(findings)
    print(f"Tables and pictures are in {printable(str(out))}." if out else "Nothing was written; --out DIR keeps them.")


@app.command()
def explore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a finished sim sweep over a few levers.")],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE.html", help="New file; else DIR.html beside the folder.")
    ] = None,
    reference: Annotated[
        int | None,
        typer.Option(
            metavar="POINT",
            help="Point of the design to compare with; without it, the one nearest to the base scenario's own values.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a sweep as one HTML page for a class: sliders, outcomes, map and days, without a network."""
    import matplotlib as mpl

    from sim.explorer import write_page

    mpl.use("agg")  # files only: no window, on whatever screen there is
    whole = folder if folder.name and folder.name != ".." else folder.resolve()
    path = write_page(folder, html or whole.with_name(f"{whole.name}.html"), reference)
    print(f"The page is in {printable(str(path))} ({path.stat().st_size / 1e6:.1f} MB).")


def _check(file: str) -> dict[str, Any]:
    from sim.loader import load

    try:
        return {"file": file, "ok": True, "name": load(file).name, "errors": []}
    except InputError as error:
        return {"file": file, "ok": False, "name": None, "errors": error.lines}


def _say_where(out: Path | None, what: str) -> None:
    print(f"{what} in {printable(str(out))}." if out else "Nothing was written; --out DIR keeps the result.")


def _print_json(document: Any) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))


def main() -> None:
    """Run the command line: exit 0 well, 1 a run failed, 2 bad input, 130 interrupted."""
    try:
        app(prog_name="sim")
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except RunError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            print("interrupted", file=sys.stderr)  # typer ends without a word
        raise
