"""Direct fire: groups gather before an objective, enter it together, and fight its section."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np

from sim.mechanisms.mechanism_interface import Mechanism
from sim.mechanisms.shared.duel import DuelDraws, DuelRules, duel
from sim.mechanisms.shared.exploitation import ExploitationValues, exploit
from sim.mechanisms.shared.front import goal_km
from sim.mechanisms.shared.groups import log
from sim.mechanisms.shared.quality import WithQuality
from sim.mechanisms.shared.teams_in_cell import (
    Ledger,
    Rows,
    cells_with_teams,
    change_state,
    count_in_cell,
    enter,
    gather_by_cell,
    join_holders,
    scatter,
    strike_off_fallen,
    survey,
)
from sim.quantity import MAX_H, MAX_KM, Params, quantity, setting
from sim.world.clock import Tick
from sim.world.compiled_code import kernel
from sim.world.ground import DEFENDER_HELD, Ground
from sim.world.integer_codes import (
    AIMED_FIRE,
    ASSAULT,
    ASSAULT_BROKEN,
    ASSAULTS,
    ATTACKER,
    DEFENDER,
    ENTRIES,
    HOLD,
    WITHDRAW,
)
from sim.world.keyed_draws import DIRECT_FIRE, Draws
from sim.world.state import State
from sim.world.value_records import record_of

# A cell's fights are numbered; each has this many numbers for its jumps, and as many for the choice of the fallen.
DRAWS_PER_FIGHT = 1 << 16
WHO_FALLS = 1 << 15


class DirectFireParams(Params):
    """Fire between those who stand in one contested cell."""

    attacker_loss_per_defender_h: float = quantity(
        "1/h", "attackers lost per hour and defender in a contested cell", ge=0, le=1_000_000
    )
    defender_loss_per_attacker_h: float = quantity(
        "1/h",
        "defenders lost per hour and attacker in a contested cell, before dividing by fortification",
        ge=0,
        le=1_000_000,
    )
    attacker_fire: Literal["aimed", "area"] = setting(
        "text", "attacker's fire: aimed, or at an area (then its rate is per attacker and defender)"
    )
    defender_fire: Literal["aimed", "area"] = setting(
        "text", "defender's fire: aimed, or at an area (then its rate is per defender and attacker)"
    )
    assault_ratio: float = quantity("1", "force ratio at which waiting groups assault", ge=0, le=1000)
    wait_max_h: float = quantity("h", "time after which waiting groups assault at any force ratio", ge=0, le=MAX_H)
    breakpoint_attacker: float = quantity("1", "share of losses at which an assault breaks", gt=0, le=1)
    breakpoint_defender: float = quantity(
        "1", "share of its target strength lost at which a line section breaks", gt=0, le=1
    )
    p_exploit: float = quantity(
        "1", "probability that a group at a won cell that others hold goes on into empty ground behind it", ge=0, le=1
    )
    exploit_km: float = quantity(
        "km", "largest distance of ground won in this way from the attacker's ground", ge=0, le=MAX_KM
    )


class DirectFireValues(NamedTuple):
    """What the mechanism needs of DirectFireParams, in the same units."""

    attacker_loss_per_defender_h: float
    defender_loss_per_attacker_h: float
    is_attacker_area_fire: bool
    is_defender_area_fire: bool
    assault_ratio: float
    wait_max_h: float
    breakpoint_attacker: float
    breakpoint_defender: float


class Cells(NamedTuple):
    """Columns of Ground by cell, the row of each cell's section, and the way back to the staging area (km)."""

    section_of_cell: np.ndarray
    control: np.ndarray
    fortification: np.ndarray
    target_soldiers: np.ndarray
    cohesion: np.ndarray
    fight_draws: np.ndarray
    assault_force: np.ndarray
    entries: np.ndarray
    raids: np.ndarray
    is_held_by_enemy: np.ndarray
    held_since_h: np.ndarray
    sector: np.ndarray
    stage_km: float


class Fight(NamedTuple):
    """One contested cell: its number, its section's row, the chain of those before it, and the stream of its draws."""

    cell: int
    section: int
    start: int
    stream: np.ndarray


