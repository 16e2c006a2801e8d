"""Counter-attacks by a unit on a cell lately lost: which cell, how many are sent, the way there, and the fight."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.mechanisms.shared.duel import DuelDraws, DuelRules, duel
from sim.mechanisms.shared.groups import log
from sim.mechanisms.shared.teams_in_cell import (
    Ledger,
    Rows,
    chain_of_cell,
    change_state,
    count_in_cell,
    strike_off_fallen,
)
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, count_neighbours
from sim.world.integer_codes import (
    ATTACKER,
    CELL_RETAKEN,
    CELLS_RETAKEN,
    COUNTERATTACK,
    COUNTERATTACKS,
    DEFENDER,
    GARRISON,
    RESERVE_ATTACKED,
    WITHDRAW,
)
from sim.world.keyed_draws import binomial, uniform

# A cell's draws: one for the losses on the way, then those of the fight, and those that say who falls.
APPROACH, FIRST, WHO_FALLS = 0, 1, 1 << 20
DRAWS_PER_ATTACK = 1 << 21  # for one unit after the other on the same morning


class Fight(NamedTuple):
    """Rates of direct fire (1/h), breakpoints (shares), and the hazard of the way there (1)."""

    attacker_loss_per_defender_h: float
    defender_loss_per_attacker_h: float
    breakpoint_attacker: float
    breakpoint_defender: float
    hazard: float


class Unit(NamedTuple):
    """A unit that counter-attacks: its axis, its soldiers, and how many it sends per soldier who holds open ground."""

    axis: int
    n_soldiers: int
    ratio: float


class Attack(NamedTuple):
    """Soldiers who counter-attack a cell at an hour (h), and how far its holders have to walk back (km)."""

    cell: int
    n_soldiers: int
    hour: float
    stage_km: float


class Holders(NamedTuple):
    """The attacker's soldiers in a cell: their chain, what they do there, and what divides their losses."""

    start: int
    occupied: int
    cover: float


class AttackDraws(NamedTuple):
    """The random numbers of a counter-attack: of the fight, and of who falls."""

    fight: DuelDraws
    fallen: DuelDraws


class Cells(NamedTuple):
    """Columns of Ground by cell, the row of each cell's section, the front's version, and room by cell for a search."""

    axis: np.ndarray
    control: np.ndarray
    neighbours: np.ndarray
    is_connected: np.ndarray
    fortification: np.ndarray
    target_soldiers: np.ndarray
    taken_h: np.ndarray
    section_of_cell: np.ndarray
    front_version: np.ndarray
    reached: np.ndarray
    stack: np.ndarray


@kernel
def holders_of(cell, rows):
    """Count the soldiers of a cell's garrison; uses active, cursor, state, n_soldiers and objective_cell."""
    return count_in_cell(chain_of_cell(cell, rows), GARRISON, rows)


