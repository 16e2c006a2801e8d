"""The time of a run by phase: its mechanisms, orders and record are timed separately."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import sim.campaign.mesa_model
from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import PHASES
from sim.campaign.replications import release_memory
from sim.scenario.schema import Scenario
from sim.world.integer_codes import N_ACTIVE


class Clocked:
    """A callable that adds the time of its calls to a counter."""

    def __init__(self, call: Callable[..., Any], seconds: Counter[str], name: str) -> None:
        self.call, self.seconds, self.name = call, seconds, name
        self.acts_in_ceasefire = getattr(call, "acts_in_ceasefire", False)

    def __call__(self, *args: Any) -> Any:
        """Call, and add the time."""
        began = time.perf_counter()
        result = self.call(*args)
        self.seconds[self.name] += time.perf_counter() - began
        return result


def clocked_run(scenario: Scenario, seed: int, n_ticks: int | None = None) -> tuple[dict[str, float], int, float]:
    """Simulate a run (or its first ticks); return seconds by phase, unit-ticks, and total seconds.

    A unit-tick is one row in the field in one tick: an active team or a section of the line. Resting rows do not count.
    """
    model, seconds = Campaign(scenario, seed, collect="nothing"), Counter[str]()
    names = [name for name in PHASES if name not in scenario.off]
    phases = [Clocked(phase, seconds, name) for name, phase in zip(names, model.phases, strict=True)]
    model.phases = phases  # type: ignore[assignment]
    recorder, orders = model.recorder, sim.campaign.mesa_model.give_daily_orders
    recorder.record = Clocked(recorder.record, seconds, "record")  # type: ignore[method-assign]
    sim.campaign.mesa_model.give_daily_orders = Clocked(orders, seconds, "orders")  # type: ignore[assignment]
    n_done = unit_ticks = 0
    began = time.perf_counter()
    try:
        while model.running and n_done != n_ticks:
            model.step()
            n_done += 1
            unit_ticks += int(model.state.cursor[N_ACTIVE] + model.ground.line_count[1])
    finally:
        sim.campaign.mesa_model.give_daily_orders = orders
        release_memory(model)
    elapsed = time.perf_counter() - began
    seconds["rest of the step"] = elapsed - seconds.total()
    return dict(seconds), unit_ticks, elapsed


def shares(seconds: dict[str, float]) -> dict[str, float]:
    """Return each phase's share of the time, the largest first."""
    total = sum(seconds.values())
    return {name: value / total for name, value in sorted(seconds.items(), key=lambda item: -item[1])}
