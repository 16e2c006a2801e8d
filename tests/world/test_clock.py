"""Ticks cover the horizon without gaps, and a dated event adds a cut and moves no other one."""

import itertools

import pytest

from sim.world.clock import Tick, ticks


@pytest.mark.parametrize("tick_h", [0.25, 0.3, 1.0, 3.0, 24.0])
@pytest.mark.parametrize("events", [(), (0.0,), (7.25, 30.1)])
def test_ticks_cover_the_horizon_without_gap_or_overlap(tick_h, events):
    clock = list(ticks(72.0, tick_h, events))
    assert clock[0].start_h == 0.0
    assert clock[-1].end_h == 72.0
    for tick, following in itertools.pairwise(clock):
        assert tick.end_h == pytest.approx(following.start_h, abs=1e-12)
        assert tick.dt_h > 0.0
        assert tick.dt_h <= tick_h * (1.0 + 1e-12)


def test_there_are_as_many_ticks_as_the_day_holds():
    assert len(list(ticks(10 * 24.0, 0.25))) == 960


def test_an_event_adds_a_cut_and_moves_no_other_one():
    plain, cut = (list(ticks(48.0, 1.0, events)) for events in ((), (30.5,)))
    assert {tick.start_h for tick in cut} - {tick.start_h for tick in plain} == {30.5}
    assert Tick(30.0, 0.5) in cut
    assert Tick(30.5, 0.5) in cut


@pytest.mark.parametrize("hour", [0.0, 24.0, 48.0, 1000.0, -5.0])
def test_an_event_on_a_cut_or_outside_the_horizon_changes_nothing(hour):
    assert list(ticks(48.0, 1.0, (hour,))) == list(ticks(48.0, 1.0))


@pytest.mark.parametrize("tick_h", [0.25, 0.3, 24.0])
def test_every_day_begins_a_tick(tick_h):
    days = [tick.start_h / 24.0 for tick in ticks(400 * 24.0, tick_h) if tick.is_new_day]
    assert days == list(range(400))


def test_the_time_key_is_the_start_in_whole_seconds():
    assert [tick.time_s for tick in ticks(1.0, 0.25)] == [0, 900, 1800, 2700]
    keys = [tick.time_s for tick in ticks(240.0, 0.3, (7.77,))]
    assert len(set(keys)) == len(keys)
