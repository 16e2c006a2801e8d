"""Won cells that have not yet changed hands: how long they are held, and what is left of them behind a new front."""

from __future__ import annotations

from sim.mechanisms.shared.groups import log
from sim.mechanisms.shared.teams_in_cell import change_state, count_in_cell, holders_in_cell
from sim.world.compiled_code import kernel
from sim.world.ground import ATTACKER_HELD, FRONT
from sim.world.integer_codes import (
    CELL_TAKEN,
    CELLS_TAKEN,
    DEFENDER,
    FLAG_PLANTED,
    FLAGS,
    HOLD,
    N_FORWARD,
    SYMBOLIC_FLAGS,
    WAIT,
)
from sim.world.watch_list import watch_cell


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
    """Put the cells that teams hold on the watch list: some may have won one behind the line."""
    for f in range(rows.cursor[N_FORWARD]):
        row = rows.active[rows.forward[f]]
        if rows.state[row] == HOLD and watch.is_on[rows.objective_cell[row]] == 0:
            watch_cell(rows.objective_cell[row], watch)


@kernel
def leave_rear(line, objective_cell, n_sections, n_soldiers, stock, sector, is_held_by_enemy, assault_force):
    """Give the soldiers of sections that no longer stand in the line back to the stock of their sector."""
    for section in range(n_sections):
        cell = objective_cell[section]
        if line[cell] != FRONT:
            is_held_by_enemy[cell], assault_force[cell] = 0, 0
            if line[cell] == 0:
                stock[DEFENDER, sector[cell]] += n_soldiers[section]
                n_soldiers[section] = 0
