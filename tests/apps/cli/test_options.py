"""What several commands share, tried on every command that has it.

Covers sim.apps.cli.options.
"""

from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from sim.apps.cli.options import page_beside, print_where, with_single_options
from sim.campaign import replications

RUNNING = [["run", "baseline"], ["demo"], ["compare", "baseline", "no-drones"]]


@dataclass(frozen=True)
class Pair:
    """Two options that belong together."""

    left: Annotated[int, typer.Option(help="Left.")] = 1
    right: int = 2


def test_the_fields_of_a_dataclass_become_options_of_their_own():
    def command(name: str, pair: Pair, *, loud: bool = False) -> None:
        print(name, pair.left, pair.right, loud)

    app = typer.Typer()
    app.command()(with_single_options(command))
    assert CliRunner().invoke(app, ["a", "--right", "5", "--loud"]).stdout == "a 1 5 True\n"
    assert "Left." in CliRunner().invoke(app, ["--help"]).stdout


def test_a_command_without_groups_of_options_stays_as_it_is():
    def command(name: str) -> None:
        print(name)

    assert with_single_options(command) is command
    assert list(signature(command).parameters) == ["name"]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--replications", 0, "must lie between 1 and 10000, is 0"),
        ("--replications", -1, "is -1"),
        ("--replications", 10**9, "must lie between 1 and 10000, is 1000000000"),
        ("--seed", -1, "must lie between 0 and 4294967295, is -1"),
        ("--seed", 2**32, "is 4294967296"),
        ("--workers", 0, "must lie between 1 and"),
    ],
)
@pytest.mark.parametrize("command", RUNNING)
@pytest.mark.usefixtures("no_run")
def test_a_number_outside_its_limits_gives_one_line_and_writes_nothing(
    sim_command, tmp_path, files_below, command, option, value, message
):
    code, out, err = sim_command(*command, option, value, "--out", "new")
    assert (code, out) == (2, "")
    assert err.startswith(f"{option}: ")
    assert message in err
    assert err.count("\n") == 1
    assert files_below(tmp_path) == []


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("command", RUNNING)
@pytest.mark.parametrize(
    ("out_folder", "message"), [("taken", "exists already"), ("file/new", "cannot be written"), (".", "exists already")]
)
def test_a_folder_that_cannot_be_made_is_reported_before_any_run(
    sim_command, tmp_path, files_below, command, out_folder, message
):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("")
    code, out, err = sim_command(*command, "--out", out_folder)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert files_below(tmp_path) == ["file", "taken", "taken/notes.txt"]


@pytest.mark.parametrize("command", RUNNING)
def test_a_failed_run_gives_one_line_status_1_and_leaves_nothing(
    sim_command, monkeypatch, tmp_path, files_below, command
):
    def fail(*_):
        raise OSError("a ledger\ndoes not add up")

    monkeypatch.setattr(replications, "simulate", fail)
    code, out, err = sim_command(*command, "--workers", 1, "--out", "a/b")
    assert (code, out) == (1, "")
    assert err == "the run failed: a ledger does not add up\n"
    assert files_below(tmp_path) == []


def test_a_page_stands_beside_its_folder(tmp_path):
    assert page_beside(Path("results/run-0.1")) == Path("results/run-0.1.html")
    assert page_beside(Path(".")) == tmp_path.with_name(f"{tmp_path.name}.html")
    assert page_beside(Path("a/..")) == tmp_path.with_name(f"{tmp_path.name}.html")


def test_where_files_are_is_printed_without_control_characters(capsys):
    print_where(Path("a\x1b[2Jb"), "The result is")
    print_where(None, "The result is")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("The result is in a")
    assert "\x1b" not in first
    assert second == "Nothing was saved; --out DIR saves the results."


def test_what_can_be_done_next_is_printed_ready_for_a_shell(capsys):
    print_where(Path("my results/a"), "The result is", "sim report {}", "sim animate {} --out {}-animated.html")
    print_where(None, "The result is", "sim report {}")
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == "The result is in my results/a."
    assert second == (
        "Next: sim report 'my results/a' or sim animate 'my results/a' --out 'my results/a'-animated.html"
    )
    assert third == "Nothing was saved; --out DIR saves the results."
