"""Values that the cases read from a campaign: strengths by cell, losses, and the size of the front."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.campaign.mesa_model import Campaign
from sim.scenario.schema import Scenario
from sim.world.integer_codes import ATTACKER, N_ACTIVE

# A campaign's hours are sums of ticks: two hours that differ by less are the same.
SAME_HOUR = 1e-9

Cells = NDArray[np.int64]


def run_until(model: Campaign, hour: float) -> None:
    """Run a campaign until an hour, which must be the end of a tick within the horizon; else raise ValueError."""
    while model.running and model.hour < hour - SAME_HOUR:
        model.step()
    if abs(model.hour - hour) > SAME_HOUR:
        raise ValueError(f"no tick ends at hour {hour} of the campaign; it is at hour {model.hour}")


def front_cells(model: Campaign) -> Cells:
    """Return the cells of the defender's present front."""
    return model.ground.line_cells[: model.ground.line_count[0]].copy()


def active_rows(model: Campaign) -> NDArray[np.int64]:
    """Return the attacker's rows that are in the field."""
    return model.state.active[: model.state.cursor[N_ACTIVE]]


def attackers_in(model: Campaign, cells: Cells) -> NDArray[np.float64]:
    """Return, for each cell, the number of attackers whose objective it is."""
    rows = active_rows(model)
    counts = np.bincount(model.state.objective_cell[rows], model.state.n_soldiers[rows], minlength=model.ground.n_cells)
    return counts[cells].astype(float)


def defenders_in(model: Campaign, cells: Cells) -> NDArray[np.float64]:
    """Return, for each cell, the number of defenders in its section."""
    return model.state.n_soldiers[model.state.section_of_cell[cells]].astype(float)


def losses_of(model: Campaign, side: int = ATTACKER) -> int:
    """Return a side's losses from all causes, in soldiers."""
    return int(model.state.losses[side].sum())


def ground_of_columns(scenario: Scenario) -> dict[str, list[int]]:
    """Return the columns of the bench's straight front by kind of ground: open, a belt in the open, and the others.

    Read off the scenario's places, which run along the front: settlements by their radius, the others by their ends.
    """
    ground, west = scenario.ground, scenario.ground.x_range_km[0]
    found: dict[str, list[int]] = {"open": [], "urban": [], "tree_line": [], "water": [], "belt": []}
    for column in range(n_front(scenario)):
        x = west + (column + 0.5) * ground.cell_km
        kinds = ["belt" for belt in ground.belts if belt.path[0][0] <= x <= belt.path[-1][0]]
        kinds += [f.terrain for f in ground.features if f.path[0][0] <= x <= f.path[-1][0]]
        kinds += ["urban" for place in ground.settlements if abs(x - place.x_km) <= place.radius_km]
        found[kinds[-1] if kinds else "open"].append(column)
    return found


def cells_by_terrain(model: Campaign) -> dict[str, Cells]:
    """Return the cells of the front on each terrain; a belt stands in the open."""
    front, columns = front_cells(model), ground_of_columns(model.inputs)
    columns["open"] += columns.pop("belt")
    return {name: front[found] for name, found in columns.items()}


def n_front(scenario: Scenario) -> int:
    """Return the number of cells of the bench's straight front, from its width."""
    west, east = scenario.ground.x_range_km
    return round((east - west) / scenario.ground.cell_km)


def defenders_at_start(scenario: Scenario) -> int:
    """Return the soldiers of one section: density times the length of the front in one cell."""
    return int(scenario.defender.density_per_km * scenario.ground.cell_km + 0.5)


def attackers_at_start(scenario: Scenario) -> int:
    """Return the number of attackers at one cell; raise ValueError when the groups cannot be divided evenly."""
    n_groups, left = divmod(scenario.attacker.forward_groups, n_front(scenario))
    if left:
        raise ValueError(f"attacker.forward_groups must be a multiple of the {n_front(scenario)} cells of the front")
    return n_groups * scenario.attacker.group_size
