"""The campaign is a Mesa model: agents, views of teams, a data collector, steps."""

import gc
import inspect
import pydoc
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest

import sim
import sim.campaign.replications
from sim.campaign.agents import Commander, Fireteam, Formation
from sim.campaign.mesa_model import Campaign, soldiers_ledger
from sim.campaign.orders import Orders
from sim.campaign.phases import PHASES
from sim.world.integer_codes import ATTACKER, COUNTS, DEFENDER, N_ACTIVE, STATES
from tests.support.bookkeeping import faults
from tests.support.toy_theatre import simulated, toy


@pytest.fixture
def model():
    return simulated(toy(), seed=1, days=2)


def views(model):
    """Count the views of teams that exist, without asking the model for its agents."""
    return sum(isinstance(thing, Fireteam) and thing.model is model for thing in gc.get_objects())


def test_a_campaign_is_a_mesa_model_that_runs_to_its_horizon():
    model = Campaign(toy(), seed=1)
    assert isinstance(model, mesa.Model)
    assert (model.running, model.hour) == (True, 0.0)
    model.step()
    assert model.hour == 1.0
    assert model.tick.end_h == 1.0
    record = model.run()
    assert (model.running, model.hour) == (False, 8 * 24.0)
    assert record is model.recorder
    assert model.steps == len(model.clock)


def test_a_step_beyond_the_horizon_is_refused():
    model = simulated(toy({"time.horizon_days": 1}))
    with pytest.raises(ValueError, match="horizon is reached"):
        model.step()


def test_steps_and_run_give_the_same():
    stepped = Campaign(toy(), seed=3)
    for _ in stepped.clock:
        stepped.step()
    ran = Campaign(toy(), seed=3)
    ran.run()
    assert np.array_equal(stepped.recorder.series["losses"], ran.recorder.series["losses"])


def test_phases_come_in_the_declared_order_without_those_that_are_off():
    model = Campaign(toy(off=["detection", "control"]), seed=1)
    names = [name for name in PHASES if name not in ("detection", "control")]
    assert [type(phase).__module__.rpartition(".")[2] for phase in model.phases] == names


def test_views_are_made_when_agents_are_first_asked_for(model):
    assert views(model) == 0
    n_teams = model.state.capacity - model.state.n_sections
    assert len(model.agents) == 2 + 2 * 2 + n_teams
    assert views(model) == n_teams
    assert len(model.agents) == 2 + 2 * 2 + n_teams


def test_agents_by_type_holds_commanders_formations_and_fireteams(model):
    by_type = model.agents_by_type
    assert {kind: len(agents) for kind, agents in by_type.items()} == {
        Commander: 2,
        Formation: 4,
        Fireteam: model.state.capacity - model.state.n_sections,
    }
    assert {formation.name for formation in by_type[Formation]} == {
        f"{side}, {axis}" for side in ("attacker", "defender") for axis in ("west", "east")
    }


def test_a_view_reads_the_row_as_it_is_now(model):
    teams = {team.row: team for team in model.agents_by_type[Fireteam]}
    before = {row: team.state for row, team in teams.items()}
    for _ in range(24):
        model.step()
    state = model.state
    for row, team in teams.items():
        assert team.state == STATES[state.state[row]]
        assert team.n_soldiers == state.n_soldiers[row]
        assert team.group_id == state.group_id[row]
        assert team.remaining_km == state.remaining_km[row]
        assert team.side == "attacker"
    assert team.mobility in ("foot", "motorcycle", "atv", "armour")
    assert sum(before[row] != team.state for row, team in teams.items()) > 20


def test_agents_can_be_selected_and_counted_as_in_any_mesa_model(model):
    state = model.state
    teams = model.agents_by_type[Fireteam]
    garrison = teams.select(lambda team: team.state == "garrison")
    assert len(garrison) == np.sum(state.state[state.n_sections :] == STATES.index("garrison"))
    assert sum(teams.get("n_soldiers")) == state.n_soldiers[state.n_sections :].sum()


def test_formations_share_the_forces_in_the_field_out_between_them(model):
    state = model.state
    formations = model.agents_by_type[Formation]
    by_side = [sum(f.n_soldiers for f in formations if f.side == side) for side in (ATTACKER, DEFENDER)]
    active = state.active[: state.cursor[N_ACTIVE]]
    assert by_side == [state.n_soldiers[active].sum(), state.n_soldiers[: state.n_sections].sum()]


