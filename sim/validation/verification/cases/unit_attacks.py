"""Cases of units behind the front: counter-attacks, losses on the way to them, how often, and refits."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.validation import theory
from sim.validation.verification.campaign_readings import active_rows, front_cells
from sim.validation.verification.case import Case, Exact, Expectation, Mean, Probability, Trials
from sim.validation.verification.cases.reserves import units_of
from sim.validation.verification.settable_values import require, require_positive
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD
from sim.world.integer_codes import (
    BEHIND_SECTOR,
    CELL_RETAKEN,
    DEFENDER,
    GARRISON,
    NO_UNIT,
    ON_THE_WAY,
    PLUG,
    RESERVE_ATTACKED,
    STANDING_BACK,
    STRIKE_BACK,
)

THIRD = slice(1, 49, 3)  # cells of the front that are taken, each with neighbours of its own
FEW = 80  # soldiers who rest, fewer than a unit has


def take_cells(model: Campaign, n_units: int, has_garrisons: bool) -> np.ndarray:
    """Put every third cell into the attacker's hands and units behind the front to counter-attack; return the cells."""
    state, cells = model.state, front_cells(model)[THIRD]
    model.ground.control[cells] = ATTACKER_HELD
    state.n_soldiers[state.section_of_cell[cells]] = 0
    rows = active_rows(model)
    there = rows[np.isin(state.objective_cell[rows], cells)]
    if has_garrisons:
        state.state[there] = GARRISON
    state.unit_status[:n_units], state.unit_mode[:n_units], state.unit_axis[:n_units] = BEHIND_SECTOR, STRIKE_BACK, 0
    return cells


def fight_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability that a cell is retaken, and the soldiers who then hold it.

    A garrison of x is attacked by ca_ratio x x soldiers under the square law; the holders' losses are divided by the
    fortification.
    """
    p, fire = s.reserves, s.direct_fire
    x, fortification = s.attacker.group_size, s.ground.fortification.open
    require_positive(reserves__ca_ratio=p.ca_ratio)
    y = max(
        1,
        math.ceil(p.ca_ratio * x - 1e-9),
        math.ceil(round(s.defender.density_per_km * s.ground.cell_km) / 4),
    )
    require(y <= s.reserves.packet, "reserves.ca_ratio", "so small that one unit is enough")
    require(p.ca_hazard_per_km == 0.0, "reserves.ca_hazard_per_km", "0: no soldier falls on the way")
    require_positive(direct_fire__attacker_loss_per_defender_h=fire.attacker_loss_per_defender_h)
    ratio = fire.defender_loss_per_attacker_h / (fire.attacker_loss_per_defender_h / fortification)
    ends = theory.square_ends(x, y, ratio, (1.0 - fire.breakpoint_attacker) * x, (1.0 - fire.breakpoint_defender) * y)
    by_left = ends[: int((1.0 - fire.breakpoint_attacker) * x) + 1, 1:].sum(axis=0)  # where the holders broke
    left, p_won = np.arange(1, y + 1), by_left.sum()
    mean = left @ by_left / p_won
    spread = math.sqrt(max(left**2 @ by_left / p_won - mean**2, 0.0))
    return {"retaken": Probability(min(p_won, 1.0)), "holding": Mean(mean, spread)}


def fight(model: Campaign, _: object) -> Trials:
    """Return for the first attack on each cell whether it was retaken, and the soldiers who hold those that were."""
    state = model.state
    cells = take_cells(model, len(front_cells(model)[THIRD]), has_garrisons=True)
    model.step()
    logged = state.events[: state.n_events[0]]
    fights = logged[np.isin(logged["kind"], (RESERVE_ATTACKED, CELL_RETAKEN))]
    is_won: dict[int, bool] = {}
    for event, after in pairwise([*fights, None]):
        if event["kind"] == RESERVE_ATTACKED:
            is_won.setdefault(int(event["cell"]), after is not None and after["kind"] == CELL_RETAKEN)
    won = [cell for cell in cells if is_won.get(int(cell))]
    return {"retaken": np.array(list(is_won.values())),
            "holding": state.n_soldiers[state.section_of_cell[won]].astype(float)}  # fmt: skip


def approach_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the probability of falling on the way to a counter-attack: 1 - exp(-ca_hazard_per_km x ca_exposed_km)."""
    require(s.drone_strikes.attacker.n_crews > 0, "drone_strikes.attacker.n_crews", "above 0")
    require_positive(defender__density_per_km=s.defender.density_per_km)
    return {"fallen": Probability(-math.expm1(-s.reserves.ca_hazard_per_km * s.reserves.ca_exposed_km))}


def approach(model: Campaign, _: object) -> Trials:
    """Return for each soldier sent against an empty cell whether the soldier fell on the way."""
    state = model.state
    cells = take_cells(model, len(front_cells(model)[THIRD]), has_garrisons=False)
    n = math.ceil(model.ground.target_soldiers[front_cells(model)[0]] / 4)
    model.step()
    left = state.n_soldiers[state.section_of_cell[cells]]
    return {"fallen": (np.arange(n)[None, :].repeat(len(cells), 0) >= left[:, None]).ravel()}


