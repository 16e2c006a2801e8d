import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.campaign import replications
from sim.campaign.mesa_model import Campaign
from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.teaching_label import LABEL
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import MEASURES, Lanes, pooled, totals
from sim.validation.patterns.pattern_report import document, edge_note, to_csv, to_markdown
from sim.validation.patterns.pattern_study import Sizes, Study, check, study
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, arms, check_doctrines, column_size, scenarios_of
from sim.validation.patterns.verdicts import judge_one, paired, values_of
from tests.support.pattern_runs import RUN, hand_made_study
from tests.support.toy_theatre import toy

ROOT = Path(__file__).parents[3]
CLAIMS = {claim.text: claim for claim in claims()}


def table(*arms_of_draws):
    """Return pooled totals from (arm, changed totals, changed totals of the next draw ...) tuples."""
    rows = [
        {"arm": arm, "draw": i, "replication": 0, **RUN, **changes}
        for arm, *draws in arms_of_draws
        for i, changes in enumerate(draws)
    ]
    return pooled(pd.DataFrame(rows))


def verdict_of(text, arm_totals, reference_totals=None):
    claim = CLAIMS[text]
    sides = [(claim.arm, *arm_totals)]
    if claim.reference:
        sides.append((claim.reference, *reference_totals))
    return judge_one(table(*sides), claim)


# Claim, the total that carries its measure, a smaller and a larger value, whether the claim says more.
COMPARED = [
    ("columns lose more for each km2 than fireteams", "attacker_losses", 900.0, 1100.0, True),
    ("columns lose more for each km2 than fireteams", "area_changed_km2", 11.0, 9.0, True),
    ("columns lose more for each assault", "assaults", 600.0, 400.0, True),
    ("columns lose more of those sent forward", "soldiers_sent_forward", 5000.0, 3000.0, True),
    ("columns lose more for each km2 than fireteams, without drones", "attacker_losses", 900.0, 1100.0, True),
    ("the diversion sends fewer soldiers forward", "soldiers_sent_forward", 3000.0, 5000.0, False),
    ("the diversion lowers the area taken", "area_changed_km2", 9.0, 11.0, False),
    ("the diversion leaves more defenders in line", "line_soldiers", 600.0, 800.0, True),
    ("the diversion lowers the area taken, absolute release", "area_changed_km2", 9.0, 11.0, False),
    ("encirclement costs less for each km2", "attacker_losses", 900.0, 1100.0, False),
    ("encirclement takes the city earlier", "day_city_lost", 80.0, 90.0, False),
    ("motorcycles plant more flags than foot", "flags_planted", 40.0, 60.0, True),
    ("fewer of their flags are held", "cells_taken", 20.0, 30.0, False),
]


@pytest.mark.parametrize(("text", "total", "less", "more", "is_more"), COMPARED)
def test_a_comparison_is_shown_in_its_direction_only(text, total, less, more, is_more):
    of_arm, of_reference = [more, less, less], [less, more, less]
    if not is_more:
        of_arm, of_reference = of_reference, of_arm
    verdict = verdict_of(text, [{total: v} for v in of_arm], [{total: v} for v in of_reference])
    # The first draw shows it, the second shows the contrary, the third is a tie.
    assert (verdict.n, verdict.n_shown, verdict.n_undecided) == (3, 1, 0)


def test_every_claim_is_judged_here_or_below():
    assert {text for text, *_ in COMPARED} | {
        "a year of attacks, and the city is never lost",
        "slow progress in spite of more soldiers and guns",
        "columns lose more for each assault, without drones",
        "columns lose more of those sent forward, without drones",
        "the diversion sends fewer soldiers forward, absolute release",
        "the diversion leaves more defenders in line, absolute release",
    } == set(CLAIMS)
    assert sorted({claim.pattern for claim in claims()}) == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert {claim.pattern for claim in claims() if claim.is_contested} == {"P3", "P4", "P5"}


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, True),
        ({"city_held": 0.0, "city_share_held": 0.4}, False),
        ({"assaults_last_month_per_day": 0.0}, False),
        ({"city_share_held": 0.6, "advance_km": 0.0}, True),  # told beside it, not judged
    ],
)
def test_p1_needs_a_city_never_lost_and_attacks_to_the_end(changes, is_shown):
    assert verdict_of("a year of attacks, and the city is never lost", [changes]).n_shown == is_shown


def test_p1_needs_the_city_held_in_more_than_half_of_a_draws_replications():
    runs = [
        {"arm": YEAR_BEFORE, "draw": i, "replication": r, **RUN, "city_held": held}
        for i, replications in enumerate([(1.0, 0.0), (1.0, 1.0), (0.0, 0.0)])
        for r, held in enumerate(replications)
    ]
    assert judge_one(pooled(pd.DataFrame(runs)), CLAIMS["a year of attacks, and the city is never lost"]).n_shown == 1


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({"advance_km": 13.5}, True),  # 135 m a day, the fastest that was published
        ({"advance_km": 13.6}, False),
        ({"advance_km": 0.0}, False),
        ({"advance_km": -1.0}, False),
        ({"theatre_force_ratio": 1.0}, False),
        ({"shells_ratio": 1.0}, False),
    ],
)
def test_p6_needs_slow_progress_and_superiority_in_both(changes, is_shown):
    assert verdict_of("slow progress in spite of more soldiers and guns", [changes]).n_shown == is_shown


