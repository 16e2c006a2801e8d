"""A mechanism of one's own that cannot act is refused in one line; a watched one is held to what it declares."""

import numpy as np
import pytest

from sim.campaign.mesa_model import Campaign
from sim.campaign.own_mechanisms import takes
from sim.campaign.phases import PHASES
from sim.campaign.replications import replicate
from sim.errors import InputError
from sim.mechanisms.mechanism_interface import Mechanism
from sim.world.integer_codes import AIMED_FIRE, ATTACKER, DEFENDER, N_ACTIVE
from tests.support.toy_theatre import toy


class Sound(Mechanism):
    """Lose the first soldier of each active team, by the ledger."""

    reads = frozenset({"active", "cursor"})
    writes = frozenset({"n_soldiers", "losses"})

    def __init__(self, scenario):
        pass

    def __call__(self, state, ground, tick, draws):
        rows = state.active[: state.cursor[N_ACTIVE]]
        struck = rows[state.n_soldiers[rows] > 0][:1]
        state.n_soldiers[struck] -= 1
        state.losses[ATTACKER, AIMED_FIRE] += len(struck)


class Deserting(Sound):
    """Remove soldiers without a word."""

    def __call__(self, state, ground, tick, draws):
        state.n_soldiers[state.active[: state.cursor[N_ACTIVE]][:3]] = 0


def ours(mechanism, **more):
    """Return a campaign of the toy theatre with a mechanism of one's own."""
    return Campaign(toy({"time.horizon_days": 2}), 1, mechanisms={**PHASES, "mine": mechanism}, **more)


def refused(mechanism, **more):
    """Return what a run with a mechanism is refused for."""
    with pytest.raises(InputError) as caught:
        ours(mechanism, **more).run()
    (line,) = caught.value.lines
    return line


class NoInit(Mechanism):
    def __call__(self, state, ground, tick, draws):
        pass


class NoCall(Mechanism):
    def __init__(self, scenario):
        pass


class ShortCall(Sound):
    def __call__(self, state, ground):
        pass


class LongBegin(Sound):
    def begin(self, state, ground, tick):
        pass


class ListedWrites(Sound):
    writes = "n_soldiers"


class UnknownWrites(Sound):
    writes = frozenset({"soldiers_n"})


class NoMechanism:
    def __init__(self, scenario):
        pass


@pytest.mark.parametrize(
    ("mechanism", "says"),
    [
        (NoInit, "cannot be built from a scenario; it needs __init__(self, scenario)"),
        (lambda: None, "cannot be built from a scenario; it needs one argument, the scenario"),
        (NoCall, "its class lacks __call__; it needs a method __call__(self, state, ground, tick, draws)"),
        (ShortCall, "its __call__ has other arguments; it needs __call__(self, state, ground, tick, draws)"),
        (LongBegin, "its begin has other arguments; it needs begin(self, state, ground)"),
        (ListedWrites, "writes must be a set of names of columns, is n_soldiers"),
        (UnknownWrites, "writes names 'soldiers_n', no column of State or Ground; did you mean n_soldiers?"),
        (NoMechanism, "makes a NoMechanism; it must make a sim.Mechanism: derive its class from that"),
        (lambda scenario: None, "makes a NoneType; it must make a sim.Mechanism: derive its class from that"),
        (None, "must be a class, or a function that takes a scenario, is None"),
    ],
)
def test_what_is_no_mechanism_is_refused_in_one_line(mechanism, says):
    assert refused(mechanism) == f"mechanisms: 'mine': {says}"


def test_an_object_in_place_of_a_class_is_refused():
    assert "must be a class, or a function that takes a scenario" in refused(Sound(None))


@pytest.mark.parametrize("mechanisms", [[Sound], Sound, "sound", 7])
def test_mechanisms_that_are_no_map_are_refused(mechanisms):
    with pytest.raises(InputError, match="mechanisms: must be a map, such as"):
        Campaign(toy(), mechanisms=mechanisms)


def test_a_name_must_be_text():
    with pytest.raises(InputError, match="mechanisms: a name must be text, is 3"):
        Campaign(toy(), mechanisms={**PHASES, 3: Sound})