def test_a_commanders_policy_can_be_replaced():
    model = Campaign(toy({"command.weight_jitter": 0.0}), seed=1)
    seen = []

    def only_east(observation):
        seen.append(observation)
        return Orders(effort=(0.0, 1.0), release_per_day=200.0)

    model.commanders[ATTACKER].policy = only_east
    model.run()
    assert [observation.day for observation in seen] == list(range(8))
    assert seen[0].area_taken_km2_by_axis == (0.0, 0.0)
    taken = (model.ground.control != model.ground.initial_control) | (model.ground.is_held_by_enemy == 1)
    assert set(model.ground.axis[taken]) <= {1}
    west = model.recorder.series["flot_displacement_km"][:, 0]
    assert np.all(west == 0.0)
    assert faults(model) == []


def test_an_order_to_release_no_soldiers_sends_none():
    model = Campaign(toy({"control.garrison_per_km": 0.0}), seed=1)
    model.commanders[ATTACKER].policy = lambda observation: Orders(effort=(1.0, 1.0), release_per_day=0.0)
    model.run()
    assert model.state.count[COUNTS.index("soldiers_sent_forward")] == 0


def test_without_command_no_team_moves():
    model = simulated(toy(off=["command"]))
    assert model.state.count[COUNTS.index("soldiers_sent_forward")] == 0
    assert np.array_equal(model.ground.control, model.ground.initial_control)


def test_the_ledger_names_where_everybody_is(model):
    ledger = soldiers_ledger(model)
    assert ledger["attacker"]["initial"] == 600 + 80
    assert ledger["attacker"]["away"] == 80
    model.run()
    assert soldiers_ledger(model)["attacker"]["away"] == 40
    assert soldiers_ledger(model)["attacker"]["arrived"] == 8 * 20
    assert soldiers_ledger(model)["defender"]["arrived"] == 8 * 8


def test_the_line_stands_at_its_target_at_the_start():
    model = Campaign(toy(), seed=1)
    line = model.ground.line_cells[: model.ground.line_count[1]]
    strength = model.state.n_soldiers[model.state.section_of_cell[line]]
    assert np.array_equal(strength, model.ground.target_soldiers[line])
    assert strength.sum() > 0


def test_two_hundred_runs_leave_no_model_alive(monkeypatch):
    alive = []

    def watched(*args):
        model = Campaign(*args)
        alive.append(weakref.ref(model))
        return model

    monkeypatch.setattr(sim.campaign.replications, "Campaign", watched)
    scenario = toy({"time.horizon_days": 1, "time.tick_h": 6.0})
    for replication in range(200):
        sim.campaign.replications.simulate(scenario, 1, replication)
    gc.collect()
    assert len(alive) == 200
    assert [model for model in alive if model() is not None] == []


def test_the_arrays_of_a_finished_run_are_gone_at_once(monkeypatch):
    states = []

    def watched(*args):
        model = Campaign(*args)
        states.append(weakref.ref(model.state))
        return model

    monkeypatch.setattr(sim.campaign.replications, "Campaign", watched)
    gc.disable()  # Python looks for circles only now and then: memory would grow until it does
    try:
        record = sim.campaign.replications.simulate(toy({"time.horizon_days": 1, "time.tick_h": 6.0}), 1, 0)
    finally:
        gc.enable()
    assert [state() for state in states] == [None]
    assert record.series["soldiers"].shape[0] == 2


def test_help_begins_with_an_example_and_the_arguments_and_shows_mesas_text_last():
    text = pydoc.plain(pydoc.render_doc(Campaign))
    own, inherited = text.split("Methods inherited from mesa", 1)
    assert "Create a new model" not in own
    assert own.index("Example: ") < own.index("Parameters:") < own.index("Attributes:") < own.index("Methods defined")
    for name in inspect.signature(Campaign).parameters:
        assert f"{name}: " in own.partition("Attributes:")[0], name
    assert max(map(len, own.splitlines())) < 400
    below_the_signatures = own[own.index("Example: ") :]  # Python 3.13 gives every argument a line of its own
    assert len(below_the_signatures.splitlines()) < 85
    assert inherited


def test_the_package_says_that_it_is_typed():
    assert (Path(sim.__file__).parent / "py.typed").is_file()