@kernel
def soldiers_needed(cell, ratio, n_holders, cells):
    """Return how many counter-attack: ratio x holders, and no fewer than leave no gap in the line.

    A gap is a cell with less than a quarter of its target, here the largest target of the neighbouring sections.
    """
    n = math.ceil(ratio * n_holders - 1e-9)
    for j in range(4):
        other = cells.neighbours[cell, j]
        if other >= 0 and cells.control[other] == DEFENDER_HELD:
            n = max(n, (cells.target_soldiers[other] + 3) // 4)
    return max(n, 1)


@kernel
def is_attackable(cell, axis, since_h, cells):
    """Return whether a cell of an axis was taken since an hour and touches the defender's connected ground."""
    if cells.axis[cell] != axis or cells.control[cell] != ATTACKER_HELD or cells.taken_h[cell] < since_h:
        return False
    for j in range(4):
        other = cells.neighbours[cell, j]
        if other >= 0 and cells.is_connected[other] != 0 and cells.control[other] == DEFENDER_HELD:
            return True
    return False


@kernel
def is_neck(cell, since_h, cells):
    """Return whether other fresh cells reach the attacker's older ground only through this one."""
    reached, stack = cells.reached, cells.stack
    reached[:] = 0
    for j in range(4):
        first = cells.neighbours[cell, j]
        if first < 0 or cells.control[first] != ATTACKER_HELD or cells.taken_h[first] < since_h or reached[first] == 1:
            continue
        stack[0], n, is_cut_off = first, 1, True
        reached[first] = 1
        while n > 0:
            n -= 1
            here = stack[n]
            for k in range(4):
                other = cells.neighbours[here, k]
                if other < 0 or other == cell or cells.control[other] != ATTACKER_HELD or reached[other] == 1:
                    continue
                if cells.taken_h[other] < since_h:
                    is_cut_off = False
                    continue
                reached[other] = 1
                stack[n] = other
                n += 1
        if is_cut_off:
            return True
    return False


@kernel
def choose_cell(unit, since_h, lanes, rows, cells):
    """Return the best cell that a unit can counter-attack, and how many are needed; (-1, 0) when there is none.

    Score = own sides + 0.5 if it is a neck - 0.1 x holders. lanes: cells with a section (int32).
    """
    best, needed, best_score = -1, 0, -np.inf
    for cell in lanes:
        if is_attackable(cell, unit.axis, since_h, cells):
            holders = holders_of(cell, rows)
            n = soldiers_needed(cell, unit.ratio, holders, cells)
            if n > unit.n_soldiers:
                continue
            score = count_neighbours(cell, DEFENDER_HELD, cells.control, cells.neighbours) - 0.1 * holders
            score += 0.5 * is_neck(cell, since_h, cells)
            if score > best_score:
                best, needed, best_score = cell, n, score
    return best, needed


@kernel
def attacks_before(cell, hour, ledger):
    """Count the units that attacked a cell at an hour before this one; uses events and n_events."""
    n = 0
    for i in range(min(ledger.n_events[0], len(ledger.events))):
        event = ledger.events[i]
        n += event.kind == RESERVE_ATTACKED and event.cell == cell and event.hour == hour
    return n


@kernel
def fight_holders(holders, y, fight, draws, rows, ledger):
    """Let y soldiers counter-attack the holders of a cell; return how many are left, and whether the holders are out.

    Square law: the holders lose at the rate attacker_loss_per_defender_h / cover, the others at
    defender_loss_per_attacker_h, until a side breaks. fight: has these rates and breakpoints.
    """
    x = count_in_cell(holders.start, holders.occupied, rows)
    rules = DuelRules(
        fight.attacker_loss_per_defender_h / holders.cover,
        fight.defender_loss_per_attacker_h,
        (1.0 - fight.breakpoint_attacker) * x,
        (1.0 - fight.breakpoint_defender) * y,
        False,
        False,
    )
    x_left, y_left, _, _ = duel(x, y, 1e9, rules, draws.fight)
    strike_off_fallen(x - x_left, x, holders.occupied, holders.start, draws.fallen, rows)
    ledger.losses[ATTACKER, COUNTERATTACK] += x - x_left
    ledger.losses[DEFENDER, COUNTERATTACK] += y - y_left
    ledger.counts[COUNTERATTACKS] += 1
    return y_left, y_left > 0 and x_left <= rules.x_breaks_at


@kernel
def attack_cell(attack, fight, stream, rows, cells, ledger):
    """Send soldiers against a cell's garrison; return how many come back to the unit (0 if they hold the cell).

    Binomial(n, 1 - exp(-hazard)) fall on the way there.
    """
    cell, n, hour = attack.cell, attack.n_soldiers, attack.hour
    k = DRAWS_PER_ATTACK * attacks_before(cell, hour, ledger)
    n_on_the_way = binomial(uniform(stream, cell, k + APPROACH), n, 1.0 - math.exp(-fight.hazard))
    y = n - n_on_the_way
    holders = Holders(chain_of_cell(cell, rows), GARRISON, cells.fortification[cell])
    draws = AttackDraws(DuelDraws(stream, cell, k + FIRST), DuelDraws(stream, cell, k + WHO_FALLS))
    y_left, is_out = fight_holders(holders, y, fight, draws, rows, ledger)
    ledger.losses[DEFENDER, COUNTERATTACK] += n_on_the_way
    log(RESERVE_ATTACKED, hour, cell, n, ledger)
    if not is_out:
        return y_left
    change_state(holders.start, GARRISON, WITHDRAW, hour, attack.stage_km, rows)
    cells.control[cell], cells.taken_h[cell] = DEFENDER_HELD, np.inf
    rows.n_soldiers[cells.section_of_cell[cell]] += y_left
    cells.front_version[0] += 1
    ledger.counts[CELLS_RETAKEN] += 1
    log(CELL_RETAKEN, hour, cell, 0.0, ledger)
    return 0


@kernel
def launch(
    unit_axis, unit_soldiers, ratio, since_h, hour, fight, stage_km, stream, following, reached, stack, lanes, active,
    forward, cursor, state, n_soldiers, objective_cell, group_id, timer_h, remaining_km, mobility, axis, control,
    neighbours, is_connected, fortification, target_soldiers, taken_h, section_of_cell, front_version, losses, count,
    stock, events, n_events,
):  # fmt: skip
    """Let a unit of unit_soldiers counter-attack the best cell of an axis; return (cell or -1, soldiers left in it).

    `fight` is a Fight; hours in h, stage_km in km; `following` (int32 by position in active), reached (int8) and stack
    (int32), both by cell, are room; lanes (int32) are the cells with a section. The other arrays are columns of State
    and Ground, as declared there.
    """
    rows = Rows(
        active, forward, cursor, following, state, n_soldiers, objective_cell, group_id, timer_h, remaining_km,
        mobility,
    )  # fmt: skip
    cells = Cells(
        axis, control, neighbours, is_connected, fortification, target_soldiers, taken_h, section_of_cell,
        front_version, reached, stack,
    )  # fmt: skip
    cell, n = choose_cell(Unit(unit_axis, unit_soldiers, ratio), since_h, lanes, rows, cells)
    if cell < 0:
        return -1, unit_soldiers
    ledger = Ledger(losses, count, stock, events, n_events)
    back = attack_cell(Attack(cell, n, hour, stage_km), fight, stream, rows, cells, ledger)
    return cell, unit_soldiers - n + back
