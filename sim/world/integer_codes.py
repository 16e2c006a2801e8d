"""What the numbers in the arrays mean: sides, states of a row, causes of loss, counts, events, cursors."""

from __future__ import annotations

import numpy as np

ATTACKER, DEFENDER = 0, 1
SIDES = ("attacker", "defender")

UNFORMED, POOL, ADVANCE, WAIT, ASSAULT, HOLD, GARRISON, WITHDRAW, REST, DEAD, LINE = range(11)
STATES = (
    "unformed", "pool", "advance", "wait", "assault", "hold", "garrison", "withdraw", "rest", "dead", "line",
)  # fmt: skip

DRONE_TRANSIT, DRONE_WAITING, DRONE_HOLDING, DRONE_GARRISON, DRONE_LINE = range(5)
SHELLS, AIMED_FIRE, COUNTERATTACK, BREAKOUT, ON_THE_ROAD, MINES = 5, 6, 7, 8, 9, 10
CAUSES = (
    "drone_transit", "drone_waiting", "drone_holding", "drone_garrison", "drone_line",
    "artillery", "direct_fire", "counterattack", "breakout", "on_the_road", "mines",
)  # fmt: skip

# Running counts of `state.count`.
SENT_FORWARD, ASSAULTS, ENTRIES, FLAGS, CALLS_ON_ATTACKER, BLOCKED_ON_ATTACKER = range(6)
CALLS_ON_DEFENDER, BLOCKED_ON_DEFENDER, CELLS_TAKEN, CELLS_RETAKEN, COUNTERATTACKS, SYMBOLIC_FLAGS = range(6, 12)
CELLS_MOPPED_UP = 12
COUNTS = (
    "soldiers_sent_forward", "assaults", "groups_entered", "flags_planted",
    "calls_on_attacker", "calls_on_attacker_blocked", "calls_on_defender", "calls_on_defender_blocked",
    "cells_taken", "cells_retaken", "counterattacks", "symbolic_flags_planted", "cells_mopped_up",
)  # fmt: skip

# Found and lost again more often than this within one tick, a group counts as found until the tick's end.
MAX_TRACKS_PER_GROUP = 24

MARCHES_PER_AXIS = 64

# Units in reserve, of both sides in one table: what a unit does, and what for.
MAX_UNITS, MAX_UNITS_PER_SIDE = 64, 32
NO_UNIT, STANDING_BACK, ON_THE_WAY, BEHIND_SECTOR, REFITTING = range(5)
UNIT_STATUSES = ("none", "standing_back", "on_the_way", "behind_sector", "refitting")
PLUG, STRIKE_BACK, EXPLOIT, GO_BACK = range(4)
UNIT_MODES = ("plug", "counterattack", "exploit", "back")

# What the event table says happened.
EVENT_KINDS = (
    "cell_taken", "cell_retaken", "flag_planted", "assault_broken", "diversion_left", "diversion_returned",
    "reserve_committed", "reserve_arrived", "city_encircled", "encirclement_lifted", "city_lost", "city_retaken",
    "force_culminated", "city_cut_off", "city_reconnected", "offensive_resumed", "ceasefire_began", "line_closed",
    "line_reopened", "broke_out", "reserve_attacked",
    "brigades_left", "brigades_returned", "attackers_arrive", "attackers_leave", "defenders_arrive",
    "defenders_leave", "transfer_short", "withdrawal_ordered", "mopped_up",
)  # fmt: skip
(
    CELL_TAKEN, CELL_RETAKEN, FLAG_PLANTED, ASSAULT_BROKEN, DIVERSION_LEFT, DIVERSION_RETURNED,
    RESERVE_COMMITTED, RESERVE_ARRIVED, CITY_ENCIRCLED, ENCIRCLEMENT_LIFTED, CITY_LOST, CITY_RETAKEN,
    FORCE_CULMINATED, CITY_CUT_OFF, CITY_RECONNECTED, OFFENSIVE_RESUMED, CEASEFIRE_BEGAN, LINE_CLOSED,
    LINE_REOPENED, BROKE_OUT, RESERVE_ATTACKED,
    BRIGADES_LEFT, BRIGADES_RETURNED, ATTACKERS_ARRIVE, ATTACKERS_LEAVE, DEFENDERS_ARRIVE,
    DEFENDERS_LEAVE, TRANSFER_SHORT, WITHDRAWAL_ORDERED, MOPPED_UP,
) = range(len(EVENT_KINDS))  # fmt: skip
MAX_EVENTS_PER_DAY = 32_768
EVENT = np.dtype([("hour", "f8"), ("value", "f8"), ("cell", "i4"), ("kind", "i1")])

# Positions in `State.cursor`; queue heads and tails only grow, rows are at their remainder by the length.
N_CURSORS = 7
POOL_HEAD, POOL_TAIL, REST_HEAD, REST_TAIL, N_ACTIVE, NEXT_ROW, N_FORWARD = range(N_CURSORS)
