"""What two scenarios have in common has the same random numbers; the same scenario and seed give the same bytes."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import PHASES
from sim.campaign.replications import replicate, replicate_all
from sim.mechanisms.detection import Detection
from sim.world.integer_codes import ADVANCE, N_ACTIVE
from tests.support.golden_runs import RUNS, digests
from tests.support.toy_theatre import returning, simulated, toy

ROOT = Path(__file__).parents[2]

# A fixed number sent forward each day: a share of the pool would change with every loss. Roads and commanders carry
# them all, and groups do not crowd: else what happens to one group decides how many others go, and how they are seen.
STEADY = {
    "lift.axis_per_km_day": 1e6,
    "lift.total_per_km_day": 1e6,
    "lift.groups_per_axis_day": 1e6,
    "lift.congestion_km": 0.0,
    "attacker.troops": 2000,
    "command.release": "absolute",
    "command.release_soldiers_per_day": 300.0,
    "calendar.p_good_weather": 1.0,
    "ground.stage_km": 12.0,
    "time.horizon_days": 4,
}
COLUMNS = ("state", "n_soldiers", "group_id", "mobility", "objective_cell", "remaining_km", "timer_h", "is_tracked")


def same_record(one, other, days=None):
    """Return which series differ over the first days, and whether events before them do."""
    end = None if days is None else days + 1
    wrong = [name for name in one.series if not np.array_equal(one.series[name][:end], other.series[name][:end])]
    before = [np.sort(r.events[r.events["hour"] < (np.inf if days is None else 24.0 * days)]) for r in (one, other)]
    return wrong + ([] if before[0].tobytes() == before[1].tobytes() else ["events"])


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not():
    one, same, other = (simulated(toy(), seed).recorder.finish(0) for seed in (1, 1, 2))
    assert same_record(one, same) == []
    assert one.control.tobytes() == same.control.tobytes()
    assert "losses" in same_record(one, other)


def test_replications_of_a_seed_differ():
    first, second = (simulated(toy(), 1, replication).recorder.finish(0) for replication in (0, 1))
    assert "losses" in same_record(first, second)


def test_one_worker_and_two_give_the_same_bytes():
    alone, together = (replicate(toy(), 4, seed=5, workers=workers) for workers in (1, 2))
    assert alone.series.identical(together.series)
    assert alone.events.equals(together.events)
    assert alone.outcomes.equals(together.outcomes)


def test_a_scenario_replicated_beside_another_is_as_it_is_alone():
    more = toy({"attacker.troops": 640})
    beside = replicate_all([more, toy()], 2, seed=5, workers=1)[1]
    alone = replicate(toy(), 2, seed=5, workers=1)
    assert alone.series.identical(beside.series)


def test_another_process_gives_the_same_digest():
    name = next(iter(RUNS))
    command = [sys.executable, "-m", "tests.support.golden_runs", "--show", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == str(digests(name)["series"])


def test_one_more_team_in_the_pool_leaves_all_other_random_numbers_unchanged():
    few, many = simulated(toy(STEADY)), simulated(toy(STEADY | {"attacker.troops": 2004}))
    assert many.state.capacity == few.state.capacity + 1
    for name in COLUMNS:
        one, other = getattr(few.state, name), getattr(many.state, name)
        formed = slice(0, few.state.n_sections + 2000 // few.state.team_size)
        assert np.array_equal(one[formed], other[formed]), name
    assert np.array_equal(few.state.losses, many.state.losses)
    assert np.array_equal(few.ground.control, many.ground.control)
    assert few.state.losses.sum() > 50


@pytest.mark.parametrize("off", [name for name in PHASES if name != "command"])
def test_a_mechanism_switched_off_leaves_orders_and_movement_as_they_were(off):
    """The groups that the first day's orders send, their goal, mobility and distance are the same without it."""
    model, without = Campaign(toy(STEADY), 1), Campaign(toy(STEADY, off=[off]), 1)
    n_compared = 0
    # Those who come by transfers have rows of their own, the last ones.
    both = slice(0, min(len(one.state.state) for one in (model, without)))
    while model.hour < 24.0:
        model.step()
        without.step()
        sent = np.flatnonzero((model.state.state[both] == ADVANCE) & (without.state.state[both] == ADVANCE))
        for name in ("group_id", "mobility", "objective_cell", "axis"):
            assert np.array_equal(getattr(model.state, name)[sent], getattr(without.state, name)[sent])
        if off != "movement":
            assert np.array_equal(model.state.remaining_km[sent], without.state.remaining_km[sent])
        n_compared += len(sent)
    assert n_compared > 60


def sightings(model):
    """Return a map from each group to the times at which it was tracked, updated in every tick."""
    found = {}

    def note(state, ground, tick, draws):
        found.clear()
        for m in range(state.n_tracks[0]):
            group = int(state.group_id[state.active[state.track_at[m]]])
            found.setdefault(group, []).append((float(state.track_from_h[m]), float(state.track_to_h[m])))

    detection = next(i for i, phase in enumerate(model.phases) if isinstance(phase, Detection))
    model.phases.insert(detection + 1, note)
    return found


def advancing(state):
    """Return each advancing group's soldiers, objective and remaining distance."""
    groups = {}
    for row in state.active[: state.cursor[N_ACTIVE]]:
        if state.state[row] == ADVANCE:
            soldiers = groups.get(int(state.group_id[row]), (0,))[0] + int(state.n_soldiers[row])
            groups[int(state.group_id[row])] = soldiers, int(state.objective_cell[row]), float(state.remaining_km[row])
    return groups


@pytest.mark.parametrize("off", ["drone_strikes", "artillery", "direct_fire", "cohesion", "control", "reinforcement"])
def test_a_mechanism_switched_off_leaves_each_groups_detection_as_it_was(off):
    """A group of the same size on the same way is found and lost at the same moments."""
    scenario = STEADY | {"detection.n_sensors": 6.0}
    model, without = Campaign(toy(scenario), 1), Campaign(toy(scenario, off=[off]), 1)
    seen, seen_without = sightings(model), sightings(without)
    alike, n_tracks = {}, 0
    while model.running:
        model.step()
        without.step()
        here, there = advancing(model.state), advancing(without.state)
        for group in here.keys() & there.keys():
            alike[group] = alike.get(group, True) and here[group] == there[group]
            if alike[group]:
                assert seen.get(group) == seen_without.get(group)
                n_tracks += group in seen
    assert n_tracks > 30


@pytest.mark.parametrize(("early", "late"), [(2.0, 5.0), (3.3, 99.0)])
def test_two_scenarios_that_diverge_on_a_day_are_equal_until_then(early, late):
    one, other = (simulated(toy({"forces.transfers": returning(day)})).recorder.finish(0) for day in (early, late))
    assert same_record(one, other, days=int(early)) == []
    assert "soldiers" in same_record(one, other)
