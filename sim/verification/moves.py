"""Cases of movement, calendar, cohesion and control: hours to the second, recovery, and what is kept of won ground."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from sim.clock import H_PER_DAY
from sim.codes import CELL_TAKEN, CELLS_TAKEN, DIVERSION_RETURNED, POOL, WAIT
from sim.ground import ATTACKER_HELD, URBAN, Ground
from sim.model import Campaign
from sim.schema import Scenario
from sim.verification.case import Case, Exact, Expectation, Probability, Trials
from sim.verification.reading import active_rows, defenders_in, front_cells, play_until

EPSILON = 2.0**-52


def arrival_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the hour of arrival on open and on urban ground in bad weather; distance is rounded once a tick."""
    bad = s.movement.bad_weather_speed_factor if "calendar" not in s.off else 1.0
    speed, km = s.movement.speed_km_h.foot * bad, s.attacker.forward_km
    hours = {kind: km / (speed * getattr(s.ground.terrain_speed, kind)) for kind in ("open", "urban")}
    return {f"arrival_{kind}": Exact(h, (h / s.time.tick_h + 4.0) * EPSILON * 4.0 * h) for kind, h in hours.items()}


def arrival(model: Campaign, _: Any) -> Trials:
    """Return when each group arrives, on open and on urban ground apart."""
    rows = active_rows(model).copy()
    model.run()
    state = model.state
    if not (state.state[rows] == WAIT).all():
        raise ValueError("a group is still on its way at the horizon: raise time.horizon_days")
    is_urban = model.ground.terrain[state.objective_cell[rows]] == URBAN
    return {"arrival_open": state.timer_h[rows][~is_urban], "arrival_urban": state.timer_h[rows][is_urban]}


def return_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the hour at which the diverted soldiers are back, and how many they are."""
    d = s.attacker.diversion
    back = round(d.share_free_for_pokrovsk * (d.russian + d.north_korean))
    return {"hour": Exact(d.return_day * H_PER_DAY, 0.0), "soldiers": Exact(back, 0.0)}


def come_back(model: Campaign, _: Any) -> Trials:
    """Return when the return was logged, and by how much the pool has grown."""
    before = int(model.state.n_soldiers[model.state.state == POOL].sum())
    events = model.run().events
    hours = events["hour"][events["kind"] == DIVERSION_RETURNED]
    after = int(model.state.n_soldiers[model.state.state == POOL].sum())
    return {"hour": hours, "soldiers": np.array([float(after - before)])}


def weather_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the share of good days."""
    return {"good_days": Probability(s.calendar.p_good_weather)}


def weather(model: Campaign, _: Any) -> Trials:
    """Return for each day whether its weather was good."""
    days = []
    while model.running:
        model.step()
        days.append(model.ground.weather_factor[0] == 1.0)
    return {"good_days": np.array(days)}


