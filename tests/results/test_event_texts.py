"""Events in words: the chronicle of one run, and first times over many runs."""

import pytest

from sim.campaign.replications import replicate, run
from sim.results.event_texts import CITY_ENTERED, SYMBOLIC_FLAG, TURNING_POINTS, WORDS, chronicle, first_times
from sim.world.integer_codes import EVENT_KINDS
from tests.support.every_event import with_every_event
from tests.support.toy_theatre import toy

N = 4
CUT = {"time.horizon_days": 12}


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy(CUT), N, seed=3, workers=1)


@pytest.fixture(scope="module")
def one():
    return run(toy(CUT), seed=3)


def test_the_chronicle_is_in_order_and_has_the_return_of_the_diversion(one):
    table = chronicle(one)
    assert list(table.columns) == ["day", "date", "kind", "what"]
    assert table["day"].is_monotonic_increasing
    assert set(table["kind"]) <= set(WORDS)
    event = one.events[one.events["kind"] == "diversion_returned"].iloc[0]
    (row,) = table[table["kind"] == "diversion_returned"].to_dict("records")
    assert row["day"] == event["hour"] // 24
    assert row["date"] == event["time"].normalize()
    assert f"{event['value']:,.0f} soldiers" in row["what"]


def test_a_chronicle_of_many_runs_is_an_error(ensemble):
    with pytest.raises(ValueError, match="describes one run"):
        chronicle(ensemble)


def test_first_times_count_each_run_once(ensemble):
    table = first_times(ensemble).set_index("kind")
    days = ensemble.events[ensemble.events["kind"] == "diversion_returned"].groupby("replication")["hour"].min() / 24
    row = table.loc["diversion_returned"]
    assert row["share"] == len(days) / N
    assert row["median"] == days.median()
    assert (table["share"] <= 1).all()


@pytest.fixture(scope="module")
def busy(one):
    return with_every_event(one, 12)


def test_a_closed_line_has_its_name(busy):
    name = busy.manifest["scenario"]["ground"]["lines_of_communication"][0]["name"]
    assert f"road {name} closed" in list(chronicle(busy)["what"])
    assert f"road {name} reopened" in list(chronicle(busy)["what"])


def test_every_event_with_words_is_an_event_of_the_model():
    assert set(WORDS) - {CITY_ENTERED, SYMBOLIC_FLAG} <= set(EVENT_KINDS)
    assert set(TURNING_POINTS) <= set(WORDS)
