"""Forces: soldiers arrive and leave on dates, replacements change with time, training wears and returns."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, Field

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.transferred_soldiers import (
    ARRIVES,
    COUNTED_AWAY,
    COUNTED_BACK,
    LEAVES,
    STAYS,
    TAKEN_BACK,
    Move,
    in_contact,
    mix,
    move_side,
)
from sim.quantity import MAX_DAY, Name, Params, quantity, setting
from sim.world.clock import H_PER_DAY, Tick
from sim.world.ground import Ground
from sim.world.integer_codes import (
    ATTACKERS_ARRIVE,
    ATTACKERS_LEAVE,
    BRIGADES_LEFT,
    BRIGADES_RETURNED,
    DEFENDERS_ARRIVE,
    DEFENDERS_LEAVE,
    DIVERSION_LEFT,
    DIVERSION_RETURNED,
    SIDES,
)
from sim.world.keyed_draws import Draws
from sim.world.state import State

MAX_SOLDIERS = 10_000_000
MAX_TRANSFERS = 64
# By side: what is logged when soldiers arrive or leave, of a transfer and of a diversion.
_ARRIVE, _LEAVE = (ATTACKERS_ARRIVE, DEFENDERS_ARRIVE), (ATTACKERS_LEAVE, DEFENDERS_LEAVE)
_RETURNED, _LEFT = (DIVERSION_RETURNED, BRIGADES_RETURNED), (DIVERSION_LEFT, BRIGADES_LEFT)


def _has_rising_days(schedule: list[list[float]]) -> list[list[float]]:
    if any(after[0] <= before[0] for before, after in pairwise(schedule)):
        raise ValueError("must have days that rise from each point to the next")
    if any(per_day < 0 for _, per_day in schedule):
        raise ValueError("must have no rate below 0")
    return schedule


Schedule = Annotated[
    list[Annotated[list[Annotated[float, Field(ge=-MAX_DAY, le=MAX_SOLDIERS)]], Field(min_length=2, max_length=2)]],
    Field(max_length=MAX_TRANSFERS),
    AfterValidator(_has_rising_days),
]
"""Points [day, value] of a line that is straight between them, and level before the first and after the last."""


class Transfer(Params):
    """Soldiers of one side who come into the sector, or go out of it, over some days; they are anonymous."""

    name: Name = setting("text", "what the transfer is called")
    side: Literal["attacker", "defender"] = setting("text", "side of the soldiers")
    kind: Literal["arrive", "leave"] = setting("text", "whether they come into the sector or go out of it")
    is_diversion: bool = setting(
        "flag", "whether they belong to the diversion, which forces.diversion lets happen or not", default=False
    )
    soldiers: int = quantity("soldiers", "soldiers of all arms in the transfer", ge=0, le=MAX_SOLDIERS)
    from_day: float = quantity(
        "day", "day on which the transfer begins (below 0: before the campaign)", ge=-MAX_DAY, le=MAX_DAY
    )
    over_days: float = quantity("day", "days over which the transfer is spread (0: all at once)", ge=0, le=MAX_DAY)
    quality: float = quantity(
        "1", "training of soldiers who arrive, in that of the force at the start", default=1.0, gt=0, le=10
    )


class DiversionBySide(Params):
    """Whether the soldiers of the diversion are away, as they were, or stay, as they might have."""

    attacker: Literal["away", "stays"] = setting("text", "attacker's diverted soldiers: away, or in the sector instead")
    defender: Literal["away", "stays"] = setting("text", "defender's diverted soldiers: away, or in the sector instead")


class ShareFree(Params):
    """How many of those diverted would have stood in the sector."""

    attacker: float = quantity("1", "share of the attacker's diverted soldiers free for the sector", ge=0, le=1)
    defender: float = quantity("1", "share of the defender's diverted soldiers free for the sector", ge=0, le=1)


class Replacements(Params):
    """Replacements that change with time; without a point the constant rates of `reinforcement` count."""

    attacker: Schedule = quantity("soldiers/day", "soldiers joining the attacker, as points [day, soldiers/day]")
    defender: Schedule = quantity("soldiers/day", "soldiers joining the defender, as points [day, soldiers/day]")


class RecruitQuality(Params):
    """How well replacements are trained when they join."""

    attacker: float = quantity("1", "training of the attacker's replacements, in that of the start", gt=0, le=10)
    defender: float = quantity("1", "training of the defender's replacements, in that of the start", gt=0, le=10)


class ForcesParams(Params):
    """Transfers, replacements and training of the two forces."""

    transfers: Annotated[list[Transfer], Field(max_length=MAX_TRANSFERS)] = setting(
        "list", "dated transfers of soldiers into the sector and out of it", default=[]
    )
    diversion: DiversionBySide = setting("text", "whether those of a diversion are away or stay")
    share_free: ShareFree = setting("1", "shares of those diverted who would have stood in the sector")
    replacements: Replacements = setting("soldiers/day", "replacements that change with time")
    recruit_quality: RecruitQuality = setting("1", "training of replacements")
    quality_max: float = quantity("1", "training that soldiers reach in time out of contact", gt=0, le=10)
    season_days: float = quantity(
        "day", "time constant with which soldiers out of contact gain training", gt=0, le=MAX_DAY
    )


def moves_of(params: ForcesParams, infantry_share: Sequence[float]) -> tuple[Move, ...]:
    """Return what the transfers do: n = soldiers x infantry share (x share free, of a diversion) in the sector."""
    return tuple(_move(one, params, infantry_share[SIDES.index(one.side)]) for one in params.transfers)


def _move(one: Transfer, params: ForcesParams, infantry_share: float) -> Move:
    is_leaving = one.kind == "leave"
    n = float(one.soldiers)
    if not one.is_diversion:
        effect, n = (LEAVES if is_leaving else ARRIVES), n * infantry_share
    elif getattr(params.diversion, one.side) == "away":
        effect = COUNTED_AWAY if is_leaving else COUNTED_BACK
    else:
        effect, n = (STAYS if is_leaving else TAKEN_BACK), n * infantry_share * getattr(params.share_free, one.side)
    days = one.from_day * H_PER_DAY, one.over_days * H_PER_DAY
    return Move(SIDES.index(one.side), effect, round(n), *days, one.quality)


def away_at_start(params: ForcesParams, side: int) -> int:
    """Return how many diverted soldiers of a side are away when the campaign begins."""
    moves = [move for move in moves_of(params, (1.0, 1.0)) if move.side == side]
    return sum(move.due_before() * (1 if move.effect == COUNTED_AWAY else -1) for move in _counted(moves))


def starts_h(params: ForcesParams) -> tuple[float, ...]:
    """Return the hours at which transfers begin: each begins a tick."""
    return tuple(one.from_day * H_PER_DAY for one in params.transfers)


def most_arrivals(params: ForcesParams, side: int, infantry_share: float) -> int:
    """Return how many soldiers transfers can ever add to a side's sector."""
    moves = moves_of(params, (infantry_share, infantry_share))
    return sum(move.n for move in moves if move.side == side and move.effect in (STAYS, ARRIVES))


