"""Cases of depth: soldiers who move, rest and dig in; targets of the soldiers there are; ground given up by order."""

from __future__ import annotations

import math

import numpy as np

from sim.campaign.mesa_model import Campaign
from sim.mechanisms.shared.front import redraw_front
from sim.scenario.schema import Scenario
from sim.validation.verification.campaign_readings import (
    defenders_at_start,
    defenders_in,
    front_cells,
    n_front,
    run_until,
)
from sim.validation.verification.case import EPSILON, Case, Exact, Expectation, Probability, Trials
from sim.validation.verification.settable_values import require
from sim.world.clock import H_PER_DAY
from sim.world.ground import ATTACKER_HELD, URBAN
from sim.world.integer_codes import DEFENDER, ON_THE_ROAD

WEST, N = 0, 10_000_000  # so many soldiers that whole ones do not show
LENGTHS = 20, 30  # cells of front of the two sectors
MANY = 150_000  # so many at rest that whole ones hardly show, and the share limits the line
TOWN = 10  # cells of the front, and of the second line, in the town
KM = 25.0  # between their middles
HALF = 400  # sections that stay manned in the case of withdrawal; the others are empty


def _day(hour: float) -> int:
    return round(hour / H_PER_DAY)


def shifted_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the share of the soldiers who are in the west, that of those lost on the road, and a march's arrival in h.

    All are in the west at the start; all pressure is there, and all gaps are in the east. Those sent set out each
    morning, M(t) = X + (M(0) - X) exp(-t / flow_days), and so few are lost in the first day that X is constant.
    """
    p = s.depth
    want = (1.0 - p.share_by_length) * (1.0 - p.gap_weight) + p.share_by_length * LENGTHS[WEST] / sum(LENGTHS)
    sent = (1.0 - want) * -math.expm1(-1.0 / p.flow_days)
    arrives = p.move_prep_h + KM / p.road_km_per_night * H_PER_DAY
    return {
        "in_the_west": Exact(1.0 - sent, 5.0 / N),
        "lost_on_the_road": Probability(-math.expm1(-p.road_loss_per_km * KM)),
        "arrives_h": Exact(arrives, 16.0 * EPSILON * max(1.0, arrives)),
    }


def shifted(model: Campaign, hour: float) -> Trials:
    """Put everybody into the stock of the west, and read what the first morning does with those it leaves forward."""
    state, ground = model.state, model.ground
    front = front_cells(model)
    state.resting[DEFENDER] = 0
    state.n_soldiers[: state.n_sections], ground.target_soldiers[front] = 0, 0
    state.stock[DEFENDER] = N, 0
    is_west = ground.axis[front] == WEST
    ground.pressure[front], ground.target_soldiers[front[~is_west]] = np.where(is_west, 1.0, 0.0), 4
    run_until(model, hour)
    n_forward = N - int(state.resting[DEFENDER])  # more were forward than the density wants: some go to rest first
    n_sent = n_forward - int(state.stock[DEFENDER, WEST])
    return {
        "in_the_west": np.array([state.stock[DEFENDER, WEST] / n_forward]),
        "lost_on_the_road": np.arange(n_sent) < int(state.losses[DEFENDER, ON_THE_ROAD]),
        "arrives_h": state.march_arrives_h[state.march_soldiers > 0],
    }


def at_start(s: Scenario) -> list[tuple[int, int]]:
    """Return the soldiers in line and in stock of each sector at the start, of a front of one density.

    As many as the density wants, w = density km / (1 - hold_back), but at most in_line_share of the infantry.
    """
    require(s.defender.infantry is not None, "defender.troops", "a number")
    section, held = defenders_at_start(s), s.depth.hold_back
    most = s.defender.in_line_share * (s.defender.infantry or 0)
    require(section > 0, "defender.density_per_km", "above 0")
    section = math.floor(section * min(1.0, most * (1.0 - held) / (section * n_front(s))))
    return [(n * section, math.floor(n * section * held / (1.0 - held))) for n in LENGTHS]


def rested_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the soldiers at rest and in the pool at the start, and the share of those due forward who came by an hour.

    in_line_share of all is due where the density wants more: as N soldiers arrive at rest, z (N + infantry) are.
    """
    forward, infantry = sum(map(sum, at_start(s))), s.defender.infantry or 0
    most = s.defender.density_per_km * n_front(s) * s.ground.cell_km / (1.0 - s.depth.hold_back)
    require(s.defender.in_line_share * (MANY + infantry) <= most, "defender.in_line_share", "what limits the line")
    due = s.defender.in_line_share * (MANY + infantry) - forward
    return {
        "came_forward": Exact(due / MANY * -math.expm1(-_day(hour) / s.depth.rotation_days), 2.0 / MANY),
        "resting": Exact(float(infantry - forward), 0.0),
        "pool": Exact(float(round(s.attacker.infantry_share * s.attacker.troops)), 0.0),
    }


