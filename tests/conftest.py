"""What every test shares: no screen, the same hypothesis examples on every run, and no models left from others."""

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# For a hunt: pytest --hypothesis-profile=explore
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _models_are_let_go() -> Iterator[None]:
    """Empty the table by which Mesa 3.3 keeps every model alive: thousands of them would fill the memory."""
    yield
    mesa_agent = sys.modules.get("mesa.agent")
    if mesa_agent is not None:
        getattr(mesa_agent.Agent, "_ids", {}).clear()
