"""Targets of the soldiers there are, and the ground that a withdrawal gives up.

Covers sim.campaign.manning, sim.campaign.fallback_lines.
"""

import numpy as np
import pytest

from sim.campaign.fallback_lines import Elastic, give_up, lines_behind
from sim.campaign.manning import Finite, man_sector
from sim.campaign.mesa_model import Campaign
from sim.campaign.orders import Observation, Orders
from sim.world.ground import DEFENDER_HELD
from sim.world.integer_codes import DEFENDER
from tests.support.toy_theatre import SKETCH, toy

BELT = [{"name": "back", "path": [[-6.0, 4.5], [6.0, 4.5]], "width_km": 1.0} | SKETCH]


def campaign(**changes):
    """Return a toy campaign with the mechanism on, before its first tick."""
    return Campaign(toy(changes), seed=1, collect="nothing")


def manned(model, axis, **changes):
    """Set an axis's targets, and return those of its line and how many soldiers there are."""
    inputs, state, ground = model.inputs, model.state, model.ground
    depth = inputs.depth.model_copy(update=changes)
    man_sector(state, ground, axis, Finite(inputs.defender, inputs.command, depth, depth.hold_back))
    line = ground.line_cells[: ground.line_count[1]]
    line = line[ground.axis[line] == axis]
    there = state.n_soldiers[state.section_of_cell[line]].sum() + state.stock[DEFENDER, axis]
    return ground.target_soldiers[line], int(there)


@pytest.mark.parametrize("hold_back", [0.0, 0.15, 0.6])
def test_the_targets_of_a_sector_are_its_soldiers_less_those_held_back(hold_back):
    model = campaign()
    for axis in (0, 1):
        targets, there = manned(model, axis, hold_back=hold_back, max_per_km=1000.0)
        assert (1.0 - hold_back) * there - 1.0 <= targets.sum() <= (1.0 - hold_back) * there + 1e-9


def test_no_target_is_above_the_most_a_kilometre_holds():
    model = campaign()
    model.state.stock[DEFENDER] += 10_000
    targets, _ = manned(model, 0, max_per_km=20.0)
    assert targets.max() == int(20.0 * model.ground.km_per_front_cell)


def test_a_pocket_keeps_whom_it_has_and_counts_for_nothing():
    model = campaign()
    state, ground = model.state, model.ground
    cell = ground.line_cells[np.flatnonzero(ground.axis[ground.line_cells[: ground.line_count[0]]] == 0)[0]]
    state.n_soldiers[state.section_of_cell[cell]] = 77
    ground.is_connected[cell] = 0
    targets, there = manned(model, 0, hold_back=0.0, max_per_km=1000.0)
    assert ground.target_soldiers[cell] == 77
    assert targets.sum() - 77 <= there - 77


def test_the_targets_never_exceed_the_soldiers_on_any_day():
    model = campaign(**{"attacker.troops": 2000, "defender.density_per_km": 6.0, "defender.troops": 2000})
    state, ground = model.state, model.ground
    while model.running:
        lost = state.losses[DEFENDER].sum()
        model.step()
        if model.tick.is_new_day:
            targets = ground.target_soldiers[ground.line_cells[: ground.line_count[1]]].sum()
            lost_since = state.losses[DEFENDER].sum() - lost
            assert targets <= state.soldiers(DEFENDER) - state.resting[DEFENDER] + lost_since


def test_soldiers_too_few_for_the_density_are_a_line_thinner_everywhere_by_the_share_that_may_be_in_it():
    dense, thin = (campaign(**{"defender.troops": n, "defender.infantry_share": 0.2}) for n in (100_000, 1_000))
    of_line = dense.state.n_soldiers[: dense.state.n_sections]
    force, hold_back = thin.inputs.defender, thin.inputs.depth.hold_back
    share = force.in_line_share * 200 / (of_line.sum() / (1.0 - hold_back))
    assert share < 1.0
    assert np.array_equal(thin.state.n_soldiers[: thin.state.n_sections], np.floor(of_line * share))
    assert thin.state.soldiers(DEFENDER) - thin.state.reserve_soldiers(DEFENDER) == 200
    assert thin.state.resting[DEFENDER] >= (1.0 - force.in_line_share) * 200


def test_the_rest_of_the_infantry_rests():
    model = campaign(**{"defender.troops": 5000, "defender.infantry_share": 0.3, "defender.reserve": 0})
    assert model.state.soldiers(DEFENDER) == 1500


def test_a_withdrawal_gives_up_what_lies_before_the_line_on_its_axis_and_no_more():
    model = campaign(**{"ground.belts": BELT})
    ground = model.ground
    assert lines_behind(ground) == (("back",), ("back",))
    n = give_up(model.state, ground, 0, "back", 7.0)
    given = np.flatnonzero(np.isfinite(ground.ceded_h))
    before = (ground.axis == 0) & (ground.control == DEFENDER_HELD) & (ground.y_km < 4.0)
    assert n == len(given) > 0
    assert set(given) == set(np.flatnonzero(before))
    assert give_up(model.state, ground, 0, "elsewhere", 7.0) == 0


def test_an_unfinished_line_is_none_to_fall_back_to():
    assert lines_behind(campaign(**{"ground.belts": [BELT[0] | {"ready": 0.5}]}).ground) == ((), ())


def test_the_elastic_defender_falls_back_where_the_front_is_full_of_gaps():
    policy = Elastic(toy({"depth.withdraw_at_gaps": 0.3}), lambda observation: Orders(hold_back=0.5))
    seen = {name: (0, 0) for name in ("line_soldiers_by_axis", "target_soldiers_by_axis", "area_taken_km2_by_axis")}
    orders = policy(
        Observation(
            day=1,
            pool_soldiers=0,
            has_culminated=False,
            reserve_soldiers=0,
            **seen,
            gap_share_by_axis=(0.2, 0.4),
            lines_behind_by_axis=(("near", "far"), ("near", "far")),
        )
    )
    assert (orders.withdraw, orders.hold_back) == ((None, "near"), 0.5)