def _counted(moves: Iterable[Move]) -> list[Move]:
    return [move for move in moves if move.effect in (COUNTED_AWAY, COUNTED_BACK)]


class ForcesValues(NamedTuple):
    """What moves; training of replacements by side, the most of it, and its time constant; whether arrivals rest."""

    moves: tuple[Move, ...]
    recruit_quality: tuple[float, float]
    quality_max: float
    season_days: float
    is_resting: bool


class Forces(Mechanism):
    """Move the soldiers of dated transfers, and follow how well each side's soldiers are trained.

    On each morning, and at the hour at which it begins, a transfer has moved n x (days since it began) / over_days
    soldiers. The attacker's go to the pool or leave it; the defender's go to those resting (to the stock, without
    `depth`) and leave from the stocks. Training is one number q a side, 1 at the start: n who come with q_n among N
    make q <- (q N + q_n n) / (N + n), and dq/dt = (quality_max - q) x share out of contact / season_days. A side's
    rate of fire in close combat and its breakpoint are multiplied by q (`shared.quality`).
    """

    reads: ClassVar[frozenset[str]] = frozenset({"active", "losses", "rest"})
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "arrived", "away", "cursor", "events", "n_events", "n_soldiers", "pool", "pool_soldiers", "quality",
            "resting", "state", "stock"
        }
    )  # fmt: skip

    acts_in_ceasefire: ClassVar[bool] = True

    def __init__(self, values: ForcesValues) -> None:
        self._values = values
        self._starts_h = {move.from_h for move in values.moves}

    def begin(self, state: State, ground: Ground) -> None:
        """Note what had moved before the start."""
        self._moved = [move.due_before() for move in self._values.moves]
        self._arrived = state.arrived.tolist()

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Act on each morning, and when a transfer begins."""
        if tick.is_new_day:
            for side in range(len(SIDES)):
                self._train(state, side)
        if tick.is_new_day or tick.start_h in self._starts_h:
            self._transfer(state, tick.start_h)
            self._arrived = state.arrived.tolist()

    def _train(self, state: State, side: int) -> None:
        """Mix in the replacements that came since the last time, and train those out of contact for a day."""
        values, n = self._values, int(state.arrived[side]) - self._arrived[side]
        soldiers = state.soldiers(side)
        mix(state, side, n, soldiers, values.recruit_quality[side])
        out = 1.0 - in_contact(state, side) / max(1, soldiers)
        gap = max(0.0, values.quality_max - float(state.quality[side]))
        state.quality[side] += gap * -math.expm1(-out / values.season_days)

    def _transfer(self, state: State, hour: float) -> None:
        due = [move.due(hour) for move in self._values.moves]
        now = [(move, n - before) for move, n, before in zip(self._values.moves, due, self._moved, strict=True)]
        self._moved = due
        self._log_starts(state, hour)
        for side in range(len(SIDES)):
            moving = [(move, n) for move, n in now if move.side == side and n]
            if moving:
                move_side(state, side, moving, hour, self._values.is_resting)

    def _log_starts(self, state: State, hour: float) -> None:
        """Log the transfers that begin, one event for all of a side that do the same; a return speaks for both."""
        soldiers: dict[int, int] = {}
        for move in self._values.moves:
            kind = _event(move)
            # The deployment has logged who was away at the start.
            if move.from_h == hour and move.n and kind is not None and (hour > 0.0 or move.effect != COUNTED_AWAY):
                soldiers[kind] = soldiers.get(kind, 0) + move.n
        for side in range(len(SIDES)):
            if _RETURNED[side] in soldiers:
                soldiers.pop(_ARRIVE[side], None)
        for kind, n in soldiers.items():
            state.log(kind, hour, value=float(n))


def _event(move: Move) -> int | None:
    kinds = {COUNTED_AWAY: _LEFT, COUNTED_BACK: _RETURNED, ARRIVES: _ARRIVE, LEAVES: _LEAVE}.get(move.effect)
    return None if kinds is None else kinds[move.side]


def log_away(params: ForcesParams, state: State) -> None:
    """Count and log at the start who is away: a diversion that began before it, or begins with it."""
    for side in range(len(SIDES)):
        state.away[side] = away_at_start(params, side)
        if state.away[side]:
            state.log(_LEFT[side], 0.0, value=float(state.away[side]))
