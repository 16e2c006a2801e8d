"""Mesa's cell space of a campaign: the views of teams stand in the cells where their rows are."""

import numpy as np
import pytest
from mesa.discrete_space import OrthogonalMooreGrid

from sim.campaign.agents import Fireteam
from sim.campaign.mesa_model import Campaign
from sim.errors import InputError
from sim.world.integer_codes import STATES
from tests.support.toy_theatre import simulated, toy

IN_A_CELL = {"wait", "assault", "hold", "garrison"}


@pytest.fixture
def model():
    return simulated(toy(), seed=1, days=2)


def faults(model):
    """Return the rows of the teams whose view is not in the cell of their row, or in more cells than that."""
    ground, state, wrong = model.ground, model.state, []
    found = [(team, cell.coordinate) for cell in model.grid.all_cells for team in cell.agents]
    places = dict(found)
    assert len(places) == len(found)
    for team in model.agents_by_type[Fireteam]:
        cell = int(state.objective_cell[team.row])
        expected = (cell % ground.nx, cell // ground.nx) if STATES[state.state[team.row]] in IN_A_CELL else None
        if not (team.pos == places.get(team) == expected):
            wrong.append(team.row)
    return wrong


def test_the_grid_has_the_cells_of_the_ground(model):
    assert isinstance(model.grid, OrthogonalMooreGrid)
    assert model.grid.dimensions == (model.ground.nx, model.ground.ny)
    assert len(model.grid.all_cells) == model.ground.n_cells


def test_teams_are_in_the_cell_of_their_objective_and_those_in_the_pool_in_none(model):
    assert faults(model) == []
    places = {state: {team.pos is None for team in teams} for state, teams in by_state(model).items()}
    assert places["garrison"] == {False}
    assert places["pool"] == places["advance"] == {True}


def by_state(model):
    """Return the views of teams by what they do."""
    teams = {}
    for team in model.agents_by_type[Fireteam]:
        teams.setdefault(team.state, []).append(team)
    return teams


def test_the_grid_follows_every_step_once_it_was_asked_for(model):
    grid, before = model.grid, {team: team.pos for team in model.agents_by_type[Fireteam]}
    for _ in range(36):
        model.step()
        assert faults(model) == []
    assert model.grid is grid
    assert sum(before[team] != team.pos for team in before) > 20


def test_a_cell_is_empty_when_its_last_team_has_left(model):
    grid = model.grid
    for _ in range(48):
        model.step()
    is_empty = np.array([[grid[x, y].is_empty for y in range(grid.height)] for x in range(grid.width)])
    assert np.array_equal(grid.empty.data, is_empty)
    assert 0 < np.count_nonzero(~is_empty) < model.ground.n_cells
    assert len(grid.agents) == sum(team.pos is not None for team in model.agents_by_type[Fireteam])


def test_a_run_without_a_grid_makes_neither_cells_nor_views():
    model = Campaign(toy({"time.horizon_days": 1}), seed=1)
    model.run()
    assert model._space is None
    assert model._teams == []


def test_a_view_asked_for_its_cell_before_the_grid_makes_the_grid(model):
    team = next(team for team in model.agents_by_type[Fireteam] if team.state == "garrison")
    assert team in team.cell.agents
    assert team.cell is model.grid[team.pos]


def test_a_team_cannot_be_put_into_a_cell(model):
    team = next(iter(model.agents_by_type[Fireteam]))
    with pytest.raises(InputError, match="cannot be put into a cell"):
        team.pos = (1, 1)


def test_no_agent_of_a_campaign_can_be_removed(model):
    n = len(model.agents)
    for agent in (model.commanders[0], model.formations[0], next(iter(model.agents_by_type[Fireteam]))):
        name = type(agent).__name__.lower()
        with pytest.raises(InputError, match=f"^a {name} cannot be removed: it only shows .* lowers n_soldiers"):
            agent.remove()
    with pytest.raises(InputError, match="cannot be removed"):
        model.remove_all_agents()
    assert len(model.agents) == n
    assert model.state.soldiers(0) > 0
