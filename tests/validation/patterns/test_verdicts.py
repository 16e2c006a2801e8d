"""The claims and their verdicts, on tables of totals made by hand.

Covers sim.validation.patterns.claims.
"""

import math

import pandas as pd
import pytest

from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import pooled
from sim.validation.patterns.scenario_variants import YEAR_BEFORE
from sim.validation.patterns.verdicts import judge_one, paired, values_of
from tests.support.pattern_runs import RUN

CLAIMS = {claim.text: claim for claim in claims()}


def table(*variants_of_samples):
    """Return pooled totals from (variant, changed totals, changed totals of the next sample ...) tuples."""
    rows = [
        {"variant": variant, "draw": i, "replication": 0, **RUN, **changes}
        for variant, *samples in variants_of_samples
        for i, changes in enumerate(samples)
    ]
    return pooled(pd.DataFrame(rows))


def verdict_of(text, variant_totals, reference_totals=None):
    claim = CLAIMS[text]
    sides = [(claim.variant, *variant_totals)]
    if claim.reference:
        sides.append((claim.reference, *reference_totals))
    return judge_one(table(*sides), claim)


def kinds(verdict):
    """Return the numbers of samples as claimed, equal, contrary and undecided."""
    return (
        verdict.as_claimed.n, verdict.equal and verdict.equal.n, verdict.contrary.n, verdict.n_undecided
    )  # fmt: skip


# Claim, the total that determines its measure, a smaller and a larger value, whether the claim expects more.
COMPARED = [
    ("columns lose more per km2 than fireteams", "attacker_losses", 900.0, 1100.0, True),
    ("columns lose more per km2 than fireteams", "area_changed_km2", 11.0, 9.0, True),
    ("columns lose more per assault", "assaults", 600.0, 400.0, True),
    ("columns lose more per soldier sent forward", "soldiers_sent_forward", 5000.0, 3000.0, True),
    ("columns lose more per km2 than fireteams, without drones", "attacker_losses", 900.0, 1100.0, True),
    ("the diversion sends fewer soldiers forward", "soldiers_sent_forward", 3000.0, 5000.0, False),
    ("the diversion lowers the area taken", "area_changed_km2", 9.0, 11.0, False),
    ("the diversion leaves more defenders in the line", "line_soldiers", 600.0, 800.0, True),
    ("the diversion lowers the area taken, absolute release", "area_changed_km2", 9.0, 11.0, False),
    ("encirclement costs less per km2", "attacker_losses", 900.0, 1100.0, False),
    ("encirclement takes the city earlier", "day_city_lost", 80.0, 90.0, False),
    ("groups on motorcycles plant more flags than on foot", "flags_planted", 40.0, 60.0, True),
    ("a smaller share of their flags is held", "cells_taken", 20.0, 30.0, False),
]


@pytest.mark.parametrize(("text", "total", "less", "more", "is_more"), COMPARED)
def test_a_claim_is_supported_in_its_direction_only(text, total, less, more, is_more):
    of_variant, of_reference = [more, less, less], [less, more, less]
    if not is_more:
        of_variant, of_reference = of_reference, of_variant
    verdict = verdict_of(text, [{total: v} for v in of_variant], [{total: v} for v in of_reference])
    # The first sample supports it, the second shows the contrary, the third is a tie.
    assert kinds(verdict) == (1, 1, 1, 0)


def test_every_claim_is_tested_here_or_below():
    assert {text for text, *_ in COMPARED} | {
        "a year of attacks, and the city is never lost",
        "slow progress in spite of more soldiers and shells",
        "columns lose more per assault, without drones",
        "columns lose more per soldier sent forward, without drones",
        "the diversion sends fewer soldiers forward, absolute release",
        "the diversion leaves more defenders in the line, absolute release",
    } == set(CLAIMS)
    assert sorted({claim.pattern for claim in claims()}) == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert {claim.pattern for claim in claims() if claim.is_contested} == {"P3", "P4", "P5"}


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({}, True),
        ({"city_held": 0.0, "city_share_held": 0.4}, False),
        ({"assaults_last_month_per_day": 0.0}, False),
        ({"city_share_held": 0.6, "advance_km": 0.0}, True),  # reported with the claim, not judged
    ],
)
def test_p1_needs_a_city_never_lost_and_attacks_until_the_end(changes, is_shown):
    verdict = verdict_of("a year of attacks, and the city is never lost", [changes])
    assert kinds(verdict) == (is_shown, None, not is_shown, 0)


