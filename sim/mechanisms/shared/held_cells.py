"""Won cells that have not yet changed hands: how long they are held, and what is left of them behind a new front."""

from __future__ import annotations

from sim.mechanisms.shared.groups import log
from sim.mechanisms.shared.teams_in_cell import change_state, count_in_cell, holders_in_cell
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, FRONT, has_neighbour
from sim.world.integer_codes import (
    ASSAULT,
    CELL_TAKEN,
    CELLS_TAKEN,
    DEFENDER,
    FLAG_PLANTED,
    FLAGS,
    HOLD,
    N_FORWARD,
    SYMBOLIC_FLAGS,
    WAIT,
    WITHDRAW,
)
from sim.world.watch_list import watch_cell

# Values of is_held_by_enemy: held, and within a search held with a way to the attacker's ground.
HELD, REACHED = 1, 2


@kernel
def run_hold_clock(values, place, rows, cells, ledger):
    """Plant the flag of those who hold a cell when it is time, and let the cell change hands or revert."""
    cell = place.cell
    holding = count_in_cell(place.start, HOLD, rows)
    held_h = place.end_h - cells.held_since_h[cell]
    if holding > 0 and held_h >= values.flag_h and cells.is_flag_planted[cell] == 0:
        cells.is_flag_planted[cell] = 1
        ledger.counts[FLAGS] += 1
        ledger.counts[SYMBOLIC_FLAGS] += cells.is_symbolic[cell]
        log(FLAG_PLANTED, cells.held_since_h[cell] + values.flag_h, cell, holding, ledger)
    if holding == 0 or held_h >= values.hold_h:
        cells.is_held_by_enemy[cell], cells.is_flag_planted[cell] = 0, 0
        if holders_in_cell(place.start, values.rider_stay, rows) >= values.hold_min:
            cells.control[cell] = ATTACKER_HELD
            cells.front_version[0] += 1
            ledger.counts[CELLS_TAKEN] += 1
            log(CELL_TAKEN, cells.held_since_h[cell] + values.hold_h, cell, holding, ledger)
        change_state(place.start, HOLD, WAIT, place.end_h, 0.0, rows)


@kernel
def watch_held_cells(rows, watch):
    """Put the cells that teams hold or assault on the watch list: some may have gone behind the line."""
    for f in range(rows.cursor[N_FORWARD]):
        row = rows.active[rows.forward[f]]
        if (rows.state[row] == HOLD or rows.state[row] == ASSAULT) and watch.is_on[rows.objective_cell[row]] == 0:
            watch_cell(rows.objective_cell[row], watch)


@kernel
def give_up_cut_off(hour, first, rows, cells, watch):
    """Let groups that went on through a gap withdraw once no held cells lead from theirs to the attacker's ground."""
    n_ahead = 0
    for i in range(watch.n[0]):
        cell = watch.cells[i]
        n_ahead += cells.is_exploited[cell] and (cells.is_held_by_enemy[cell] or cells.assault_force[cell] > 0)
    if n_ahead == 0:
        return
    is_reached_by_more = True
    while is_reached_by_more:
        is_reached_by_more = False
        for i in range(watch.n[0]):
            cell = watch.cells[i]
            if cells.is_held_by_enemy[cell] == HELD and is_next_to_attackers(cell, cells):
                cells.is_held_by_enemy[cell], is_reached_by_more = REACHED, True
    for i in range(watch.n[0]):
        cell = watch.cells[i]
        is_fought_for = cells.is_held_by_enemy[cell] == HELD or cells.assault_force[cell] > 0
        if cells.is_exploited[cell] and is_fought_for and not is_next_to_attackers(cell, cells):
            cells.is_held_by_enemy[cell], cells.is_flag_planted[cell], cells.assault_force[cell] = 0, 0, 0
            change_state(first[cell], HOLD, WITHDRAW, hour, cells.stage_km, rows)
            change_state(first[cell], ASSAULT, WITHDRAW, hour, cells.stage_km, rows)
    for i in range(watch.n[0]):
        cell = watch.cells[i]
        cells.is_held_by_enemy[cell] = min(cells.is_held_by_enemy[cell], HELD)


@kernel
def is_next_to_attackers(cell, cells):
    """Return whether a cell shares a side with the attacker's ground or with a held cell that is reached from there."""
    if has_neighbour(cell, ATTACKER_HELD, cells.control, cells.neighbours):
        return True
    return has_neighbour(cell, REACHED, cells.is_held_by_enemy, cells.neighbours)


@kernel
def leave_rear(
    watch_cells, n_watch, line, section_of_cell, n_soldiers, stock, sector, is_held_by_enemy, assault_force,
    is_exploited, neighbours,
):  # fmt: skip
    """Give the soldiers of sections that no longer stand in the line back to the stock of their sector.

    Where groups went on through a gap, the fight goes on beside the cells that they hold. The arrays are columns of
    State and Ground, with the dtypes and units declared there. Soldiers stand and fight in watched cells only.
    """
    for i in range(n_watch[0]):
        cell = watch_cells[i]
        section = section_of_cell[cell]
        if section < 0 or (is_exploited[cell] and has_neighbour(cell, HELD, is_held_by_enemy, neighbours)):
            continue
        if line[cell] != FRONT:
            is_held_by_enemy[cell], assault_force[cell] = 0, 0
            if line[cell] == 0:
                stock[DEFENDER, sector[cell]] += n_soldiers[section]
                n_soldiers[section] = 0