def test_losses_without_ground_are_infinitely_dear():
    nothing, some = {"area_changed_km2": 0.0}, {}
    text = "columns lose more for each km2 than fireteams"
    assert verdict_of(text, [nothing], [some]).n_shown == 1
    lost_ground = verdict_of(text, [some], [{"area_changed_km2": -3.0}])
    assert (lost_ground.n_shown, lost_ground.n_undecided) == (0, 0)
    neither = verdict_of(text, [nothing, some], [nothing, some])
    assert (neither.n_shown, neither.n_undecided) == (0, 1)
    assert neither.share == 0.0


def test_nothing_lost_for_nothing_cannot_be_judged():
    nothing = {"area_changed_km2": 0.0, "attacker_losses": 0.0}
    assert verdict_of("encirclement costs less for each km2", [nothing], [{}]).n_undecided == 1
    no_flag = {"flags_planted": 0.0, "cells_taken": 0.0}
    assert verdict_of("fewer of their flags are held", [no_flag], [{}]).n_undecided == 1


def test_a_city_never_lost_is_later_than_any_day():
    text, never, on_day_90 = "encirclement takes the city earlier", {}, {"day_city_lost": 90.0}
    verdict = verdict_of(text, [on_day_90, never, never], [never, on_day_90, never])
    assert (verdict.n_shown, verdict.n_undecided) == (1, 1)
    assert verdict.measured["encirclement", "day_city_lost"] == (90.0, math.inf, math.inf)
    assert verdict.measured["paired", "day_city_lost"][0] == -math.inf


@pytest.mark.parametrize(
    ("n_shown", "n", "word"),
    [(40, 40, "most"), (20, 40, "mixed"), (0, 40, "few"), (1, 1, "cannot tell")],
)
def test_the_verdict_says_what_the_interval_allows(n_shown, n, word):
    faster, slower = {"flags_planted": 60.0}, {"flags_planted": 40.0}
    draws = [faster] * n_shown + [slower] * (n - n_shown)
    verdict = verdict_of("motorcycles plant more flags than foot", draws, [{}] * n)
    assert verdict.word == word
    assert verdict.share == n_shown / n


def test_a_claim_that_most_draws_cannot_judge_cannot_tell():
    verdict = verdict_of("encirclement takes the city earlier", [{}] * 20, [{}] * 20)
    assert (verdict.n_undecided, verdict.word) == (20, "cannot tell")


def test_the_interval_is_wilsons():
    draws = [{"flags_planted": 60.0}] * 8 + [{"flags_planted": 40.0}] * 2
    verdict = verdict_of("motorcycles plant more flags than foot", draws, [{}] * 10)
    # Wilson (1927) for 8 of 10: (p + z2/2n -+ z sqrt(p q / n + z2 / 4n2)) / (1 + z2/n), z = 1.959964.
    assert (verdict.low, verdict.high) == pytest.approx((0.490162, 0.943318), abs=1e-6)


def test_measured_are_quantiles_over_draws_of_arms_and_of_the_paired_ratio():
    losses = [100.0 * (i + 1) for i in range(10)]
    draws, reference = [{"attacker_losses": v} for v in losses], [{"attacker_losses": v / 2} for v in losses]
    measured = verdict_of("columns lose more for each km2 than fireteams", draws, reference).measured
    assert measured["columns", "losses_per_km2"] == (10.0, 50.0, 90.0)
    assert measured["frontal", "losses_per_km2"] == (5.0, 25.0, 45.0)
    assert measured["paired", "losses_per_km2"] == (2.0, 2.0, 2.0)


def test_replications_are_pooled_before_a_ratio_is_taken():
    runs = [
        {"arm": "frontal", "draw": 0, "replication": r, **RUN, "area_changed_km2": a} for r, a in ((0, 0.0), (1, 20.0))
    ]
    values = values_of(pooled(pd.DataFrame(runs)), "frontal")
    assert values.losses_per_km2.tolist() == [100.0]
    assert paired(values, values, "losses_per_km2").tolist() == [1.0]


@pytest.fixture(scope="module")
def toy_run():
    scenario = toy()
    return scenario, Campaign(scenario, 1).run().finish(0)


def test_totals_are_those_of_the_run(toy_run):
    scenario, record = toy_run
    wide = replace(Lanes.of(scenario), ground_km2=np.full(2, 1e6))
    found = totals(record, scenario, wide)
    assert set(found) == set(RUN)
    assert found["days"] == found["days_played"] == scenario.time.horizon_days
    for name in ("attacker_losses", "area_changed_km2", "flags_planted", "advance_km"):
        assert found[name] == record.outcomes[name]
    assert found["city_held"] == (found["day_city_lost"] == math.inf)
    begun = record.series["count"][:, 1]
    assert found["assaults_last_month_per_day"] == begun[-1] / scenario.time.horizon_days  # shorter than a month