def test_arguments_are_counted_before_a_call():
    assert takes(lambda one, two=2: None, 1)
    assert not takes(lambda one, two: None, 1)
    assert takes(map, 2)


def test_reported_soldiers_are_those_alive():
    """A mechanism that removes soldiers outside the ledger leaves fewer of them, not more."""
    mine, plain = ours(Deserting), Campaign(toy({"time.horizon_days": 2}), 1)
    for model in (mine, plain):
        model.run()
    for side in (ATTACKER, DEFENDER):
        assert mine.recorder.series["soldiers"][-1, side] == mine.state.soldiers(side)
    assert mine.recorder.series["soldiers"][-1, ATTACKER] < plain.recorder.series["soldiers"][-1, ATTACKER]


def test_a_sound_mechanism_passes_and_the_run_is_the_same():
    watched, plain = ours(Sound, check=True), ours(Sound)
    for model in (watched, plain):
        model.run()
    for name, values in plain.recorder.series.items():
        np.testing.assert_array_equal(watched.recorder.series[name], values)
    assert watched.state.losses[ATTACKER, AIMED_FIRE] > 0


def test_the_models_own_mechanisms_pass_and_change_nothing():
    watched = replicate(toy(), 1, mechanisms=PHASES, check=True)
    assert watched.series.drop_attrs().equals(replicate(toy(), 1, workers=1).series.drop_attrs())


class Undeclared(Sound):
    writes = frozenset({"losses"})


class DeclaredElsewhere(Sound):
    def __call__(self, state, ground, tick, draws):
        if tick.start_h == 5.0:
            ground.fortification[3] *= 2.0


class Rebinding(Sound):
    def __call__(self, state, ground, tick, draws):
        state.n_soldiers = state.n_soldiers.copy()


class Appearing(Sound):
    def __call__(self, state, ground, tick, draws):
        state.n_soldiers[0] += 7


class Negative(Sound):
    def __call__(self, state, ground, tick, draws):
        state.losses[DEFENDER, AIMED_FIRE] += state.n_soldiers[0] + 1
        state.n_soldiers[0] = -1


class PoolShrinking(Sound):
    """Strike a team in the pool by the ledger of losses, and forget the number of the pool."""

    def __call__(self, state, ground, tick, draws):
        row = state.pool[state.cursor[0] % len(state.pool)]
        state.losses[ATTACKER, AIMED_FIRE] += state.n_soldiers[row]
        state.n_soldiers[row] = 0


class Beginning(Sound):
    def begin(self, state, ground):
        ground.cohesion[:] = 0.5


class NotANumber(Sound):
    writes = frozenset({"supply_level"})

    def __call__(self, state, ground, tick, draws):
        state.supply_level[0] = np.nan


@pytest.mark.parametrize(
    ("mechanism", "says"),
    [
        (Undeclared, "changes state.n_soldiers, which its writes does not name (in the tick from hour 0)"),
        (DeclaredElsewhere, "changes ground.fortification, which its writes does not name (in the tick from hour 5)"),
        (Rebinding, "puts another array in the place of state.n_soldiers; fill it: state.n_soldiers[:] = ... (in"),
        (Deserting, "soldiers of the attacker vanish: what state.n_soldiers loses belongs in state.losses"),
        (Appearing, "makes 7 soldiers of the defender appear: what"),
        (Negative, "makes state.n_soldiers negative (in the tick from hour 0)"),
        (PoolShrinking, "soldiers in the pool, but state.pool_soldiers says"),
        (NotANumber, "puts NaN, which is no number, into state.supply_level (in the tick from hour 0)"),
        (Beginning, "changes ground.cohesion, which its writes does not name (before the first tick)"),
    ],
)
def test_a_watched_mechanism_is_refused_with_its_name_the_column_and_the_tick(mechanism, says):
    said = refused(mechanism, check=True)
    assert said.startswith("mechanisms: 'mine' ")
    assert says in said


def test_a_replication_can_be_watched():
    with pytest.raises(InputError, match=r"'mine' changes state\.n_soldiers"):
        replicate(toy(), 1, mechanisms={**PHASES, "mine": Undeclared}, check=True)
