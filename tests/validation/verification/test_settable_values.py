"""Changes of the cases by `--set`: those that the formula does not cover are refused, the others agree with theory."""

import json

import pytest

from sim.errors import InputError
from sim.scenario.loader import load
from sim.validation.verification.suite import CASES, Job, check, check_point, points_of

ALL = list(CASES.values())


NOT_USED = "the formula does not allow a change of this value; it uses "
NOT_COVERED = [
    ("aimed-fire", "attacker.forward_groups=49", "attacker.forward_groups must be a multiple of the 50"),
    ("aimed-fire", "attacker.forward_groups=0", "attacker.forward_groups must be above 0"),
    ("aimed-fire", "direct_fire.assault_ratio=5", f"direct_fire.assault_ratio: {NOT_USED}"),
    ("aimed-fire", "direct_fire.attacker_loss_per_defender_h=0", "direct_fire.attacker_loss_per_defender_h must be ab"),
    ("aimed-fire", "ground.cell_km=0.5", f"ground.cell_km: {NOT_USED}"),
    ("aimed-fire", "off=[]", f"off: {NOT_USED}"),
    ("aimed-fire", "time.horizon_days=1", "a fight is not over at the horizon"),
    ("square-law-over-time", "direct_fire.attacker_loss_per_defender_h=0.3", "a strength may be 0 by hour 5"),
    ("square-law-over-time", "defender.density_per_km=0", "a strength may be 0 by hour 1"),
    (
        "reinforced",
        "command.release_soldiers_per_day=100000",
        "command.release_soldiers_per_day must be covered by the pool",
    ),
    ("reinforced", "command.release=share_of_pool", f"command.release: {NOT_USED}"),
    ("fill", "reinforcement.rest_h=1", f"reinforcement.rest_h: {NOT_USED}"),
    ("shells-on-groups", "attacker.forward_groups=0", "attacker.forward_groups must be above 0"),
    ("shells-on-groups", "attacker.troops=20000", f"attacker.troops: {NOT_USED}"),
    ("shells-on-groups", "detection.n_sensors=1", f"detection.n_sensors: {NOT_USED}"),
    ("shells-supplied", "supply.stock_days=1", f"supply.stock_days: {NOT_USED}"),
    ("shells-on-sections", "command.n_objectives=0", "command.n_objectives must be above 0 and below"),
    ("shells-on-sections", "command.n_objectives=50", "command.n_objectives must be above 0 and below"),
    ("search", "detection.track_loss_per_h.foot=2", f"detection.track_loss_per_h.foot: {NOT_USED}"),
    ("search", "attacker.mobility_share.motorcycle=0.5", "attacker.mobility_share must be above 0 for one class only"),
    ("search", "attacker.forward_km=3", f"attacker.forward_km: {NOT_USED}"),
    ("search-on-the-move", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("search-in-bad-weather", "calendar.p_good_weather=0.5", "calendar.p_good_weather must be 0 or 1"),
    ("crews-4", "drone_strikes.attacker.p_integration=0.5", "drone_strikes.attacker.p_integration must be 0 or 1"),
    ("crews-4", "drone_strikes.attacker.p_hit=0.5", f"drone_strikes.attacker.p_hit: {NOT_USED}"),
    ("crews-4", "drone_strikes.attacker.range_km=5", f"drone_strikes.attacker.range_km: {NOT_USED}"),
    ("crews-4", "defender.density_per_km=0", "the rate of drone requests must be above 0"),
    ("crews-4", "drone_strikes.attacker.service_h=100", "time.horizon_days must be more than 2000 h of warm-up"),
    ("crews-apart", "drone_strikes.attacker.n_crews=0", "drone_strikes.attacker.n_crews must be above 0"),
    (
        "crews-on-groups",
        "drone_strikes.defender.p_integration=0",
        f"drone_strikes.defender.p_integration: {NOT_USED}",
    ),
    ("crews-short-of-supply", "supply.demand_t_per_soldier_day=10", "the supply level must be at least 0.1"),
    ("kill-chain", "drone_strikes.defender.n_crews=1", "drone requests were blocked"),
    ("kill-chain", "drone_strikes.defender.n_crews=0", "drone_strikes.defender.n_crews must be above 0"),
    ("kill-chain", "drone_strikes.calls_per_team_h=1", "attacker.group_size must be large enough"),
    ("kill-chain", "drone_strikes.calls_per_team_h=0", "drone_strikes.calls_per_team_h must be above 0"),
    (
        "hits-on-sections",
        "drone_strikes.attacker.p_integration=0",
        f"drone_strikes.attacker.p_integration: {NOT_USED}",
    ),
    ("hits-on-sections", "defender.density_per_km=0", "the rate of drone requests must be above 0"),
    ("hits-on-sections", "drone_strikes.section_call_per_soldier_h=1", "drone_strikes.section_call_per_soldier_h must"),
    ("burst-on-few", "drone_strikes.defender.burst=3", "attacker.group_size must be large enough"),
    ("largest-flow", "supply.p_line_closed=0.1", f"supply.p_line_closed: {NOT_USED}"),
    ("bridge", "supply.interdiction_max=1", f"supply.interdiction_max: {NOT_USED}"),
    ("supply-level", "defender.density_per_km=0", "defender.density_per_km must be above 0"),
    ("attackers-demand", "lift.lift_km=42", "the supply level must be from 0.05 to 1"),
    ("soldiers-there-are", "depth.max_per_km=6.5", "depth.max_per_km must be so large that all find a place"),
    ("arrival", "attacker.forward_km=200", "a group has not arrived at the horizon"),
    ("arrival", "attacker.forward_km=0", "attacker.forward_km must be above 0"),
    ("arrival", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("arrival", "calendar.p_good_weather=0.5", "calendar.p_good_weather must be 0 or 1"),
    ("training", "reinforcement.defender_replacements_per_day=30", "forces.transfers must be as many as"),
    ("return", "calendar.ceasefire_day=1", f"calendar.ceasefire_day: {NOT_USED}"),
    ("weather", "calendar.bad_weather_factor=1", "calendar.bad_weather_factor must be below 1"),
    ("recovery", "time.tick_h=4", "no tick ends at hour 1"),
    ("suppression", "cohesion.raid_fear=1", f"cohesion.raid_fear: {NOT_USED}"),
    ("hold", "control.hold_min=100", "control.hold_min must be no more than attacker.group_size"),
    ("hold", "control.hold_h=100", "time.horizon_days must be"),
    ("hold", "defender.density_per_km=5", f"defender.density_per_km: {NOT_USED}"),
    ("hold", "movement.speed_km_h.foot=0", "movement.speed_km_h must be above 0"),
    ("counterattack", "control.hold_h=2", "control.hold_h must be above 24"),
    ("counterattack", "control.counterattack_share=0", "control.counterattack_share must be large enough"),
    ("counterattack", "attacker.forward_groups=100", "attacker.forward_groups must be at most one per three cells"),
    ("retaking", "control.garrison_per_km=0", "control.garrison_per_km must be above 0"),
    ("breakouts", "defender.density_per_km=0", "defender.density_per_km must be above 0"),
    ("breakouts", "cohesion.breakouts_per_day=0", "cohesion.breakouts_per_day must be above 0"),
]


@pytest.mark.parametrize(("name", "option", "says"), NOT_COVERED)
def test_a_point_that_theory_does_not_cover_is_refused(name, option, says):
    with pytest.raises(InputError) as caught:
        check([CASES[name]], (option,), is_quick=True)
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith(f"{name}: {says}")


ROUNDED = [
    *(("soldiers-there-are", f"defender.density_per_km={density}") for density in (4.9, 10.5, 60)),
    *((name, f"reserves.packet={packet}") for name in ("reserve-delay", "reserve-road") for packet in (165, 110)),
    ("attackers-demand", "command.release_soldiers_per_day=203"),
]


@pytest.mark.parametrize(("name", "option"), ROUNDED)
def test_the_model_agrees_at_a_value_that_gives_no_whole_soldiers_packets_or_groups(name, option):
    assert [row for row in check([CASES[name]], (option,), is_quick=True) if not row.is_ok] == []


def test_every_case_refuses_a_change_of_an_unused_value():
    for case in ALL:
        with pytest.raises(InputError, match="the formula does not allow a change of this value"):
            points_of(case, ("command.surge_day=3",))


def test_an_inconsistent_scenario_is_refused_with_file_and_line():
    with pytest.raises(InputError) as caught:
        check([CASES["shells-on-groups"]], ("resolution.team_size=3",), is_quick=True)
    assert caught.value.lines[0].startswith("scenarios/verification/bench.yaml:51:24: attacker.group_size: must be")


def leaves(values, path):
    if isinstance(values, dict):
        return [leaf for key, value in values.items() for leaf in leaves(value, f"{path}.{key}")]
    return [(path, values)] if isinstance(values, int | float) else []


def changed_numbers(value):
    """Yield a value of lists with one of its numbers changed: down, up and to 0."""
    if isinstance(value, list | dict):
        for at, part in enumerate(value) if isinstance(value, list) else value.items():
            for changed in changed_numbers(part):
                yield [*value[:at], changed, *value[at + 1 :]] if isinstance(value, list) else value | {at: changed}
    elif isinstance(value, int | float) and not isinstance(value, bool):
        for changed in dict.fromkeys((0.7 * value, 1.5 * value, 0.0)):
            if changed != value:
                yield round(changed) if isinstance(value, int) else changed


def changed_one_by_one(case):
    """Yield options that change each number that a case's formula uses: down, up and to 0."""
    values = load(case.file).model_dump()
    for used in case.inputs:
        section = values
        for name in used.split("."):
            section = section[name]
        # A list is set as a whole.
        if isinstance(section, list):
            yield from (f"{used}={json.dumps(changed)}" for changed in changed_numbers(section))
        for path, value in leaves(section, used):
            for changed in dict.fromkeys((0.7 * value, 1.5 * value, 0.0)):
                if changed != value and path != case.path:
                    yield f"{path}={round(changed) if isinstance(value, int) else changed}"


@pytest.mark.slow
@pytest.mark.verify
@pytest.mark.parametrize("case", ALL, ids=CASES)
def test_the_model_agrees_or_the_point_is_refused_for_each_value_that_a_formula_uses(case):
    found, n_agreed = [], 0
    for option in changed_one_by_one(case):
        try:
            rows = check_point(Job(case.name, len(case.points) // 2, (option,), 1, True))[1]
        except InputError:
            continue
        n_agreed += 1
        found += [(option, row) for row in rows if not row.is_ok]
    assert found == []
    assert n_agreed or not case.inputs
