"""What the cases read off a campaign: who stands where, and when."""

from __future__ import annotations

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.world.integer_codes import ATTACKER, N_ACTIVE

# A campaign's hours are sums of ticks: two that differ by less are the same.
SAME_HOUR = 1e-9


def play_until(model: Campaign, hour: float) -> None:
    """Play on until an hour, which must end a tick; raises ValueError where it does not, or lies past the horizon."""
    while model.running and model.hour < hour - SAME_HOUR:
        model.step()
    if abs(model.hour - hour) > SAME_HOUR:
        raise ValueError(f"no tick ends at hour {hour} of the campaign; it is at hour {model.hour}")


def front_cells(model: Campaign) -> np.ndarray:
    """Return the cells of the defender's front as it stands now."""
    return model.ground.line_cells[: model.ground.line_count[0]].copy()


def active_rows(model: Campaign) -> np.ndarray:
    """Return the attacker's rows that are in the field."""
    return model.state.active[: model.state.cursor[N_ACTIVE]]


def attackers_in(model: Campaign, cells: np.ndarray) -> np.ndarray:
    """Count the attackers whose objective each of the cells is."""
    rows = active_rows(model)
    counts = np.bincount(model.state.objective_cell[rows], model.state.n_soldiers[rows], minlength=model.ground.n_cells)
    return counts[cells]


def defenders_in(model: Campaign, cells: np.ndarray) -> np.ndarray:
    """Count the defenders in the section of each of the cells."""
    return model.state.n_soldiers[model.state.section_of_cell[cells]].astype(float)


def losses_of(model: Campaign, side: int = ATTACKER) -> int:
    """Count a side's losses of all causes."""
    return int(model.state.losses[side].sum())


def n_front(scenario: Scenario) -> int:
    """Count the cells of the bench's straight front, by its width."""
    west, east = scenario.ground.x_range_km
    return round((east - west) / scenario.ground.cell_km)


def defenders_at_start(scenario: Scenario) -> int:
    """Count the soldiers of one section: density times the length of the front that a cell stands for."""
    return int(scenario.defender.density_per_km * scenario.ground.cell_km + 0.5)


def attackers_at_start(scenario: Scenario) -> int:
    """Count the attackers before one cell; raises ValueError when the groups do not share out evenly."""
    n_groups, left = divmod(scenario.attacker.forward_groups, n_front(scenario))
    if left:
        raise ValueError(f"attacker.forward_groups must be a multiple of the {n_front(scenario)} cells of the front")
    return n_groups * scenario.attacker.group_size
