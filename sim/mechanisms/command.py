"""Command: groups are released from the pool to objectives and to garrisons.

The agents of `sim.campaign` decide once per day how many are released and where to; this mechanism carries it out.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.release import FIRST_GROUP_ID, send_groups
from sim.quantity import MAX_DAY, MAX_KM, Name, Params, quantity, setting
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import COMMAND, Draws
from sim.world.state import State

# Relief goes to the whole front as to one axis.
EVERYWHERE = np.ones(1)


class DoctrineChange(Params):
    """A doctrine that the attacker follows from a day on."""

    day: int = setting("day", "first day of the doctrine", ge=0, le=MAX_DAY)
    doctrine: Name = setting("text", "key of `effort` that the attacker follows from this day on")


class CommandParams(Params):
    """How the two sides decide."""

    attacker_policy: Literal["doctrine", "adaptive", "do_nothing"] = setting(
        "text", "attacker's policy: by doctrine, moving effort to the axis that progresses, or doing nothing"
    )
    defender_policy: Literal["hold_the_line", "mobile_reserve", "elastic", "do_nothing"] = setting(
        "text", "defender's policy: reserve to gaps and breaks, or to counter-attack, falling back, or nothing"
    )
    doctrine: Name = setting("text", "key of `effort` that the attacker follows")
    doctrine_from: Annotated[list[DoctrineChange], Field(max_length=100)] = setting(
        "list", "dated changes of doctrine, in order of their days", default=[]
    )
    effort: dict[str, dict[str, Annotated[float, Field(ge=0, le=1000)]]] = quantity(
        "1", "share of the attacker's effort, by doctrine and axis"
    )
    effort_gain: float = quantity(
        "1", "strength with which effort moves to the axis that lately took ground (0: none)", ge=0, le=1000
    )
    adaptation_days: float = quantity("day", "time constant of the attacker's memory of ground taken", gt=0, le=MAX_DAY)
    release: Literal["share_of_pool", "absolute"] = setting(
        "text", "kind of release: a share of the pool, or a fixed number per day"
    )
    release_share_per_day: float = quantity("1/day", "share of the attacker's pool sent forward per day", ge=0, le=100)
    release_soldiers_per_day: float = quantity(
        "soldiers/day", "attacking soldiers sent forward per day if the number is fixed", ge=0, le=10_000_000
    )
    surge_day: int = setting("day", "first day of the surge in which more soldiers are sent forward", ge=0, le=MAX_DAY)
    surge_days: int = setting("day", "length of the surge (0: no surge)", ge=0, le=MAX_DAY)
    surge_factor: float = quantity("1", "factor on the soldiers sent forward per day during the surge", ge=0, le=1000)
    culmination_share: float = quantity(
        "1", "pool, as a share of the force at the start, below which the attack stops", ge=0, le=1
    )
    resume_share: float = quantity(
        "1", "pool, as a share of the force at the start, from which the attack resumes", ge=0, le=1
    )
    n_objectives: int = quantity("cells", "objectives pursued at a time over all axes", ge=0, le=10_000)
    weight_neighbours: float = quantity(
        "1", "preference for objectives with one more side on own ground", ge=0, le=1000
    )
    weight_distance_per_km: float = quantity(
        "1/km", "preference for objectives a kilometre nearer to the goal", ge=0, le=1000
    )
    weight_jitter: float = quantity("1", "largest random addition to an objective's score", ge=0, le=1000)
    weight_contested: float = quantity("1", "preference for objectives already fought for", ge=0, le=1000)
    weight_symbolic: float = quantity("1", "preference for cells of a symbolic objective", ge=0, le=1000)
    pressure_radius_km: float = quantity(
        "km", "distance within which an assault puts pressure on a cell", ge=0, le=MAX_KM
    )
    pressure_decay_days: float = quantity("day", "time constant with which pressure on a cell decays", gt=0, le=MAX_DAY)
    pressure_floor: float = quantity(
        "1", "least target strength of a quiet cell relative to the mean, before scaling", ge=0.001, le=1
    )
    pressure_cap: float = quantity(
        "1", "largest target strength of a cell relative to the mean, before scaling", ge=1, le=100
    )
    gap_trigger: float = quantity(
        "1", "share of an axis's front without defence from which on the reserve is committed", gt=0, le=1000
    )
    depth_trigger_km: float = quantity(
        "km", "depth of fresh ground from which on a reserve is committed, by either side", gt=0, le=MAX_KM
    )
    commit_ratio: float = quantity(
        "1", "defenders of the reserve sent against the attackers in a break, relative to them", ge=0, le=1000
    )


class CommandValues(NamedTuple):
    """Soldiers of a group, and the cumulative shares of groups by mobility: to objectives, and to garrisons."""

    group_size: int
    cumulative_mobility: np.ndarray
    relief_mobility: np.ndarray


class Command(Mechanism):
    """Release groups from the pool to objectives by effort, and to garrisons that are short.

    The number of groups of a tick is Poisson(release_per_day x dt / 24 / group_size); a group takes group_size /
    team_size teams off the pool's head, an axis by effort, one of its objectives and a mobility, each drawn for
    the group, which leaves at an even chance anywhere in the tick. No objective, no release. Relief goes on foot
    where riders join no garrison (see control).
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "effort", "n_objectives", "n_relief", "n_soldiers", "objectives", "pool", "release_per_day", "relief_cells",
            "relief_per_day"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "axis", "count", "cursor", "forward", "group_id", "is_tracked", "mobility", "objective_cell",
            "owner_crew", "pool_soldiers", "remaining_km", "reserve_due", "state", "timer_h"
        }
    )  # fmt: skip

    def __init__(self, values: CommandValues) -> None:
        self._values = values
        self._next_id = np.array(FIRST_GROUP_ID)

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the cells of one axis."""
        self._axis_cells, self._n_axis_cells = np.zeros_like(state.relief_cells), np.zeros_like(state.n_relief)

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Send one tick's groups forward."""
        p = self._values
        send_groups(
            p.group_size, state.team_size, tick.start_h, tick.dt_h, tick.time_s // 900, ground.stage_km,
            p.cumulative_mobility, p.relief_mobility, draws.stream(COMMAND, tick), self._next_id, self._axis_cells,
            self._n_axis_cells, EVERYWHERE, ground.axis, state.release_per_day, state.effort, state.objectives,
            state.n_objectives, state.relief_per_day, state.relief_cells, state.n_relief, state.reserve_due,
            state.state, state.axis, state.group_id, state.n_soldiers, state.mobility, state.objective_cell,
            state.remaining_km, state.timer_h, state.is_tracked, state.owner_crew, state.active, state.forward,
            state.pool, state.pool_soldiers, state.cursor, state.count,
        )  # fmt: skip
