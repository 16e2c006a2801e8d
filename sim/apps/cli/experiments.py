"""Commands about experiments: sweep, analyse, explore."""

from pathlib import Path
from typing import Annotated

import typer

from sim.apps.cli.options import AsJson, draw_files_only, page_beside, print_json, say_where
from sim.errors import InputError, printable


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
    from sim.apps.cli.sweeping import play_sweep, print_estimate
    from sim.experiment.experiment_loader import load_experiment
    from sim.experiment.run_sweep import check_workers

    check_workers(workers, scheduler)
    experiment = load_experiment(file)
    if estimate:
        if scheduler is not None or resume or join:
            raise InputError(["--estimate: is of a new sweep on this machine: no --scheduler, --resume or --join"])
        print_estimate(experiment, workers, shard, as_json)
        return
    swept = play_sweep(experiment, out, workers, scheduler, resume, shard, join or [])
    if as_json:
        print_json({**vars(swept), "folder": str(swept.folder)})
    if swept.n_failed or swept.n_missing:
        raise typer.Exit(1)


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

    from sim.analysis import SweepResults, findings_tables
    from sim.analysis import analyse as analyse_all
    from sim.results.atomic_write import whole_folder

    results = SweepResults.load(folder)
    with whole_folder(out) if out else nullcontext() as partial:
        findings = analyse_all(results, outcome, above, below)
        findings, files = findings_tables.write(findings, partial) if partial else (findings, [])
    if as_json:
        print_json({**findings_tables.document(findings), "folder": out and str(out), "files": files})
        return
    findings_tables.print_findings(findings)
    say_where(out, "Tables and pictures are", "them")


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
    from sim.apps.explorer import write_page

    draw_files_only()
    path = write_page(folder, html or page_beside(folder), reference)
    print(f"The page is in {printable(str(path))} ({path.stat().st_size / 1e6:.1f} MB).")
