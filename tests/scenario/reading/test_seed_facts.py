"""The facts of seeds/ are complete and sourced.

Covers sim.scenario.reading.seed_facts, sim.scenario.reading.shipped_folders.
"""

import pytest

from sim.errors import InputError
from sim.scenario.reading import seed_facts, shipped_folders
from sim.scenario.reading.seed_facts import Fact, load_facts

ARTICLE = [
    "troops_near_pokrovsk",
    "frontline_length",
    "sector_is_hottest",
    "attempt_duration",
    "attacker_numerical_advantage",
    "attacker_artillery_advantage",
    "city_is_supply_hub",
    "defensive_backbone",
    "prewar_population",
    "coking_coal_mine_closed",
    "strategic_goal",
    "talks_as_delay",
    "frontal_assault_abandoned",
    "kursk_diversion_russian",
    "kursk_diversion_north_korean",
    "kursk_effect",
    "predicted_fall",
    "encirclement_axes",
    "fireteams",
    "fireteam_effect",
    "symbolic_objective",
]
CONTEXT = [
    "kursk_without_eastern_withdrawal",
    "advance_rate_main_axes",
    "advance_rate_avdiivka_pokrovsk",
    "area_gained_theatre",
    "attacker_casualties_theatre",
    "casualties_per_km2",
    "loss_exchange_ratio",
    "fpv_hit_rate",
    "drone_share_of_losses",
    "artillery_ratio",
    "defender_density",
    "force_ratio",
    "fireteam_size",
    "kill_zone_depth",
    "daily_attacks_sector",
    "approximate_places",
    "theatre_sketch",
]


def test_every_statement_of_the_article_and_every_range_is_there():
    assert set(ARTICLE) | set(CONTEXT) <= set(load_facts())


@pytest.mark.parametrize(
    ("fact_id", "value", "unit"),
    [
        ("troops_near_pokrovsk", 110_000, "soldiers"),
        ("kursk_diversion_russian", 63_000, "soldiers"),
        ("kursk_diversion_north_korean", 7_000, "soldiers"),
        ("frontline_length", 1_200, "km"),
    ],
)
def test_the_articles_numbers(fact_id, value, unit):
    fact = load_facts()[fact_id]
    assert (fact.value, fact.unit, fact.provenance_kind) == (value, unit, "reported")


def test_contested_statements_name_who_contests_them():
    seeds = load_facts()
    for fact_id in ("troops_near_pokrovsk", "kursk_diversion_russian", "kursk_effect", "loss_exchange_ratio"):
        assert seeds[fact_id].disputed_by
    assert seeds["troops_near_pokrovsk"].disputed_by[0].value == 111_000


def test_a_range_from_outside_says_how_good_it_is_and_where_it_was_seen():
    for fact_id in set(CONTEXT) - {"approximate_places", "theatre_sketch"}:
        fact = load_facts()[fact_id]
        assert fact.kind == "estimated"
        assert fact.grade
        assert fact.seen_in


@pytest.mark.parametrize("broken", [{"value": None, "range": None}, {"range": (2.0, 1.0)}, {"kind": "sure"}])
def test_a_faulty_fact_is_refused(broken):
    good = {
        "value": 1,
        "unit": "km",
        "kind": "reported",
        "attributed_to": "x",
        "date": "x",
        "paraphrase": "x" * 10,
    }
    Fact.model_validate(good)
    with pytest.raises(ValueError, match="valid"):
        Fact.model_validate(good | broken)


@pytest.fixture
def other_seeds(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped_folders, "seeds_dir", lambda: tmp_path)
    load_facts.cache_clear()
    yield tmp_path
    load_facts.cache_clear()


FACT = "{value: 1, unit: km, kind: reported, attributed_to: x, date: x, paraphrase: ten letters}"


def test_an_id_in_both_files_is_refused(other_seeds):
    for name in seed_facts.SEED_FILES:
        (other_seeds / name).write_text(f"about: x\nfacts: {{a: {FACT}}}\n")
    with pytest.raises(InputError, match=r"seeds/context\.yaml: a: is given in another"):
        load_facts()


def test_a_misspelt_key_of_a_fact_is_named(other_seeds):
    (other_seeds / "article.yaml").write_text(f"about: x\nfacts: {{a: {FACT.replace('unit', 'units')}}}\n")
    with pytest.raises(InputError, match=r"seeds/article\.yaml: facts\.a\.unit"):
        load_facts()
