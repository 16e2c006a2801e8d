"""What every test shares: no screen, the same hypothesis examples on every run, and no models left from others."""

import os
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# For a hunt: pytest --hypothesis-profile=explore
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch of `make validate`."""
    parser.addoption("--long", action="store_true", help="twenty times as many samples in tests/simulation")


@pytest.fixture
def n_samples(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Return how many samples a test of coverage or bias draws: the given number, and with --long twenty times it."""
    return lambda n: 20 * n if request.config.getoption("--long") else n


@pytest.fixture(autouse=True)
def _models_are_let_go() -> Iterator[None]:
    """Empty the table in which Mesa 3.3 holds a reference to every model: thousands of them would fill the memory."""
    yield
    mesa_agent = sys.modules.get("mesa.agent")
    if mesa_agent is not None:
        getattr(mesa_agent.Agent, "_ids", {}).clear()


@pytest.fixture
def sim_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple]:
    """Call the command line in this process; the call returns its exit status, output and errors."""
    from sim.apps.cli.main import main

    def run(*arguments: object) -> tuple:
        monkeypatch.setattr(sys, "argv", ["sim", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return caught.value.code, out, err

    return run


@pytest.fixture
def no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run that is begun fail the test: input is judged before."""
    from sim.campaign import replications

    monkeypatch.setattr(replications, "simulate", lambda *_: pytest.fail("a run was begun"))