class DirectFire(Mechanism):
    """Start assaults and fight them as an exact jump process in each contested cell.

    Those waiting enter when they number assault_ratio x defenders x cohesion, or one has waited wait_max_h, or a fight
    is on, each group at the hour at which it arrives; an empty cell is won at once. Then attackers are lost at rate
    attacker_loss_per_defender_h x y x cohesion and defenders at defender_loss_per_attacker_h x x / fortification
    (stochastic square law, Brown 1963; the rate times the strength under fire where fire is spread over an area: linear
    law, or Deitchman's mixed law) until x <= (1 - breakpoint_attacker) of the force that entered, or y <= (1 -
    breakpoint_defender) of the section's target. Losers withdraw, winners hold. A side's training multiplies its rate
    of fire and its breakpoint (`shared.quality`). A group that comes to a won cell which hold_min others hold already
    goes on, with probability p_exploit into the neighbouring cell nearest to the axis's goal, if it is nearer than its
    own, empty, and within exploit_km of the attacker's ground; it arrives after its distance over its speed, wins the
    cell if it is still empty, and so on from there.
    """

    reads: ClassVar[frozenset[str]] = frozenset(
        {
            "active", "cohesion", "control", "cursor", "fortification", "forward", "front_version", "group_id",
            "mobility", "neighbours", "quality", "section_of_cell", "sector", "target_soldiers", "terrain",
            "terrain_speed", "weather_factor", "x_km", "y_km"
        }
    )  # fmt: skip
    writes: ClassVar[frozenset[str]] = frozenset(
        {
            "assault_force", "axis", "count", "entries", "events", "fight_draws", "held_since_h", "is_exploited",
            "is_held_by_enemy",
            "losses", "n_events", "n_soldiers", "objective_cell", "raids", "remaining_km", "state", "stock", "timer_h"
        }
    )  # fmt: skip

    def __init__(self, values: DirectFireValues, exploitation: ExploitationValues | None = None) -> None:
        self._values_now, self._exploitation = WithQuality(values), exploitation
        self._record = None if exploitation is None else record_of(exploitation)

    def begin(self, state: State, ground: Ground) -> None:
        """Make room for the chains of teams before each cell."""
        self._first = np.full(ground.n_cells, -1, np.int32)
        self._following = np.zeros(len(state.active), np.int32)
        self._cells = np.zeros(ground.n_cells, np.int32)
        self._front_version = -1

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Fight for one tick in every cell where teams wait or assault."""
        fight_for_a_tick(
            self._values_now.record(state), tick.start_h, tick.end_h, ground.stage_km,
            draws.lifelong(DIRECT_FIRE), self._first, self._following,
            self._cells, state.active, state.forward, state.cursor, state.state, state.n_soldiers,
            state.objective_cell, state.group_id, state.timer_h, state.remaining_km, state.section_of_cell,
            ground.control, ground.fortification, ground.target_soldiers, ground.cohesion, ground.fight_draws,
            ground.assault_force, ground.entries, ground.raids, ground.is_held_by_enemy, ground.held_since_h,
            state.losses, state.count, state.stock, state.events, state.n_events, ground.sector, state.mobility,
        )  # fmt: skip
        if self._exploitation is not None:
            self._exploit(self._exploitation, state, ground, tick, draws)

    def _exploit(self, values: ExploitationValues, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        """Let the groups that came to a won cell in this tick go on."""
        if ground.front_version[0] != self._front_version:
            self._front_version = int(ground.front_version[0])
            self._goals = np.array([goal_km(ground, axis) for axis in range(len(ground.axis_names))])
        weather = 1.0 if ground.weather_factor[0] == 1.0 else values.bad_weather_speed_factor
        exploit(
            self._record, tick.start_h, tick.end_h, weather, draws.lifelong(DIRECT_FIRE), self._goals,
            ground.terrain_speed, ground.terrain, ground.x_km, ground.y_km, ground.axis, ground.neighbours,
            ground.control, ground.is_held_by_enemy, ground.held_since_h, ground.entries, ground.raids,
            ground.is_exploited, state.section_of_cell, state.active, state.forward, state.cursor, state.state,
            state.axis, state.group_id, state.mobility, state.n_soldiers, state.objective_cell, state.timer_h,
            state.remaining_km, state.count,
        )  # fmt: skip


@kernel
def exchange_fire(fight, hours, values, rows, cells, ledger):
    """Fight in one cell for some hours; return the hours used, and whether the assault or the section broke."""
    cell, first_draw = fight.cell, cells.fight_draws[fight.cell]
    x, y = count_in_cell(fight.start, ASSAULT, rows), rows.n_soldiers[fight.section]
    rules = DuelRules(
        values.attacker_loss_per_defender_h * cells.cohesion[cell],
        values.defender_loss_per_attacker_h / cells.fortification[cell],
        (1.0 - values.breakpoint_attacker) * cells.assault_force[cell],
        (1.0 - values.breakpoint_defender) * cells.target_soldiers[cell],
        values.is_defender_area_fire,
        values.is_attacker_area_fire,
    )
    x_left, y_left, used, k = duel(x, y, hours, rules, DuelDraws(fight.stream, cell, first_draw))
    fallen = DuelDraws(fight.stream, cell, first_draw + WHO_FALLS)
    strike_off_fallen(x - x_left, x, ASSAULT, fight.start, fallen, rows)
    cells.fight_draws[cell] = k
    rows.n_soldiers[fight.section] = y_left
    ledger.losses[ATTACKER, AIMED_FIRE] += x - x_left
    ledger.losses[DEFENDER, AIMED_FIRE] += y - y_left
    return used, x_left <= rules.x_breaks_at, y_left <= rules.y_breaks_at


@kernel
def let_in(fight, hour, values, rows, cells, ledger):
    """Let those who wait at an hour into the cell if they may; return the hour at which that is to be asked again."""
    cell, y = fight.cell, rows.n_soldiers[fight.section]
    n_waiting, n_groups, since_h, next_h = survey(fight.start, hour, rows)
    is_strong = n_waiting >= values.assault_ratio * y * cells.cohesion[cell]
    if n_waiting > 0 and (cells.assault_force[cell] > 0 or is_strong or since_h + values.wait_max_h <= hour):
        if cells.assault_force[cell] == 0:
            ledger.counts[ASSAULTS] += 1
            cells.fight_draws[cell] = (cells.fight_draws[cell] // DRAWS_PER_FIGHT + 1) * DRAWS_PER_FIGHT
        ledger.counts[ENTRIES] += n_groups
        cells.entries[cell] += n_groups
        cells.raids[cell] += n_groups
        cells.assault_force[cell] += n_waiting
        enter(fight.start, hour, rows)
    # Once a fight is on, no group waits.
    return next_h if cells.assault_force[cell] > 0 else min(next_h, since_h + values.wait_max_h)


@kernel
def settle_fight(fight, hour, is_assault_broken, rows, cells, ledger):
    """End a fight at an hour: a broken assault withdraws; else the section leaves and the attackers hold the cell."""
    cell = fight.cell
    cells.assault_force[cell] = 0
    if is_assault_broken:
        log(ASSAULT_BROKEN, hour, cell, count_in_cell(fight.start, ASSAULT, rows), ledger)
        change_state(fight.start, ASSAULT, WITHDRAW, hour, cells.stage_km, rows)
    else:
        ledger.stock[DEFENDER, cells.sector[cell]] += rows.n_soldiers[fight.section]
        rows.n_soldiers[fight.section] = 0
        cells.raids[cell] += 1
        cells.is_held_by_enemy[cell], cells.held_since_h[cell] = 1, hour
        change_state(fight.start, ASSAULT, HOLD, hour, 0.0, rows)


@kernel
def fight_for_a_tick(
    record, start_h, end_h, stage_km, stream, first, following, cells_listed, active, forward, cursor, state,
    n_soldiers, objective_cell, group_id, timer_h, remaining_km, section_of_cell, control, fortification,
    target_soldiers, cohesion, fight_draws, assault_force, entries, raids, is_held_by_enemy, held_since_h, losses,
    count, stock, events, n_events, sector, mobility,
):  # fmt: skip
    """Go through a tick from arrival to arrival: let groups enter where they may, fight, and settle the outcome.

    `record` is a DirectFireValues; start_h and end_h are hours of the campaign, stage_km is in km. `first` and
    `cells_listed` (int32 by cell) and `following` (int32 by position in active) are room for the chains: `first` is -1
    everywhere. The other arrays are columns of State and Ground, with the dtypes and units declared there.
    """
    rows = Rows(
        active, forward, cursor, following, state, n_soldiers, objective_cell, group_id, timer_h, remaining_km,
        mobility,
    )  # fmt: skip
    cells = Cells(
        section_of_cell, control, fortification, target_soldiers, cohesion, fight_draws, assault_force, entries, raids,
        is_held_by_enemy, held_since_h, sector, stage_km,
    )  # fmt: skip
    values, ledger = record[0], Ledger(losses, count, stock, events, n_events)
    gather_by_cell(rows, first)
    for c in range(cells_with_teams(rows, first, cells_listed)):
        cell = cells_listed[c]
        fight, hour = Fight(cell, section_of_cell[cell], first[cell], stream), start_h
        if control[cell] != DEFENDER_HELD or fight.section < 0:
            continue
        while hour < end_h and not is_held_by_enemy[cell]:
            until = min(end_h, let_in(fight, hour, values, rows, cells, ledger))
            if assault_force[cell] == 0:
                hour = until
                continue
            used, is_assault_broken, is_section_broken = exchange_fire(fight, until - hour, values, rows, cells, ledger)
            if is_assault_broken or is_section_broken:
                hour += used
                settle_fight(fight, hour, is_assault_broken, rows, cells, ledger)
            else:
                hour = until
        if is_held_by_enemy[cell]:
            join_holders(fight.start, hour, rows)
    scatter(rows, first)