def _forward(model: Campaign) -> int:
    state = model.state
    in_line = state.n_soldiers[: state.n_sections].sum() + state.stock[DEFENDER].sum()
    return int(in_line + state.march_soldiers.sum() + state.losses[DEFENDER].sum())


def rested(model: Campaign, hour: float) -> Trials:
    """Let many soldiers arrive at rest, and count who has come forward by an hour."""
    resting, pool, before = int(model.state.resting[DEFENDER]), int(model.state.pool_soldiers[0]), _forward(model)
    model.state.resting[DEFENDER] += MANY
    run_until(model, hour)
    return {
        "resting": np.array([float(resting)]),
        "pool": np.array([float(pool)]),
        "came_forward": np.array([(_forward(model) - before) / MANY]),
    }


def wanted_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return how many are forward by an hour if the density, and no share of the infantry, limits the line.

    F(t) = W (1 - exp(-t / rotation_days)), W = density km (open + urban_multiplier town) (1 + depth_share) / (1 -
    hold_back): the second line runs behind the whole front, and the town lies across both.
    """
    force, km = s.defender, s.ground.cell_km
    wide = km * (n_front(s) - TOWN + TOWN * force.urban_multiplier) * (1.0 + force.depth_share)
    want = force.density_per_km * wide / (1.0 - s.depth.hold_back)
    require(want <= force.in_line_share * MANY, "defender.density_per_km", "what limits the line")
    return {"forward": Exact(want * -math.expm1(-_day(hour) / s.depth.rotation_days), 2.0)}


def wanted_forward(model: Campaign, hour: float) -> Trials:
    """Send everybody to rest, many soldiers more with them, and count who is forward by an hour."""
    state = model.state
    state.n_soldiers[: state.n_sections], state.stock[DEFENDER] = 0, 0
    state.resting[DEFENDER] = MANY
    run_until(model, hour)
    return {"forward": np.array([float(_forward(model))])}


def dug_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return how far new positions are dug in, in the open and in a town, and what is finished of the line behind.

    dug(t) = 1 - (1 - dug(0)) exp(-t / dig_days); engineers finish 1 / build_days_per_line a day.
    """
    p, day = s.depth, _day(hour)
    left = math.exp(-day / p.dig_days)
    ready = min(1.0, s.ground.belts[0].ready + day / p.build_days_per_line)
    town = max(p.dug0, p.dug0_city)
    return {
        "open": Exact(1.0 - (1.0 - p.dug0) * left, 1e-12),
        "town": Exact(1.0 - (1.0 - town) * left, 1e-12),
        "line_ready": Exact(ready, 1e-6),
    }


def dug(model: Campaign, hour: float) -> Trials:
    """Make the front new ground, and read its divisors of fire at an hour."""
    ground, front = model.ground, front_cells(model)
    ground.control[front] = ATTACKER_HELD  # as if it had changed hands; nothing acts on that here
    ground.front_version[0] += 1
    run_until(model, hour)
    share = (ground.fortification[front] - 1.0) / (ground.fortification_full[front] - 1.0)
    is_town = ground.terrain[front] == URBAN
    return {"open": share[~is_town], "town": share[is_town], "line_ready": ground.belt_ready.copy()}


def manned_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the sum of all targets on a straight and on an indented front, and the largest target of many soldiers.

    M = (1 - hold_back) F of the F soldiers in line and stock, less a part of one in each sector. The straight front is
    that of the start; on the next day a first day's rotation, in whole soldiers, has brought F nearer to what is
    wanted.
    """
    force, p = s.defender, s.depth
    there, km, per_cell = sum(map(sum, at_start(s))), n_front(s) * s.ground.cell_km, p.max_per_km * s.ground.cell_km
    require((1.0 - p.hold_back) * there <= p.max_per_km * km, "depth.max_per_km", "so large that all find a place")
    want = min(force.density_per_km * km / (1.0 - p.hold_back), force.in_line_share * (force.infantry or 0))
    rotated = there + (want - there) * -math.expm1(-1.0 / p.rotation_days)
    return {
        "straight": Exact((1.0 - p.hold_back) * there - 1.0, 1.0 + 1e-9),
        "indented": Exact((1.0 - p.hold_back) * rotated - 1.0, 2.0 - p.hold_back + 1e-9),
        "largest": Exact(math.floor(per_cell), 1.0),
    }


def manned(model: Campaign, hour: float) -> Trials:
    """Read the targets, then again with every second cell of the front in the attacker's hands, then with many more."""
    state, ground = model.state, model.ground

    def targets() -> float:
        model.step()
        return float(ground.target_soldiers[ground.line_cells[: ground.line_count[1]]].sum())

    straight, front = targets(), front_cells(model)
    ground.control[front[::2]] = ATTACKER_HELD
    ground.front_version[0] += 1
    redraw_front(state, ground, model.hour)
    ground.pressure[:] = 0.0
    model.ground.target_soldiers[:] = 0
    indented = targets()
    state.stock[DEFENDER] += N
    targets()
    largest = float(ground.target_soldiers.max())
    return {name: np.array([value]) for name, value in
            (("straight", straight), ("indented", indented), ("largest", largest))}  # fmt: skip