def test_p1_needs_the_city_held_in_more_than_half_of_the_replications_of_a_sample():
    runs = [
        {"variant": YEAR_BEFORE, "draw": i, "replication": r, **RUN, "city_held": held}
        for i, replications in enumerate([(1.0, 0.0), (1.0, 1.0), (0.0, 0.0)])
        for r, held in enumerate(replications)
    ]
    verdict = judge_one(pooled(pd.DataFrame(runs)), CLAIMS["a year of attacks, and the city is never lost"])
    assert kinds(verdict) == (1, None, 2, 0)


@pytest.mark.parametrize(
    ("changes", "is_shown"),
    [
        ({"advance_km": 13.5}, True),  # 135 m per day, the fastest published advance
        ({"advance_km": 13.6}, False),
        ({"advance_km": 0.0}, False),
        ({"advance_km": -1.0}, False),
        ({"theatre_force_ratio": 1.0}, False),
        ({"shells_ratio": 1.0}, False),
    ],
)
def test_p6_needs_slow_progress_and_superiority_in_soldiers_and_shells(changes, is_shown):
    verdict = verdict_of("slow progress in spite of more soldiers and shells", [changes])
    assert kinds(verdict) == (is_shown, None, not is_shown, 0)


def test_losses_per_km2_are_infinite_without_ground_taken():
    nothing, some = {"area_changed_km2": 0.0}, {}
    text = "columns lose more per km2 than fireteams"
    assert kinds(verdict_of(text, [nothing], [some])) == (1, 0, 0, 0)
    assert kinds(verdict_of(text, [some], [{"area_changed_km2": -3.0}])) == (0, 0, 1, 0)
    assert kinds(verdict_of(text, [nothing, some], [nothing, some])) == (0, 1, 0, 1)


def test_a_ratio_of_0_to_0_cannot_be_judged():
    nothing = {"area_changed_km2": 0.0, "attacker_losses": 0.0}
    assert verdict_of("encirclement costs less per km2", [nothing], [{}]).n_undecided == 1
    no_flag = {"flags_planted": 0.0, "cells_taken": 0.0}
    assert verdict_of("a smaller share of their flags is held", [no_flag], [{}]).n_undecided == 1


def test_a_city_never_lost_counts_as_later_than_any_day():
    text, never, on_day_90 = "encirclement takes the city earlier", {}, {"day_city_lost": 90.0}
    verdict = verdict_of(text, [on_day_90, never, never], [never, on_day_90, never])
    assert kinds(verdict) == (1, 0, 1, 1)
    assert verdict.measured["encirclement", "day_city_lost"] == (90.0, math.inf, math.inf)
    assert verdict.measured["paired", "day_city_lost"][0] == -math.inf


FLAGS = {"as claimed": 60.0, "equal": 50.0, "contrary": 40.0}


def verdict_on_flags(n_as_claimed, n_equal, n_contrary):
    numbers = dict(zip(FLAGS, (n_as_claimed, n_equal, n_contrary), strict=True))
    draws = [{"flags_planted": FLAGS[kind]} for kind, n in numbers.items() for _ in range(n)]
    return verdict_of("groups on motorcycles plant more flags than on foot", draws, [{}] * len(draws))


