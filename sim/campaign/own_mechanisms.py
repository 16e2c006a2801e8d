"""Mechanisms of your own: built from a scenario, or refused in one line, and watched while they act.

Watched, a mechanism of your own may change only the arrays that its `writes` names, and no mechanism may make soldiers
vanish or appear outside the ledger: initial + arrived = alive + lost + away.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.campaign.phases import Build, added
from sim.errors import InputError, clip, suggestion
from sim.mechanisms.mechanism_interface import Mechanism
from sim.scenario.schema import Scenario
from sim.world.clock import Tick
from sim.world.columns import columns_of
from sim.world.ground import Ground
from sim.world.integer_codes import POOL_HEAD, POOL_TAIL, SIDES
from sim.world.keyed_draws import Draws
from sim.world.state import State

_COLUMNS = {**columns_of(State), **columns_of(Ground)}
_CALL = "__call__(self, state, ground, tick, draws)"


def build_mechanisms(mechanisms: Mapping[str, Build], scenario: Scenario, is_watched: bool) -> list[Mechanism]:
    """Return the mechanisms of a scenario that are not off, in their order.

    Raises InputError when one of the model's is missing, or one of your own is none.
    """
    own = added(mechanisms)
    built: list[Mechanism] = []
    for name, build in mechanisms.items():
        if name in scenario.off:
            continue
        mechanism = _build_own(name, build, scenario) if name in own else build(scenario)
        built.append(Watched(name, mechanism, name in own) if is_watched else mechanism)
    return built


def _build_own(name: str, build: Any, scenario: Scenario) -> Mechanism:
    what = f"mechanisms: {name!r}"
    if not isinstance(name, str):
        raise InputError([f"mechanisms: a name must be text, is {clip(name)}"])
    if isinstance(build, Mechanism) or not callable(build):
        raise InputError([f"{what}: must be a class, or a function that takes a scenario, is {clip(build)}"])
    if missing := sorted(getattr(build, "__abstractmethods__", ())):
        raise InputError([f"{what}: its class lacks {', '.join(missing)}; it needs a method {_CALL}"])
    if not takes(build, 1):
        needs = "__init__(self, scenario)" if inspect.isclass(build) else "one argument, the scenario"
        raise InputError([f"{what}: cannot be built from a scenario; it needs {needs}"])
    mechanism = build(scenario)
    if not isinstance(mechanism, Mechanism):
        kind = type(mechanism).__name__
        raise InputError([f"{what}: makes a {kind}; it must make a sim.Mechanism: derive its class from that"])
    if not takes(mechanism, 4):
        raise InputError([f"{what}: its __call__ has other arguments; it needs {_CALL}"])
    if not takes(mechanism.begin, 2):
        raise InputError([f"{what}: its begin has other arguments; it needs begin(self, state, ground)"])
    for key in ("reads", "writes"):
        names = getattr(mechanism, key)
        if not isinstance(names, (set, frozenset)):
            raise InputError([f"{what}: {key} must be a set of names of columns, is {clip(names)}"])
        for unknown in sorted(map(str, set(names) - set(_COLUMNS))):
            near = suggestion(unknown, _COLUMNS)
            raise InputError([f"{what}: {key} names {unknown!r}, no column of State or Ground{near}"])
    return mechanism


def takes(function: Callable[..., Any], n: int) -> bool:
    """Return whether a function can be called with n arguments; what has no signature is given the benefit."""
    try:
        inspect.signature(function).bind(*range(n))
    except TypeError:
        return False
    except ValueError:
        return True
    return True


class Watched(Mechanism):
    """A mechanism that is watched while it acts; raises InputError with its name, the column and the tick."""

    def __init__(self, name: str, mechanism: Mechanism, is_own: bool) -> None:
        self._name, self._mechanism, self._is_own = name, mechanism, is_own

    @property
    def acts_in_ceasefire(self) -> bool:  # type: ignore[override]
        """Whether it acts during a ceasefire."""
        return self._mechanism.acts_in_ceasefire

    def begin(self, state: State, ground: Ground) -> None:
        """Prepare, watched."""
        self._watch(lambda: self._mechanism.begin(state, ground), state, ground, "before the first tick")

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act for one tick, watched."""
        when = f"in the tick from hour {tick.start_h:g}"
        self._watch(lambda: self._mechanism(state, ground, tick, draws), state, ground, when)

    def _watch(self, act: Callable[[], None], state: State, ground: Ground, when: str) -> None:
        # The model's mechanisms are held to what they declare by tests.
        before = _arrays(state, ground) if self._is_own else {}
        bytes_before = {key: array.tobytes() for key, array in before.items()}
        soldiers = [_accounted(state, side) for side in range(len(SIDES))]
        act()
        after = _arrays(state, ground) if self._is_own else {}
        for key, array in after.items():
            if array is not before[key]:
                self._fault(f"puts another array in the place of {key}; fill it: {key}[:] = ...", when)
            if key.partition(".")[2] not in self._mechanism.writes and array.tobytes() != bytes_before[key]:
                self._fault(f"changes {key}, which its writes does not name", when)
            if _has_nan(array) and not _has_nan(np.frombuffer(bytes_before[key], array.dtype)):
                self._fault(f"puts NaN, which is no number, into {key}", when)
        if self._is_own and state.n_soldiers.min(initial=0) < 0:
            self._fault("makes state.n_soldiers negative", when)
        for side, n in enumerate(soldiers):
            if (change := _accounted(state, side) - n) != 0:
                self._fault(
                    f"makes {abs(change)} soldiers of the {SIDES[side]} {'appear' if change > 0 else 'vanish'}: what "
                    "state.n_soldiers loses belongs in state.losses, what it gains in state.arrived",
                    when,
                )
        if (n := _in_pool(state)) != state.pool_soldiers[0]:
            self._fault(f"leaves {n} soldiers in the pool, but state.pool_soldiers says {state.pool_soldiers[0]}", when)

    def _fault(self, what: str, when: str) -> None:
        raise InputError([f"mechanisms: {self._name!r} {what} ({when})"])


def _has_nan(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" and bool(np.isnan(array).any())


def _arrays(state: State, ground: Ground) -> dict[str, np.ndarray]:
    return {
        f"{word}.{name}": getattr(owner, name)
        for word, owner in (("state", state), ("ground", ground))
        for name in columns_of(type(owner))
    }


def _accounted(state: State, side: int) -> int:
    """Return alive + lost + away - arrived, which is the initial number at any time."""
    return state.soldiers(side) + int(state.losses[side].sum()) + int(state.away[side]) - int(state.arrived[side])


def _in_pool(state: State) -> int:
    rows = state.pool[np.arange(state.cursor[POOL_HEAD], state.cursor[POOL_TAIL]) % len(state.pool)]
    return int(state.n_soldiers[rows].sum())
