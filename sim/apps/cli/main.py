"""The command line: the commands in the order of the help, and how it ends."""

import sys

import typer

from sim.apps.cli import experiments, judging, runs, scenarios, showing
from sim.errors import InputError, RunError

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
for _command in (
    scenarios.validate,
    scenarios.provenance,
    scenarios.schema,
    runs.run,
    runs.compare,
    runs.demo,
    showing.animate,
    showing.report,
    judging.patterns,
    judging.verify,
    experiments.sweep,
    experiments.analyse,
    experiments.explore,
):
    app.command()(_command)


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
