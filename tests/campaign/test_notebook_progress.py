import sys
import types

import pytest
from ipykernel.kernelbase import Kernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.terminal.interactiveshell import TerminalInteractiveShell

from sim.campaign.notebook_progress import RunCount, in_notebook


class Bar:
    """Stands for what IPython displays: it remembers every text."""

    def __init__(self):
        self.texts = []

    def update(self, html):
        self.texts.append(html.data)


# Shells of IPython that run in a kernel, under the names that hosted notebooks give them.
JUPYTER = ZMQInteractiveShell
COLAB = type("Shell", (ZMQInteractiveShell,), {"__module__": "google.colab._shell"})
DATABRICKS = type("DatabricksShell", (ZMQInteractiveShell,), {})


@pytest.fixture(params=[JUPYTER, COLAB, DATABRICKS], ids=lambda shell: shell.__name__)
def notebook(request, monkeypatch):
    """A kernel's shell, as a notebook or its host has it, and the bar that it displays."""
    from IPython import display

    bar = Bar()
    shell = request.param.__new__(request.param)  # a real one takes over the process
    shell.kernel = Kernel()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell, display=display))
    monkeypatch.setattr(display, "display", lambda *_, **__: bar)
    return bar


def test_ipython_in_a_terminal_is_no_notebook(monkeypatch):
    shell = TerminalInteractiveShell.__new__(TerminalInteractiveShell)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    with in_notebook(10, None) as advance:
        assert advance is None


def test_without_a_notebook_no_bar_is_drawn(capsys):
    with in_notebook(10, None) as advance:
        assert advance is None
    assert capsys.readouterr() == ("", "")


def test_a_notebook_shows_a_bar_that_disappears_after_the_last_run(notebook):
    with in_notebook(10, None) as advance:
        advance(4)
    assert '<progress max="10" value="4"></progress> 4 of 10 runs, ' in notebook.texts[0]
    assert notebook.texts[-1] == ""


def test_the_bar_disappears_when_a_run_fails(notebook):
    with pytest.raises(ZeroDivisionError), in_notebook(10, None):
        raise ZeroDivisionError
    assert notebook.texts == [""]


def test_progress_of_the_callers_own_replaces_the_bar(notebook):
    own = print
    with in_notebook(10, own) as advance:
        assert advance is own
    assert notebook.texts == []


def test_one_run_has_no_bar(notebook):
    with in_notebook(1, None) as advance:
        assert advance is None
    assert notebook.texts == []


def test_the_rate_leaves_out_the_first_report(monkeypatch):
    seconds = iter([100.0, 102.0, 102.0, 160.0])
    monkeypatch.setattr("time.perf_counter", lambda: next(seconds))
    count = RunCount()
    count.add(5)  # compiled, or found on disk
    count.add(4)
    assert count.n_done == 9
    assert count.per_s() == 2.0
    assert count.rate() == "2.0 per second"
    assert count.rate() == "4.0 per minute"