def withdrawn_expected(s: Scenario, hour: float) -> dict[str, Expectation]:
    """Return the probabilities that a section has left, a soldier is lost in leaving, an empty cell is taken."""
    p = s.depth
    h_per_cell = p.unopposed_h_per_km * s.ground.cell_km
    require(h_per_cell > 0.0, "depth.unopposed_h_per_km", "above 0")
    require(defenders_at_start(s) > 0, "defender.density_per_km", "above 0")
    return {
        "left": Probability(-math.expm1(-hour / p.withdraw_h)),
        "lost": Probability(p.p_lost_withdraw),
        "taken": Probability(-math.expm1(-hour / h_per_cell)),
    }


def withdrawn(model: Campaign, hour: float) -> Trials:
    """Give the front up, half of it without soldiers, and see who has left and what is taken by an hour."""
    state, ground, front = model.state, model.ground, front_cells(model)
    manned_cells, empty = front[:HALF], front[HALF:]
    state.n_soldiers[state.section_of_cell[empty]] = 0
    before = defenders_in(model, manned_cells)
    ground.ceded_h[front] = 0.0
    run_until(model, hour)
    has_left = defenders_in(model, manned_cells) == 0
    n_lost = int(state.losses[DEFENDER, ON_THE_ROAD])
    return {
        "left": has_left,
        "lost": np.arange(before[has_left].sum()) < n_lost,
        "taken": ground.control[empty] == ATTACKER_HELD,
    }


FORCE = ("defender.density_per_km", "depth.hold_back", "defender.troops", "defender.infantry_share",
         "defender.in_line_share")  # fmt: skip
CASES = (
    Case("shifts", ("depth",), "moves", "between sectors", "1 - exp(-t / time constant); exponential survival",
         "sectors", None, (24,), ("in_the_west", "lost_on_the_road", "arrives_h"), shifted_expected, shifted,
         ("depth.share_by_length", "depth.gap_weight", "depth.flow_days", "depth.move_prep_h",
          "depth.road_km_per_night", "depth.road_loss_per_km")),
    Case("rotation", ("depth",), "rotation", "from rest", "1 - exp(-t / time constant)", "rest-in-turn", None,
         (24, 72, 168, 336, 720), ("came_forward", "resting", "pool"), rested_expected, rested,
         (*FORCE, "depth.rotation_days", "attacker.infantry_share", "attacker.troops")),
    Case("rotation-by-density", ("depth",), "wanted", "all from rest", "1 - exp(-t / time constant)",
         "rotation-by-density", None, (24, 72, 168, 336, 720), ("forward",), wanted_expected, wanted_forward,
         (*FORCE, "depth.rotation_days", "defender.urban_multiplier", "defender.depth_share")),
    Case("digging", ("depth",), "digging", "dug in", "1 - (1 - dug(0)) exp(-t / time constant)", "sectors", None,
         (24, 72, 168, 336, 720), ("open", "town", "line_ready"), dug_expected, dug,
         ("depth.dig_days", "depth.dug0", "depth.dug0_city", "depth.build_days_per_line"), n_drawn=2),
    Case("soldiers-there-are", ("command", "depth"), "targets", "soldiers there are", "sum of targets = soldiers",
         "soldiers-there-are", None, (72,), ("straight", "indented", "largest"), manned_expected, manned,
         (*FORCE, "depth.max_per_km", "depth.rotation_days")),
    Case("withdrawal", ("depth",), "withdrawal", "given up", "Poisson process, 1 - exp(-rate t); binomial losses",
         "withdrawal", None, (3, 6, 12, 24, 48), ("left", "lost", "taken"), withdrawn_expected, withdrawn,
         ("depth.withdraw_h", "depth.p_lost_withdraw", "depth.unopposed_h_per_km", "defender.density_per_km"), 60, 20,
         n_drawn=2),
)  # fmt: skip