def test_what_is_divided_by_days_or_ground_is_counted_until_a_lane_gives_out(toy_run):
    scenario, record = toy_run
    lanes = Lanes.of(scenario)
    assert lanes.ground_km2.tolist() == [42.0, 42.0]  # 6 km wide each, 7 km to the north edge
    short = replace(lanes, ground_km2=np.array([1e6, 2.0]))
    found = totals(record, scenario, short)
    end = found["days"]
    taken_km2 = record.series["flot_displacement_km"][:, 1] * lanes.front_km[1]
    assert 0 < end < found["days_played"]
    assert taken_km2[end] > 1.8 >= taken_km2[:end].max()
    assert found["attacker_losses"] == record.series["losses"][end, 0]
    assert found["area_changed_km2"] == record.series["area_changed_km2"][end]
    assert found["city_share_held"] == record.series["city_share_held"][-1]


def test_arms_differ_in_what_they_are_about_and_in_nothing_else():
    scenario = load("baseline")
    played = scenarios_of(scenario, load(YEAR_BEFORE), 30)
    assert set(played) == {*arms(scenario), YEAR_BEFORE}
    assert {name for claim in claims() for name in (claim.arm, claim.reference) if name} == set(played)
    for claim in claims():
        if claim.reference:
            ours, theirs = arms(scenario)[claim.arm], arms(scenario)[claim.reference]
            differing = {path for path in {*ours, *theirs} if ours.get(path) != theirs.get(path)}
            assert len({path.rsplit(".", 1)[0] for path in differing}) == 1, claim
    assert {one.time.horizon_days for name, one in played.items() if name != YEAR_BEFORE} == {30}


def test_a_column_is_the_published_massed_attack_in_whole_teams():
    assert [column_size(team_size) for team_size in (1, 4, 20, 100)] == [150, 152, 160, 200]


def test_sizes_out_of_bounds_and_missing_doctrines_are_refused():
    baseline = load("baseline")
    with pytest.raises(InputError) as caught:
        check(baseline, Sizes(0, 1, 0))
    assert [line.split(":")[0] for line in caught.value.lines] == ["--draws", "--days"]
    with pytest.raises(InputError, match="must not exceed 10000, is 20000"):
        check(baseline, Sizes(200, 100, 1))
    with pytest.raises(InputError, match="no doctrine encirclement"):
        check_doctrines(toy())


def test_the_map_that_gave_out_is_told():
    found = hand_made_study()
    assert found.n_at_edge == 0
    found.runs.loc[:4, "days"] = 60.0
    assert found.n_at_edge == 5
    assert edge_note(found).startswith(f"In 5 of {len(found.runs)} runs")


def test_the_markdown_table_has_every_claim_in_lines_that_a_page_can_hold():
    text = to_markdown(hand_made_study(n_draws=40))
    assert text.startswith(f"*{LABEL}")
    assert all(f"| {claim.pattern} {claim.text} |" in text for claim in claims())
    assert max(map(len, text.splitlines())) <= 120
    assert "x 2.80 (1.20 to 4.40)" in text  # 900 + 100 i soldiers of the i-th draw against 1,000


def test_every_measure_of_a_claim_is_in_the_glossary_and_the_page():
    used = {name for claim in claims() for name in claim.measures}
    assert used == set(MEASURES)
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    page = (ROOT / "docs/patterns.md").read_text("utf-8")
    for name in used:
        assert f"- `{name}`: " in glossary, name
    for claim in claims():
        assert not claim.is_driver or claim.reference
        assert claim.is_driver or claim.text in page, claim.text


@pytest.mark.slow
def test_draws_are_paired_over_arms_and_have_dice_of_their_own(monkeypatch):
    short = {"time.tick_h": 24, "time.horizon_days": 1}
    jobs = []

    def noted(scenario, seed, replication_number):
        jobs.append((scenario, seed, replication_number))
        return played(scenario, seed, replication_number)

    played = replications.simulate
    monkeypatch.setattr(replications, "simulate", noted)
    found = study(load("baseline", set=short), load(YEAR_BEFORE, set=short), Sizes(2, 2, 1), seed=5, workers=1)
    assert isinstance(found, Study)
    assert len(jobs) == len(found.runs) == 2 * 2 * 13
    assert {seed for _, seed, _ in jobs} == {5}
    by_dice = {r: {one.drone_strikes.defender.p_hit for one, _, n in jobs if n == r} for r in range(4)}
    assert all(len(values) == 1 for values in by_dice.values())
    assert by_dice[0] == by_dice[1] != by_dice[2] == by_dice[3]
    assert document(found)["n_replications"] == 2
    assert to_csv(found).count("\n") > len(claims())
