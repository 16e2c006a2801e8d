"""The command line: the commands in the order of the help, and the exit status of each kind of end."""

import errno
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from sim.apps.cli.analyse import analyse
from sim.apps.cli.animate import animate
from sim.apps.cli.compare import compare
from sim.apps.cli.demo import demo
from sim.apps.cli.doctor import PACKAGE, doctor
from sim.apps.cli.explore import explore
from sim.apps.cli.levers import levers
from sim.apps.cli.list_names import list_names
from sim.apps.cli.options import with_single_options
from sim.apps.cli.patterns import patterns
from sim.apps.cli.plan import plan
from sim.apps.cli.provenance import provenance
from sim.apps.cli.report import report
from sim.apps.cli.run import run
from sim.apps.cli.schema import schema
from sim.apps.cli.signals import ending_on_signals
from sim.apps.cli.sweep import sweep
from sim.apps.cli.validate import validate
from sim.apps.cli.verify import verify
from sim.errors import InputError, RunError, SavedElsewhere, clip, reason_of, suggestion

_NO_OUTPUT = (errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EFBIG, errno.EBADF)
_INTERRUPTED = 130  # 128 + SIGINT, as shells count
_COMMANDS = (
    validate, provenance, schema, run, compare, plan, demo, animate, report, patterns, levers, verify, sweep, analyse,
    explore, doctor,
)  # fmt: skip
_RENAMED_OPTIONS = {"--html": "--out"}


class _Commands(TyperGroup):
    """The commands; an unknown one is reported as all wrong input is."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name of a command, the command and its arguments; raises InputError for an unknown command."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            raise InputError([f"{clip(name)}: no such command{suggestion(name, self.commands, 'sim --help')}"])
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Print the options, without the one that only prints what --install-completion installs."""
        for parameter in self.params:
            parameter.hidden = parameter.name == "show_completion"  # type: ignore[attr-defined]
        super().format_options(ctx, formatter)


app: typer.Typer = typer.Typer(
    name="sim",
    cls=_Commands,
    help="What if? A teaching simulator of a contested city. Hypothetical illustration, not a forecast.",
    epilog="FILE is a path, or the name of a shipped scenario such as baseline. Start with: sim demo. "
    "Names: sim list. Something does not work: sim doctor.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(is_wanted: bool) -> None:
    """Print the version and end."""
    if is_wanted:
        try:
            print(f"sim {version(PACKAGE)}")
        except PackageNotFoundError:
            print("sim, not installed: run from its folder")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The options of `sim` itself; its help is that of the app above."""


app.command("list")(list_names)
for _command in _COMMANDS:
    app.command()(with_single_options(_command))


def main() -> None:
    """Run the command line: exit status 0 for success, 2 for wrong input, 130 for an interrupt.

    The exit status is 1 for a failed run, for work that was saved beside the place that was asked for, and for an
    output that cannot be written.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files may hold what the output cannot
    try:
        code = _code()
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        code = _code_of_lost_output(error)
    sys.exit(code)


def _code() -> int:
    """Run a command and return the exit status; what goes wrong is said on one line."""
    warnings.formatwarning = lambda message, *_, **__: f"warning: {message}\n"
    try:
        with ending_on_signals():
            code = app(_words(sys.argv[1:]) or ["--help"], prog_name="sim", standalone_mode=False) or 0
    except typer.TyperException as error:
        _say(InputError([_fault(error)]))
        return 2
    except InputError as error:
        _say(error)
        return 1 if isinstance(error, SavedElsewhere) else 2
    except RunError as error:
        _say(error)
        return 1
    if code == _INTERRUPTED:
        _say("interrupted")  # typer itself prints nothing
    return int(code)


def _words(typed: Sequence[str]) -> list[str]:
    """Return the words of a command line, with the home folder for ~; raises InputError for one that is empty.

    Shells leave ~ as it is within quotes, after `--out=` and on Windows. An empty path would be the current folder.
    """
    words = []
    for before, word in zip(["", *typed], typed, strict=False):
        option, value = re.fullmatch(r"(--[\w-]+=)?(.*)", word, re.DOTALL).groups("")  # type: ignore[union-attr]
        if not value:
            name = option.removesuffix("=") or (before if before.startswith("--") else "an argument")
            raise InputError([f"{clip(name)}: must not be empty"])
        words.append(option + os.path.expanduser(value))
    return words


def _code_of_lost_output(error: OSError) -> int:
    """Say that the output cannot be written, unless its reader has left, as `head` does; raise any other error."""
    if error.filename is not None or error.errno not in _NO_OUTPUT:  # files that are written have names
        raise error
    with suppress(OSError, AttributeError):  # what is left to write goes nowhere, or the end of Python would try again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        _say(f"standard output: cannot be written: {reason_of(error)}")
    return 1


def _say(what: object) -> None:
    """Print to the standard error output, if it takes it."""
    with suppress(OSError):
        print(what, file=sys.stderr, flush=True)


def _fault(error: typer.TyperException) -> str:
    """Return in one line what is wrong with the command line: the option or argument, and what it must be."""
    message = error.format_message()
    if isinstance(error, typer.BadParameter):
        return f"{_name_of(error)}: {_fault_of_value(error)}"
    if option := getattr(error, "option_name", None):
        if option in _RENAMED_OPTIONS:
            return f"{option}: is now called {_RENAMED_OPTIONS[option]}"
        if message.startswith("No such option"):
            return f"{clip(option)}: no such option{_did_you_mean(getattr(error, 'possibilities', None) or [])}"
        return f"{option}: {'takes no value' if 'does not take' in message else 'needs a value'}"
    if extra := re.search(r"unexpected extra arguments?(?:\(s\))? \((.*)\)", message, re.DOTALL):
        return f"{clip(extra[1])}: is not expected"
    return "COMMAND: is missing" if message.startswith("Missing command") else f"sim: {message}"


def _name_of(error: typer.BadParameter) -> str:
    """Return the option, or the argument as the help names it."""
    parameter: Any = error.param
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name).removeprefix("[").removesuffix("]")


def _fault_of_value(error: typer.BadParameter) -> str:
    if error.format_message().startswith("Missing"):
        return "is missing"
    details: Any = getattr(error.__cause__, "errors", list)()  # pydantic has checked the value
    value = f", is {clip(details[0]['input'])!r}" if details else ""
    if choices := re.search(r"is not one of (.*?)\.?$", error.message):
        return f"must be one of {choices[1].replace(chr(39), '')}{value}"
    if "integer" in error.message:
        return f"must be a whole number{value}"
    return f"must be a number{value}" if "number" in error.message else error.message


def _did_you_mean(names: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(sorted(names))}?" if names else ""
