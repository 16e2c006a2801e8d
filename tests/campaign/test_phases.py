"""A mechanism of your own among those of the model acts, changes no other random numbers, and is in label and manifest.

Covers sim.campaign.phases, sim.mechanisms.mechanism_interface.
"""

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.campaign.phases import OWN_STREAM, PHASES
from sim.campaign.replications import replicate
from sim.errors import InputError
from sim.mechanisms.mechanism_interface import Mechanism
from sim.world.keyed_draws import uniforms
from tests.support.toy_theatre import returning, simulated, toy


class Idle(Mechanism):
    def __init__(self, scenario):
        pass

    def __call__(self, state, ground, tick, draws):
        uniforms(draws.stream(OWN_STREAM, tick), np.arange(5), 0)


class Digging(Idle):
    reads, writes = frozenset({"line_cells", "line_count"}), frozenset({"fortification"})

    def __call__(self, state, ground, tick, draws):
        if tick.is_new_day:
            ground.fortification[ground.line_cells[: ground.line_count[0]]] *= 1.5


def test_one_that_does_nothing_but_draw_changes_no_run():
    ours, plain = (replicate(toy(), 3, workers=1, mechanisms=m) for m in ({**PHASES, "idle": Idle}, None))
    assert ours.series.drop_attrs().equals(plain.series.drop_attrs())
    assert ours.outcomes.equals(plain.outcomes)


def test_one_that_digs_in_spares_defenders_and_is_named_everywhere():
    ours, plain = (replicate(toy(), 8, mechanisms=m) for m in ({**PHASES, "digging": Digging}, PHASES))
    assert ours.outcomes["area_changed_km2"].mean() < plain.outcomes["area_changed_km2"].mean()
    assert ours.label == f"{plain.label}; not of the model: digging"
    assert ours.manifest["own_mechanisms"] == ["digging"]
    assert "own_mechanisms" not in plain.manifest


def test_progress_is_reported_and_an_own_mechanism_may_act_first():
    reported = []
    first = replicate(toy(), 2, progress=reported.append, mechanisms={"digging": Digging, **PHASES})
    assert reported == [1, 1]
    assert first.n_replications == 2


def test_leaving_one_of_the_models_out_is_refused_in_one_line():
    without = {name: mechanism for name, mechanism in PHASES.items() if name != "supply"}
    with pytest.raises(InputError, match="mechanisms: supply is missing"):
        Campaign(toy(), mechanisms=without)
    with pytest.raises(InputError, match="replications: must lie between 1 and"):
        replicate(toy(), 0, mechanisms=PHASES)


@pytest.mark.parametrize(("share", "n"), [(0.0, 0), (0.25, 20), (0.5, 40), (1.0, 80)])
def test_the_free_share_of_those_who_are_not_diverted_is_in_the_sector(share, n):
    changes = {
        "forces.transfers": returning(9.0),
        "forces.diversion.attacker": "stays",
        "forces.share_free.attacker": share,
    }
    model = simulated(toy(changes | {"reinforcement.attacker_replacements_per_day": 0.0}), days=1)
    assert model.state.away[0] == 0
    assert model.state.arrived[0] == n


def test_what_could_reach_each_settlement_is_recorded_from_the_start():
    """The first day changes no road: its evening has the start's throughput, and a cut of day 0 comes after it."""
    cut_road = {"name": "all", "kind": "road", "from_day": 0, "until_day": 9}
    whole, cut = (simulated(toy({"supply.cuts": cuts}), days=1) for cuts in ([], [cut_road]))
    assert whole.recorder.series["throughput_t"][:2].tolist() == [[14.0], [14.0]]
    assert cut.recorder.series["throughput_t"][:2].tolist() == [[14.0], [0.0]]
