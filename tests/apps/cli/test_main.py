import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.main import get_command

from sim.apps.cli.main import app
from sim.errors import SavedElsewhere

ROOT = Path(__file__).parents[3]
COMMANDS = list(get_command(app).commands)


def test_the_help_lists_every_command_with_a_whole_sentence(sim_command):
    code, out, _ = sim_command("--help")
    lines = re.findall(r"^  (\w+) {2,}(.+)$", out, re.MULTILINE)
    assert code == 0
    assert [name for name, _ in lines] == COMMANDS
    assert [text for _, text in lines if not text.endswith(".") or text.endswith("...")] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_one_example_with_known_options(sim_command, name):
    code, out, _ = sim_command(name, "--help")
    (example,) = re.findall(r"^  Example: sim (.+)$", out, re.MULTILINE)
    words = shlex.split(example)
    assert code == 0
    assert words[0] == name
    group = get_command(app)
    group.commands[name].make_context(name, words[1:], parent=group.make_context("sim", words[:1]))


def test_the_module_is_the_command_and_help_imports_nothing_heavy():
    code = (
        "import sys, runpy; sys.argv = ['sim', '--help']\n"
        "try: runpy.run_module('sim', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "heavy = ('mesa', 'numba', 'pandas', 'xarray', 'scipy', 'matplotlib', 'pydantic', 'rich')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "validate" in run.stdout
    assert run.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "nosuch"], ["compare", "baseline", "nosuch"], ["patterns", "nosuch"], ["provenance", "nosuch"],
        ["sweep", "nosuch"], ["sweep", "tornado", "--join", "nosuch"], ["analyse", "nosuch"], ["explore", "nosuch"],
        ["report", "nosuch"], ["animate", "nosuch", "--out", "a.html"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_missing_file_or_folder_is_reported_before_anything_heavy_is_imported(tmp_path, arguments):
    code = (
        "import sys\nfrom sim.apps.cli.main import main\n"
        f"sys.argv = ['sim', *{arguments}]\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code)\n"
        "print([name for name in ('mesa', 'numba', 'pandas', 'scipy', 'matplotlib') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.stdout == "2\n[]\n"
    assert re.fullmatch(r"nosuch: no such (file|folder).*\n", run.stderr)


def test_every_missing_file_is_reported_at_once(sim_command):
    code, out, err = sim_command("compare", "nosuch", "basline", "nosuch")
    assert (code, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["nosuch", "basline"]


def test_the_version_is_printed(sim_command):
    assert sim_command("--version") == (0, f"sim {version('pokrovsk-sim')}\n", "")


def test_a_shell_completes_commands_options_and_names_of_shipped_files(tmp_path):
    def completed(words):
        asked = {"_SIM_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        run = subprocess.run(
            [sys.executable, "-m", "sim"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)} | asked, capture_output=True, text=True,
        )  # fmt: skip
        return run.stdout.split()

    assert completed("sim pro") == ["provenance"]
    assert completed("sim run no-d") == ["no-drones"]
    assert completed("sim compare baseline fireteams-a") == ["fireteams-atv"]
    assert completed("sim sweep two") == ["two-levers"]
    assert "--replications" in completed("sim run --rep")


def test_the_help_offers_completion_in_one_line(sim_command):
    out = sim_command("--help")[1]
    assert "--install-completion" in out
    assert "--show-completion" not in out


def test_every_file_or_folder_that_a_command_writes_is_named_by_out():
    commands = get_command(app).commands
    options = {name: {option for p in command.params for option in p.opts} for name, command in commands.items()}
    assert [name for name, known in options.items() if known & {"--html", "--output", "--file", "--dir"}] == []
    writers = {"run", "compare", "demo", "animate", "report", "patterns", "levers", "verify",
               "sweep", "analyse", "explore"}  # fmt: skip
    assert {name for name, known in options.items() if "--out" in known} == writers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("provenance baseline --format xml", "--format: must be one of table, csv, markdown, is 'xml'"),
        ("run baseline --seed x", "--seed: must be a whole number, is 'x'"),
        ("run baseline --seed 1.5", "--seed: must be a whole number, is '1.5'"),
        ("analyse swept --above high", "--above: must be a number, is 'high'"),
        ("run baseline --seed", "--seed: needs a value"),
        ("run baseline --json=3", "--json: takes no value"),
        ("run baseline --see 3", "--see: no such option; did you mean --seed or --set?"),
        ("--nonsense", "--nonsense: no such option"),
        ("run one two three", "two three: is not expected"),
        ("provenance", "FILE: is missing"),
        ("report", "DIR: is missing"),
        ("explore swept --html page.html", "--html: is now called --out"),
        ("nonsense", "nonsense: no such command; sim --help shows all"),
        ("rum baseline", "rum: no such command; did you mean run? sim --help shows all"),
        ("--", "COMMAND: is missing"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exits_2(sim_command, arguments, message):
    assert sim_command(*arguments.split()) == (2, "", f"{message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "baseline", "--out", ""], "--out: must not be empty"),
        (["demo", "--out="], "--out: must not be empty"),
        (["sweep", "two-levers", "--out", "new", "--join", ""], "--join: must not be empty"),
        (["report", ""], "an argument: must not be empty"),
        ([""], "an argument: must not be empty"),
    ],
)
@pytest.mark.usefixtures("no_run")
def test_an_empty_word_is_one_line_and_exits_2(sim_command, files_below, arguments, message):
    assert sim_command(*arguments) == (2, "", f"{message}\n")
    assert files_below(".") == []


@pytest.mark.usefixtures("no_run")
def test_the_home_folder_is_meant_by_a_tilde_that_the_shell_left(sim_command, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "taken").mkdir()
    line = f"{tmp_path}/taken: exists already; name another folder, results are not overwritten\n"
    for words in (["--out", "~/taken"], ["--out=~/taken"]):
        assert sim_command("run", "baseline", *words) == (2, "", line)
    assert sim_command("validate", "~/mine.yaml")[2].startswith(f"{tmp_path}/mine.yaml: no such file")
    assert sim_command("report", "~/mine")[2] == f"{tmp_path}/mine: no such folder\n"


def test_the_help_is_shown_when_there_is_no_command(sim_command):
    assert sim_command() == sim_command("--help")


def test_an_interrupt_is_one_line_and_exits_130(sim_command, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.scenario.loader.load", interrupt)
    code, out, err = sim_command("validate", "baseline")
    assert (code, out, err.strip()) == (130, "", "interrupted")


HOSTILE = ["x" * 300, "x" * 300 + "/y", "a\0b", "\udcff\ud800", "file/below", "loop/below", "two\nlines/\x1b[31m"]
READING = ["validate", "provenance", "run", "compare baseline", "sweep", "report", "explore", "analyse",
           "animate --out a.html", "sweep two-levers --out new --join", "sweep two-levers --resume --out"]  # fmt: skip
WRITING = ["run baseline", "compare baseline no-drones", "demo", "patterns baseline", "verify", "sweep two-levers"]


CASES = [(command, name) for command in READING for name in HOSTILE]
# Nothing forbids the last name for something new.
CASES += [(f"{command} --out", name) for command in WRITING for name in HOSTILE[:-1]]


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(("command", "name"), CASES, ids=range(len(CASES)))
def test_a_name_that_cannot_be_a_file_is_one_line_and_nothing_is_written(sim_command, files_below, command, name):
    Path("file").write_text("")
    Path("loop").symlink_to("loop")
    code, out, err = sim_command(*command.split(), name)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err[:-1].isprintable()
    assert files_below(".") == ["file", "loop"]


@pytest.mark.parametrize("is_unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["list"], ["provenance", "baseline"], ["provenance", "baseline", "--json"], ["validate", "baseline"]],
)
def test_a_full_output_is_one_line_and_status_1_and_a_reader_that_left_is_status_1(arguments, is_unbuffered):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": is_unbuffered}
    command = [sys.executable, "-m", "sim", *arguments]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (1, "standard output: cannot be written: No space left on device\n")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (1, "")


def test_errors_keep_their_status_when_they_cannot_be_printed():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "sim", "provenance", "nowhere.yaml"]
    with open("/dev/full", "w") as full:
        assert subprocess.run(command, stdout=full, stderr=full, env=environment, check=False).returncode == 2


def test_names_that_the_output_cannot_hold_are_escaped():
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "sim", "provenance", "baseline", "--format", "csv"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_work_that_was_saved_elsewhere_is_status_1_with_the_place(sim_command, monkeypatch):
    def taken(*_, **__):
        raise SavedElsewhere(Path("out"), Path("out-2"))

    monkeypatch.setattr("sim.scenario.loader.load", taken)
    line = "out: was made by something else meanwhile and is untouched; saved as out-2\n"
    assert sim_command("provenance", "baseline") == (1, "", line)


def test_a_warning_is_one_line():
    code = (
        "import sys, warnings; from sim.apps.cli.main import main; sys.argv = ['sim', '--version']\n"
        "try: main()\nexcept SystemExit: warnings.warn('the disk is full')"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stderr == "warning: the disk is full\n"


def test_an_interrupt_while_the_commands_are_imported_ends_on_one_line():
    code = (
        "import sys, runpy, builtins\n"
        "plain = builtins.__import__\n"
        "def interrupted(name, *rest, **more):\n"
        "    if name == 'typer': raise KeyboardInterrupt\n"
        "    return plain(name, *rest, **more)\n"
        "builtins.__import__ = interrupted\n"
        "runpy.run_module('sim', run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "interrupted\n")
