"""The drone phase in plain numpy, as a first version would be written, for comparison with the kernels.

It applies the same rules to the same arrays, with numpy's random numbers: the numbers of requests are Poisson; then the
requests are served one by one in the order of time, because each changes the crews that are free for the next; each
request computes the distances to all crews at once.
"""

from __future__ import annotations

import numpy as np

from sim.mechanisms.shared.drone_sorties import ARMOUR
from sim.mechanisms.shared.groups import beyond_km
from sim.scenario.schema import Scenario
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.integer_codes import ATTACKER, DEFENDER, GARRISON, LINE, N_ACTIVE
from sim.world.state import State


def strikes(scenario: Scenario, state: State, ground: Ground, tick: Tick, rng: np.random.Generator) -> int:
    """Simulate the strikes of both sides in one tick; return the number of drone requests."""
    p = scenario.drone_strikes
    active = state.active[: state.cursor[N_ACTIVE]]
    first = np.flatnonzero(np.diff(state.group_id[active], prepend=-1))
    n = int(state.n_tracks[0])
    at = state.track_at[:n]
    group = np.searchsorted(first, at, side="right") - 1
    size = np.add.reduceat(state.n_soldiers[active], first)[group] if n else np.zeros(0, int)
    from_h, to_h = state.track_from_h[:n], state.track_to_h[:n]
    calls = [_calls(at, p.calls_per_team_h / 4.0 * size, from_h, to_h, rng)]
    garrisons = np.flatnonzero(state.state[active] == GARRISON)
    rate = p.garrison_call_per_soldier_h * ground.weather_factor[0] * state.n_soldiers[active[garrisons]]
    calls.append(_calls(garrisons, rate, 0.0, tick.dt_h, rng))
    _serve(DEFENDER, _by_hour(calls), active, scenario, state, ground, tick, rng)
    sections = state.section_of_cell[ground.line_cells[: ground.line_count[0]]]
    rate = p.section_call_per_soldier_h * ground.weather_factor[0] * state.n_soldiers[sections]
    on_sections = [_calls(np.arange(len(sections)), rate, 0.0, tick.dt_h, rng)]
    _serve(ATTACKER, _by_hour(on_sections), sections, scenario, state, ground, tick, rng)
    return sum(len(at) for at, _ in calls + on_sections)


def _calls(at, rate, from_h, to_h, rng):  # type: ignore[no-untyped-def]
    """Return the positions and hours of requests at the given hourly rate on each target."""
    n_calls = rng.poisson(rate * (to_h - from_h))
    span = np.repeat(np.broadcast_to(to_h - from_h, len(at)), n_calls)
    hours = np.repeat(np.broadcast_to(from_h, len(at)), n_calls) + span * rng.random(len(span))
    return np.repeat(at, n_calls), hours


def _by_hour(calls):  # type: ignore[no-untyped-def]
    at, hours = (np.concatenate(parts) for parts in zip(*calls, strict=True))
    order = np.argsort(hours)
    return at[order], hours[order]


def _serve(
    side: int, calls: tuple[np.ndarray, np.ndarray], index: np.ndarray, scenario: Scenario,
    state: State, ground: Ground, tick: Tick, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Serve a side's requests, given by positions in `index` and hours in order, and take the losses."""
    force = scenario.drone_strikes.defender if side == DEFENDER else scenario.drone_strikes.attacker
    at, hours = calls
    crews = np.flatnonzero(state.crew_side == side)
    crew_x, crew_y = ground.x_km[state.crew_cell[crews]], ground.y_km[state.crew_cell[crews]]
    free_at = state.crew_free_at_h[crews]
    pace = (state.supply_level[ground.axis[state.crew_cell[crews]]] if side == DEFENDER else 1.0) / force.service_h
    pace = np.broadcast_to(pace * ground.weather_factor[0], len(crews))
    late = np.exp(-scenario.detection.track_loss_per_h.as_array() * force.delay_h)
    for i, hour in zip(at, tick.start_h + hours, strict=True):
        row = index[i]
        group = np.flatnonzero(state.group_id[index[i : i + 64]] == state.group_id[row]) + i
        if state.n_soldiers[index[group]].sum() == 0:
            continue
        cell, now = state.objective_cell[row], state.state[row]
        beyond = force.set_back_km + max(0.0, beyond_km.py_func(now, state.remaining_km[row], ground.stage_km))
        dx, dy = crew_x - ground.x_km[cell], crew_y - ground.y_km[cell]
        can = (dx * dx + dy * dy + beyond * beyond <= force.range_km**2) & (free_at <= hour)
        if rng.random() >= force.p_integration:
            can[np.arange(len(crews)) != rng.integers(len(crews))] = False
        if not can.any():
            continue
        crew = int(np.where(can, free_at, np.inf).argmin())
        free_at[crew] = hour + rng.exponential(1.0 / pace[crew])
        is_late = now != LINE and now != GARRISON and crews[crew] != state.owner_crew[row]
        if rng.random() >= (1.0 - force.p_jam) * force.p_hit * (late[state.mobility[row]] if is_late else 1.0):
            continue
        is_armour = state.mobility[row] == ARMOUR and now != LINE
        burst = scenario.drone_strikes.burst_armour if is_armour else force.burst
        reached = min(int(state.n_soldiers[index[group]].sum()), burst)
        for _ in range(rng.binomial(reached, force.p_casualty * ground.terrain_cover[ground.terrain[cell]])):
            strength = state.n_soldiers[index[group]]
            state.n_soldiers[index[group[rng.choice(len(group), p=strength / strength.sum())]]] -= 1
    state.crew_free_at_h[crews] = free_at