def weekly_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return how often a unit attacks: on mornings at least 7 / ca_per_week days apart, until the horizon."""
    per_week = s.reserves.ca_per_week
    n = (s.time.horizon_days - 1) // math.ceil(7.0 / per_week - 1e-9) + 1 if per_week > 0.0 else 0
    require(s.reserves.packet >= 100, "reserves.packet", "at least 100, so that the unit is not refitted")
    return {"attacks": Exact(n, 0.0)}


def weekly(model: Campaign, _: object) -> Trials:
    """Return how often one unit attacks empty cells."""
    take_cells(model, 1, has_garrisons=False)
    model.state.unit_status[1:] = NO_UNIT
    events = model.run().events
    return {"attacks": np.array([float(np.sum(events["kind"] == RESERVE_ATTACKED))])}


def plug_at_once(model: Campaign, n_resting: int) -> None:
    """Let the first unit give its soldiers to the line in the first tick, while some soldiers rest."""
    state = model.state
    state.unit_status[0], state.unit_mode[0], state.unit_axis[0], state.unit_arrives_h[0] = ON_THE_WAY, PLUG, 0, 0.0
    state.resting[DEFENDER] = n_resting


def refitted_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return the morning on which an empty unit stands back again, and its soldiers at the end of the second day.

    It takes in home / refit_days a day, rounded up, from the first morning on, and is ready refit_days after it.
    """
    p = s.reserves
    home, a_day = p.packet, math.ceil(p.packet / p.refit_days)
    units_of(s)
    require_positive(reserves__refit_at=p.refit_at)
    strong = math.floor((1.0 - p.refit_at) * home) // a_day  # the morning on which enough are there
    ready = max(math.ceil(p.refit_days), strong)
    require(ready < s.time.horizon_days, "reserves.refit_days", "shorter than the horizon")
    return {"day": Exact(ready, 0.0), "soldiers": Exact(min(home, 2 * a_day), 0.0)}


def refitted(model: Campaign, _: object) -> Trials:
    """Return the day on which a unit that gave its soldiers away stands back, and its soldiers after two days."""
    plug_at_once(model, 10_000)
    state, day, soldiers = model.state, math.nan, 0
    while model.running:
        morning = model.hour
        model.step()
        if morning == H_PER_DAY:
            soldiers = int(state.unit_soldiers[0])
        if math.isnan(day) and state.unit_status[0] == STANDING_BACK:
            day = morning / H_PER_DAY
    return {"day": np.array([day]), "soldiers": np.array([float(soldiers)])}


def ready_expected(s: Scenario, _: object) -> dict[str, Expectation]:
    """Return whether a unit that found FEW soldiers is ready again: 1 if it lacks less than refit_at of them."""
    require(s.reserves.packet > FEW, "reserves.packet", f"above {FEW}")
    require(s.reserves.refit_days < s.time.horizon_days, "reserves.refit_days", "shorter than the horizon")
    return {"ready": Exact(float((1.0 - s.reserves.refit_at) * s.reserves.packet < FEW), 0.0)}


def ready(model: Campaign, _: object) -> Trials:
    """Return whether a unit that gave its soldiers away and found FEW stands back at the horizon."""
    plug_at_once(model, FEW)
    model.run()
    return {"ready": np.array([float(model.state.unit_status[0] == STANDING_BACK)])}


_unit = partial(Case, mechanisms=("reserves",), is_smooth=False)
FIRE = ("attacker.group_size", "direct_fire", "defender.density_per_km", "reserves.ca_ratio")
CASES = (
    _unit("unit-attack", panel="unit", curve="on open ground", source="stochastic square law",
          scenario="unit-attack", path="reserves.ca_ratio", points=(1, 1.5, 2, 2.5), quantities=("retaken", "holding"),
          expected=fight_expected, measure=fight, inputs=(*FIRE, "ground.fortification.open"), replications=60,
          quick=12),
    _unit("unit-attack-fortified", panel="unit", curve="on a position", source="rate / fortification",
          scenario="unit-attack", path="ground.fortification.open", points=(1.45, 2.5, 5),
          quantities=("retaken", "holding"), expected=fight_expected, measure=fight, inputs=FIRE, replications=60,
          quick=12),
    _unit("unit-approach", panel="road", curve="fallen on the approach", source="1 - exp(-hazard km)",
          scenario="unit-approach", path="reserves.ca_hazard_per_km", points=(0, 0.05, 0.15, 0.4),
          quantities=("fallen",), expected=approach_expected, measure=approach,
          inputs=("reserves.ca_exposed_km", "defender.density_per_km"), replications=20, quick=10,
          rate="reserves.ca_hazard_per_km", is_smooth=True),
    _unit("unit-attacks", panel="per-week", curve="attacks of a unit", source="mornings 7 / n days apart",
          scenario="unit-attack", path="reserves.ca_per_week", points=(0, 1, 2, 3.5, 7), quantities=("attacks",),
          expected=weekly_expected, measure=weekly, inputs=("reserves.packet",)),
    _unit("unit-refit", panel="per-week", curve="day of return", source="soldiers per day, then ready",
          scenario="unit-attack", path="reserves.refit_days", points=(1, 2, 3.5, 5), quantities=("day", "soldiers"),
          expected=refitted_expected, measure=refitted,
          inputs=("defender.reserve", "reserves.packet", "reserves.refit_at")),
    _unit("unit-ready", panel="thresholds", curve="unit ready again", source="n > (1 - refit_at) x strength",
          scenario="unit-attack", path="reserves.refit_at", points=(0.3, 0.46, 0.48, 0.6), quantities=("ready",),
          expected=ready_expected, measure=ready, inputs=("reserves.packet", "reserves.refit_days")),
)  # fmt: skip
