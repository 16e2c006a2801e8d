"""What Mesa's data collector collects of a campaign: its main series, and what commanders and formations do."""

from __future__ import annotations

from typing import Literal, get_args

import mesa

from sim.campaign.agents import Commander, Formation
from sim.campaign.recorder import Recorder
from sim.errors import InputError, clip, suggestion
from sim.world.integer_codes import SIDES

Collected = Literal["nothing", "model", "agents"]
"""What a campaign collects at the end of each step."""


def check_collected(collect: str) -> None:
    """Raise InputError for anything but one of `Collected`."""
    known = get_args(Collected)
    if collect not in known:
        raise InputError(
            [f"collect: must be one of {', '.join(known)}, is {clip(collect)}{suggestion(str(collect), known)}"]
        )


def data_collector(recorder: Recorder, collect: Collected) -> mesa.DataCollector:
    """Return the collector of a campaign; "agents" adds commanders and formations to the series of the model."""
    if collect == "nothing":
        return mesa.DataCollector()
    of_campaign = {
        "seed": lambda model: model.draws.seed,
        "replication": lambda model: model.draws.replication,
        "hour": lambda model: model.hour,
    }
    return mesa.DataCollector(
        model_reporters={**of_campaign, **recorder.reporters()},
        agenttype_reporters=_OF_AGENTS if collect == "agents" else None,
    )


_OF_AGENTS = {
    Commander: {
        "side": lambda agent: SIDES[agent.side],
        "effort": lambda agent: tuple(agent.orders.effort),
        "release_per_day": lambda agent: agent.orders.release_per_day,
        "reserves": lambda agent: agent.orders.to_units,
        "has_culminated": "has_culminated",
    },
    Formation: {
        "side": lambda agent: SIDES[agent.side],
        "axis": "axis_name",
        "n_soldiers": "n_soldiers",
    },
}
