"""The watch list is in the order of the cells and has every cell that a tick may change."""

import numpy as np

from sim.mechanisms.shared.front import watch_again
from sim.world.ground import ATTACKER_HELD, REAR
from sim.world.watch_list import WatchList, watch_cell
from tests.support.bench import ground_of
from tests.support.bookkeeping import is_restless
from tests.support.toy_theatre import AROUND_A_POCKET, simulated, toy


def watched(ground):
    return ground.watch[: ground.n_watch[0]].tolist()


def test_at_the_start_the_line_is_watched():
    ground = ground_of()
    assert watched(ground) == np.flatnonzero(ground.line != REAR).tolist()
    before = watched(ground)
    watch_again(ground)
    assert watched(ground) == before


def test_a_cell_is_put_where_its_number_belongs_and_only_once():
    ground = ground_of()
    watch = WatchList(ground.watch, ground.n_watch, ground.is_watched)
    cells = np.random.default_rng(1).permutation(ground.n_cells)
    for cell in [*cells, *cells]:
        watch_cell(cell, watch)
    assert watched(ground) == list(range(ground.n_cells))


def test_taken_shaken_shelled_and_raided_cells_are_watched_and_no_others():
    ground = ground_of()
    taken, shaken, shelled, raided, inside = np.flatnonzero(ground.y_km == 6.5)[:9:2]
    ground.control[taken] = ATTACKER_HELD
    ground.cohesion[shaken], ground.shells[shelled], ground.raids[raided] = 0.999, 0.1, 1
    ground.control[[inside, *ground.neighbours[inside][ground.neighbours[inside] >= 0]]] = ATTACKER_HELD
    watch_again(ground)
    new = {taken, shaken, shelled, raided, *ground.neighbours[inside][ground.neighbours[inside] >= 0]}
    assert set(watched(ground)) == {
        *np.flatnonzero(ground.line != REAR),
        *new,
    }


def test_in_a_campaign_what_is_not_watched_is_at_rest():
    changes = {"ground.attacker_ground": AROUND_A_POCKET, "control.hold_h": 4.0, "cohesion.recovery_h": 2.0}
    changes |= {"control.garrison_counterattack_per_day": 3.0, "command.release_share_per_day": 1.0}
    for off in ([], ["cohesion"]):
        model = simulated(toy(changes, off=off), days=1)
        for _ in range(72):
            model.step()
            ground = model.ground
            assert not np.any(is_restless(model.state, ground) & (ground.is_watched == 0) & (ground.axis >= 0))
        assert int(ground.n_watch[0]) < ground.n_cells
