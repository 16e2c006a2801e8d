"""The command line: the commands in the order of the help, and the exit status of each kind of end."""

import sys

import typer

from sim.apps.cli.analyse import analyse
from sim.apps.cli.animate import animate
from sim.apps.cli.compare import compare
from sim.apps.cli.demo import demo
from sim.apps.cli.explore import explore
from sim.apps.cli.options import with_single_options
from sim.apps.cli.patterns import patterns
from sim.apps.cli.provenance import provenance
from sim.apps.cli.report import report
from sim.apps.cli.run import run
from sim.apps.cli.schema import schema
from sim.apps.cli.sweep import sweep
from sim.apps.cli.validate import validate
from sim.apps.cli.verify import verify
from sim.errors import InputError, RunError

_INTERRUPTED = 130  # 128 + SIGINT, as shells count
_COMMANDS = (
    validate, provenance, schema, run, compare, demo, animate, report, patterns, verify, sweep, analyse, explore,
)  # fmt: skip

app: typer.Typer = typer.Typer(
    name="sim",
    help="What if? A teaching simulator of a contested city. Hypothetical illustration, not a forecast.",
    epilog="FILE is a path, or the name of a shipped scenario such as baseline. Start with: sim demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _command in _COMMANDS:
    app.command()(with_single_options(_command))


def main() -> None:
    """Run the command line: exit status 0 for success, 1 for a failed run, 2 for wrong input, 130 for an interrupt."""
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
            print("interrupted", file=sys.stderr)  # typer itself prints nothing
        raise
