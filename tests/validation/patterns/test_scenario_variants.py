"""The scenario variants: each changes only the subject of its claim."""

from sim.scenario.loader import load
from sim.validation.patterns.claims import claims
from sim.validation.patterns.scenario_variants import YEAR_BEFORE, column_size, scenarios_of, variants


def test_the_variants_of_a_claim_differ_only_in_its_subject():
    scenario = load("baseline")
    scenarios = scenarios_of(scenario, load(YEAR_BEFORE), 30)
    assert set(scenarios) == {*variants(scenario), YEAR_BEFORE}
    assert {name for claim in claims() for name in (claim.variant, claim.reference) if name} == set(scenarios)
    for claim in claims():
        if claim.reference:
            ours, theirs = variants(scenario)[claim.variant], variants(scenario)[claim.reference]
            differing = {path for path in {*ours, *theirs} if ours.get(path) != theirs.get(path)}
            assert len({path.rsplit(".", 1)[0] for path in differing}) == 1, claim
    assert {one.time.horizon_days for name, one in scenarios.items() if name != YEAR_BEFORE} == {30}


def test_a_column_is_the_published_massed_attack_in_whole_teams():
    assert [column_size(team_size) for team_size in (1, 4, 20, 100)] == [150, 152, 160, 200]