@pytest.mark.parametrize(
    ("numbers", "word", "where_different"),
    [
        ((40, 0, 0), "most", ""),
        ((27, 0, 13), "most", ""),  # P(27 or more of 40) is 1.9 % when half are as claimed
        ((26, 0, 14), "mixed", ""),  # 4.0 %
        ((20, 0, 20), "mixed", ""),
        ((13, 0, 27), "few", ""),
        ((27, 13, 0), "most", ""),
        ((7, 32, 1), "no difference", ""),  # the audit's first case; sign test of 7 of 8: p = 0.07
        ((8, 32, 0), "no difference", "most as claimed"),
        ((0, 32, 8), "no difference", "most contrary"),
        ((0, 40, 0), "no difference", ""),
        ((12, 24, 4), "mixed", ""),  # the audit's second case; 12 of 16: p = 0.08
        ((13, 24, 3), "mixed", "most as claimed"),
        ((10, 20, 10), "mixed", ""),  # the audit's third case
        ((0, 0, 6), "few", ""),
        ((5, 0, 0), "undecided", ""),  # even 5 of 5 happen in 3.1 % when half are as claimed
        ((1, 0, 0), "undecided", ""),
    ],
)
def test_the_verdict_is_the_kind_of_more_than_half_of_the_samples(numbers, word, where_different):
    verdict = verdict_on_flags(*numbers)
    assert kinds(verdict) == (*numbers, 0)
    assert (verdict.word, verdict.where_different) == (word, where_different)
    assert verdict.equal.share == numbers[1] / sum(numbers)


def test_what_a_sample_cannot_judge_is_neither_equal_nor_contrary():
    never, day_80, day_90 = {}, {"day_city_lost": 80.0}, {"day_city_lost": 90.0}
    text = "encirclement takes the city earlier"
    verdict = verdict_of(text, [never] * 20 + [day_90] * 20, [never] * 20 + [day_80] * 20)
    assert (kinds(verdict), verdict.word) == ((0, 0, 20, 20), "mixed")
    assert verdict_of(text, [never] * 20, [never] * 20).word == "undecided"


def test_the_sign_test_is_of_the_samples_that_differ():
    # Of 8 samples that differ, 7 or more are of one kind with probability 2 x 9 / 2^8.
    assert verdict_on_flags(7, 32, 1).sign_test_p == pytest.approx(2 * 9 / 2**8)
    assert math.isnan(verdict_on_flags(0, 40, 0).sign_test_p)
    assert math.isnan(verdict_of("slow progress in spite of more soldiers and shells", [{}] * 8).sign_test_p)


def test_a_claim_without_a_reference_is_most_few_or_mixed():
    text = "a year of attacks, and the city is never lost"
    words = [
        verdict_of(text, [{}] * n + [{"city_held": 0.0, "city_share_held": 0.4}] * (40 - n)).word for n in (27, 26, 13)
    ]
    assert words == ["most", "mixed", "few"]


def test_the_intervals_are_wilsons():
    verdict = verdict_on_flags(8, 0, 2)
    # Wilson (1927) for 8 of 10: (p + z2/2n -+ z sqrt(p q / n + z2 / 4n2)) / (1 + z2/n), z = 1.959964.
    assert verdict.as_claimed[2:] == pytest.approx((0.490162, 0.943318), abs=1e-6)
    assert verdict.contrary[2:] == pytest.approx((1 - 0.943318, 1 - 0.490162), abs=1e-6)
    assert verdict.equal == (0, 0.0, pytest.approx(0.0), pytest.approx(1.959964**2 / (10 + 1.959964**2)))


def test_the_measured_values_are_quantiles_over_samples():
    losses = [100.0 * (i + 1) for i in range(10)]
    draws, reference = [{"attacker_losses": v} for v in losses], [{"attacker_losses": v / 2} for v in losses]
    measured = verdict_of("columns lose more per km2 than fireteams", draws, reference).measured
    assert measured["columns", "losses_per_km2"] == (10.0, 50.0, 90.0)
    assert measured["frontal", "losses_per_km2"] == (5.0, 25.0, 45.0)
    assert measured["paired", "losses_per_km2"] == (2.0, 2.0, 2.0)


def test_replications_are_pooled_before_a_ratio_is_taken():
    runs = [
        {"variant": "frontal", "draw": 0, "replication": r, **RUN, "area_changed_km2": a}
        for r, a in ((0, 0.0), (1, 20.0))
    ]
    values = values_of(pooled(pd.DataFrame(runs)), "frontal")
    assert values.losses_per_km2.tolist() == [100.0]
    assert paired(values, values, "losses_per_km2").tolist() == [1.0]