def recovered(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the cohesion at an hour of a cell beside one that was raided once in the first tick."""
    p = s.cohesion
    after_raid = max(p.floor, 1.0 - p.raid_fear)
    cohesion = 1.0 - (1.0 - after_raid) * math.exp(-hour / p.recovery_h)
    return {"cohesion": Exact(cohesion, (hour / s.time.tick_h + 4.0) * 4.0 * EPSILON)}


def recover(model: Campaign, hour: float) -> Trials:
    """Raid every fourth cell of the front, and return the cohesion of those beside them at an hour."""
    cells = front_cells(model)
    model.ground.raids[cells[1::4]] = 1
    play_until(model, hour)
    return {"cohesion": np.concatenate([model.ground.cohesion[cells[first::4]] for first in (0, 2)])}


def recovered_in_first_tick(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the cohesion beside a raid at the end of the first tick."""
    return recovered(s, s.time.tick_h)


def recover_in_first_tick(model: Campaign, _: Any) -> Trials:
    """Raid as `recover` does, and return the cohesion at the end of the first tick."""
    return recover(model, model.inputs.time.tick_h)


def hold_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return when an empty cell changes hands, and how much ground does; the map keeps its area."""
    arrives = s.attacker.forward_km / (s.movement.speed_km_h.foot * s.ground.terrain_speed.open)
    taken = arrives + s.control.hold_h
    ground = Ground(s.ground)
    held = int((ground.control == ATTACKER_HELD).sum()) + s.attacker.forward_groups
    rounding = (arrives / s.time.tick_h + 4.0) * EPSILON * 4.0 * taken
    return {"hour": Exact(taken, rounding), "attackers_cells": Exact(held, 0.0)}


def hold(model: Campaign, _: Any) -> Trials:
    """Return the hours at which cells were taken, and the cells that the attacker holds at the end, counted twice."""
    n_before = int((model.ground.control == ATTACKER_HELD).sum())
    events = model.run().events
    n_after = int((model.ground.control == ATTACKER_HELD).sum())
    counted = n_before + int(model.state.count[CELLS_TAKEN])
    return {
        "hour": events["hour"][events["kind"] == CELL_TAKEN],
        "attackers_cells": np.array([n_after, counted], float),
    }


def counterattacked_expected(s: Scenario, _: Any) -> dict[str, Expectation]:
    """Return the probability that a won cell has been counter-attacked within a day."""
    return {"counterattacked": Probability(-math.expm1(-s.control.counterattack_per_day))}


def counterattack(model: Campaign, _: Any) -> Trials:
    """Return for each won cell whether its neighbours were sent against it within a day.

    Those who are sent all fall, so that a neighbour is below strength from the first counter-attack on.
    """
    cells = front_cells(model)
    before = defenders_in(model, cells)
    model.step()
    won = np.flatnonzero(model.ground.is_held_by_enemy[cells]) + 1
    play_until(model, H_PER_DAY)
    # With nobody beyond either end of the front.
    is_weaker = np.pad(defenders_in(model, cells) < before, 1)
    return {"counterattacked": is_weaker[won - 1] | is_weaker[won + 1]}


def _hour(
    expected: Callable[[Scenario, Any], dict[str, Expectation]], quantity: str
) -> Callable[[Scenario, Any], float]:
    """Return the expected hour as place on the x-axis, so that cases of different hours share a panel."""
    return lambda scenario, point: expected(scenario, point)[quantity].value


_cohesion = partial(
    Case, mechanisms=("cohesion",), curve="beside a raid", source="exponential recovery", scenario="cohesion",
    quantities=("cohesion",),
)  # fmt: skip

CASES = (
    Case("arrival", ("calendar", "movement"), "hours", "arrival", "distance / speed", "arrival",
         "attacker.forward_km", (0.5, 2, 3.7, 7.1, 12), ("arrival_open", "arrival_urban"), arrival_expected, arrival,
         axis=_hour(arrival_expected, "arrival_open")),
    Case("return", ("calendar",), "hours", "return of the diverted", "the scenario's own date", "return",
         "attacker.diversion.return_day", (0.1, 0.37, 1, 1.25, 2.7), ("hour", "soldiers"), return_expected, come_back,
         axis=_hour(return_expected, "hour")),
    Case("weather", ("calendar",), "weather", "a day", "one draw a day", "weather", "calendar.p_good_weather",
         (0, 0.1, 0.3, 0.5, 0.8, 1), ("good_days",), weather_expected, weather, 4, 1, rate="calendar.p_good_weather"),
    _cohesion("recovery", panel="cohesion", path=None, points=(1, 6, 12, 24, 48, 72), expected=recovered,
              measure=recover),
    _cohesion("fear", panel="fear", path="cohesion.raid_fear", points=(0, 0.1, 0.3, 0.6, 0.8, 1),
              expected=recovered_in_first_tick, measure=recover_in_first_tick),
    Case("hold", ("movement", "direct_fire", "control"), "hours", "cells taken", "arrival + hold_h", "hold",
         "control.hold_h", (2, 6.5, 12, 24, 30.2), ("hour", "attackers_cells"), hold_expected, hold,
         axis=_hour(hold_expected, "hour")),
    Case("counterattack", ("direct_fire", "control"), "counter", "won cells", "Poisson process, 1 - exp(-rate t)",
         "counterattack", "control.counterattack_per_day", (0.2, 0.5, 1, 2, 4), ("counterattacked",),
         counterattacked_expected, counterattack, 640, 100, rate="control.counterattack_per_day"),
)  # fmt: skip
