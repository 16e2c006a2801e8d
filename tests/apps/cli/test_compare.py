import json
import re
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from sim.results.comparison.comparison import Comparison
from sim.results.outcome_wording import OUTCOMES
from sim.scenario.teaching_label import LABEL

SHORT = ["--set", "time.horizon_days=3", "--set", "time.tick_h=12", "--workers", 1]
PAIR = ["compare", "baseline", "no-drones"]


def test_a_comparison_prints_every_main_outcome_with_intervals_and_saves_nothing(sim_command, tmp_path, files_below):
    code, out, _ = sim_command(*PAIR, *SHORT, "--replications", 4, "--seed", 9)
    assert code == 0
    assert "No drones against Baseline: 4 pairs of runs with common random numbers, seed 9" in out
    assert LABEL in out
    for heading in ("Baseline, mean", "No drones, mean", "mean paired difference"):
        assert heading in " ".join(out.split())
    assert all(measure.title in out for measure in OUTCOMES.values() if measure.is_main)
    assert "the fate of the city changes in 0 of 4 pairs (0 %):" in out
    assert "Paired runs diverge on day 1" in " ".join(out.split())
    assert "all of the spread is random variation" in out
    assert "Nothing was saved" in out
    assert files_below(tmp_path) == []


def test_all_outcomes_are_shown_when_asked_for(sim_command):
    out = sim_command(*PAIR, *SHORT, "--replications", 2, "--all")[1]
    assert all(measure.title.split()[0] in out for measure in OUTCOMES.values())
    assert "Front moved, south" in out


def test_one_pair_gives_no_interval(sim_command):
    out = sim_command(*PAIR, *SHORT, "--replications", 1)[1]
    assert "One pair, no interval" in out
    assert "no interval: fewer" in out
    assert "higher" not in out


def test_few_runs_are_reported_with_the_smallest_effect_that_they_would_show(sim_command):
    change = ["--set", "calendar.p_good_weather=0.5"]
    Path("crews.yaml").write_text(
        "extends: baseline.yaml\nname: Fewer crews\nchanges: {drone_strikes.defender.n_crews: 105}\n"
    )
    out = sim_command("compare", "baseline", "crews.yaml", *SHORT, *change, "--replications", 9)[1]
    text = " ".join(out.split())
    assert re.search(r"no clear difference; [\d,.]+", text)
    assert "find clear in four of five comparisons" in text
    assert "too few" not in text
    assert "pairs would show" not in text


def test_what_the_question_asks_about_comes_first_and_is_marked(sim_command):
    out = sim_command(*PAIR, *SHORT, "--replications", 8)[1]
    asked = [line for line in out.splitlines() if "(asked)" in line and "marked" not in line]
    assert [line.partition(" (asked)")[0].strip() for line in asked] == [
        "City never lost", "Area taken", "Attacker's losses", "Defender's losses",
    ]  # fmt: skip
    text = " ".join(out.split())
    # Of 27 outcomes 4 are asked about, and some differ in no pair of three days.
    n_others = int(re.search(r"each is judged by its own 95 % interval. The other (\d+) are judged together", text)[1])
    assert 10 < n_others < 23
    assert "too few" not in text


def test_the_variance_is_split_into_noise_and_assumed_values(sim_command):
    code, out, _ = sim_command(*PAIR, *SHORT, "--assumptions", "drawn", "--draws", 3, "--replications", 2)
    assert code == 0
    assert "6 pairs of runs with common random numbers and assumed values (3 parameter samples)" in out
    assert "Spread from noise (random variation) and from the assumed values" in out
    assert "difference, No drones" in out
    assert "these samples are a single one" in " ".join(out.split())


def test_a_comparison_as_json(sim_command):
    arguments = [*PAIR, *SHORT, "--replications", 8, "--json"]
    code, out, _ = sim_command(*arguments)
    document = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert document["label"].startswith(LABEL)
    assert (document["reference"], document["variants"]) == ("Baseline", ["No drones"])
    row = next(row for row in document["outcomes"] if row["outcome"] == "attacker_losses")
    assert row["difference_low"] <= row["difference"] <= row["difference_high"] < 0
    assert row["unit"] == "soldiers"
    assert document["outcome_changes"][0]["n_pairs"] == 8
    assert sim_command(*arguments)[1] == out


def test_a_saved_comparison_can_be_loaded_and_is_never_overwritten(sim_command, files_below):
    arguments = [*PAIR, *SHORT, "--replications", 2, "--out", "a/b"]
    assert "The comparison is in a/b." in sim_command(*arguments)[1]
    assert Comparison.load("a/b").reference.n_replications == 2
    before = files_below(".")
    code, _, err = sim_command(*arguments)
    assert (code, err.count("\n")) == (2, 1)
    assert "exists already" in err
    assert files_below(".") == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["baseline"], "needs two scenarios or more"),
        (["baseline", "no-dornes"], "did you mean no-drones?"),
        (["baseline", "year-before"], "different horizons in days: 180 and 365"),
        (["baseline", "baseline"], "two scenarios are called 'Baseline'"),
        (["baseline", "no-drones", "--replications", 0], "--replications: must lie between 1 and"),
        (["baseline", "no-drones", "--draws", 6], "--draws: parameter samples need --assumptions drawn"),
        (
            ["baseline", "no-drones", "--assumptions", "drawn", "--draws", 0],
            "--draws: must lie between 1 and 10000, is 0",
        ),
        (["baseline", "no-drones", "--assumptions", "drawn", "--draws", -1], "is -1"),
        (["baseline", "no-drones", "--assumptions", "drawn", "--draws", 10000], "at most 10000 are held in memory"),
    ],
)
def test_scenarios_that_cannot_be_compared_are_reported_on_one_line_before_any_run(
    sim_command, no_run, tmp_path, files_below, arguments, message
):
    code, out, err = sim_command("compare", *arguments, "--out", "new")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert files_below(tmp_path) == []


def test_a_full_disk_is_reported_on_one_line_and_leaves_nothing_behind(tmp_path, files_below):
    """Files of more than 20 kB cannot be written, as on a disk that is full."""
    command = [sys.executable, "-m", "sim", *PAIR, *map(str, SHORT), "--replications", "2", "--out", "a/new"]
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (20_000, 20_000))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "a/new: cannot be written: File too large"
    assert "Traceback" not in done.stderr
    assert files_below(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_reported_before_any_run(sim_command, no_run):
    Path("file").write_text("")
    code, _, err = sim_command(*PAIR, *SHORT, "--out", "file/new")
    assert (code, err.count("\n")) == (2, 1)
    assert "file/new: cannot be written" in err
