import io

import pytest
import rich.console

from sim.apps.cli import progress
from sim.errors import InputError, RunError


@pytest.fixture(autouse=True)
def _is_compiled(monkeypatch):
    monkeypatch.setattr(progress, "is_warm", lambda _: True)


def test_a_log_gets_a_line_for_every_fifth_of_the_runs(capsys):
    with progress.progress_of_runs(100) as advance:
        for _ in range(100):
            advance(1)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines] == [f"{n} of 100 runs done" for n in (20, 40, 60, 80, 100)]
    assert "about 0 s left" in lines[-1]


def test_one_run_needs_no_line(capsys):
    with progress.progress_of_runs(1) as advance:
        advance(1)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar_that_disappears(monkeypatch):
    screen = io.StringIO()
    terminal = rich.console.Console(file=screen, force_terminal=True, width=100)
    monkeypatch.setattr(progress, "Console", lambda **_: terminal)
    with progress.progress_of_runs(4) as advance:
        advance(3)
        terminal.print("seen")
    assert "3/4" in screen.getvalue()
    assert "time left" in screen.getvalue()
    assert screen.getvalue().rstrip().endswith("\x1b[2K")


def test_compiling_is_announced_once_before_the_runs(capsys, monkeypatch):
    monkeypatch.setattr(progress, "is_warm", lambda _: False)
    with progress.progress_of_runs(1):
        pass
    assert capsys.readouterr().err == "compiling the model; this takes about half a minute, only the first time\n"


def test_a_failure_becomes_a_failed_run_and_wrong_input_stays_what_it_is():
    with pytest.raises(RunError, match="the run failed: no bridge"), progress.progress_of_runs(1):
        raise ZeroDivisionError("no bridge")
    with pytest.raises(InputError, match="no such case"), progress.progress_of_runs(1):
        raise InputError(["no such case"])


@pytest.mark.parametrize("error", [RuntimeError("no bridge"), RunError("no bridge")])
def test_a_failure_is_said_once(error):
    with pytest.raises(RunError) as caught, progress.progress_of_runs(1):
        raise error
    assert str(caught.value) == "the run failed: no bridge"
