import json
from pathlib import Path

import pytest

from sim.apps.cli.sweep import Machines, folder_name
from sim.errors import InputError
from sim.experiment import run_distribution

TEXT = """
name: Tiny
question: Does it run?
base: baseline
set: {time.horizon_days: 4, time.tick_h: 12}
levers:
  drone_strikes.defender.n_crews: {range: [20, 260]}
  command.doctrine: {values: [frontal, encirclement]}
outcomes: [attacker_losses, flot_displacement_km]
design: {kind: full_grid, levels: 3}
replications: 2
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.yaml"
    path.write_text(TEXT)
    return path


def test_a_sweep_prints_where_its_runs_are_and_can_be_analysed(sim_command, file):
    code, out, err = sim_command("sweep", file, "--workers", 1, "--json")
    assert code == 0
    assert json.loads(out)["n_runs"] == 12
    assert json.loads(out)["folder"] == "results/sweeps/tiny"
    assert "12 of 12 runs are in results/sweeps/tiny." in err
    assert "Largest correlation of two factors in the design: 0.000." in err
    assert err.endswith("Next: sim analyse results/sweeps/tiny or sim explore results/sweeps/tiny\n")
    assert sim_command("analyse", "results/sweeps/tiny", "--outcome", "attacker_losses")[0] == 0


def test_a_sweep_that_is_no_full_grid_does_not_lead_to_the_explorer(sim_command, file):
    file.write_text(TEXT.replace("{kind: full_grid, levels: 3}", "{kind: latin_hypercube, n: 4}"))
    _, _, err = sim_command("sweep", file, "--workers", 1)
    assert err.endswith("Next: sim analyse results/sweeps/tiny\n")


def test_failed_runs_give_status_1_and_are_counted_last(sim_command, file, monkeypatch):
    monkeypatch.setattr(run_distribution, "simulate", lambda *_: 1 / 0)
    code, _, err = sim_command("sweep", file, "--workers", 1)
    assert code == 1
    assert err.splitlines()[-1] == "Failed runs: 12; see results/sweeps/tiny/failures.parquet."


def test_shards_are_joined_into_one_sweep(sim_command, file):
    for i in (1, 2):
        code, _, err = sim_command("sweep", file, "--workers", 1, "--shard", f"{i}/2", "--out", f"s{i}")
        assert code == 0
        assert err.endswith(f"Next: sim sweep ... --join s{i} with the other shards\n")
    code, _, err = sim_command("sweep", file, "--join", "s1", "--out", "all")
    assert code == 1
    assert err.splitlines()[-1] == "Missing runs: 6; --resume runs them."
    code, _, err = sim_command("sweep", file, "--join", "s2", "--out", "all", "--resume")
    assert code == 0
    assert err.splitlines()[-2] == "12 of 12 runs are in all."


def test_an_estimate_prints_time_and_size_and_saves_nothing(sim_command, file, tmp_path):
    code, out, _ = sim_command("sweep", file, "--estimate", "--workers", 2)
    assert code == 0
    assert "12 runs of about" in out
    assert "with 2 workers" in out
    found = json.loads(sim_command("sweep", file, "--estimate", "--workers", 2, "--shard", "1/3", "--json")[1])
    assert (found["n_runs"], found["n_workers"]) == (4, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


@pytest.mark.parametrize("more", [["--join", "nosuch"], ["--resume"], ["--scheduler", "tcp://127.0.0.1:1"]])
def test_an_estimate_refuses_options_that_it_would_ignore(sim_command, file, more):
    code, _, err = sim_command("sweep", file, "--estimate", *more)
    assert (code, err) == (2, "--estimate: cannot be combined with --scheduler, --resume or --join\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", 0], "--workers: must lie between 1 and"),
        (["--shard", "3/2"], "--shard: must be I/N with I from 1 to N"),
        (["--shard", "0/2"], "--shard: must be"),
        (["--shard", "x"], "--shard: must be"),
        (["--workers", 2, "--scheduler", "tcp://127.0.0.1:1"], "give one of the two"),
        (["--out", "tiny.yaml"], "exists already"),
        (["--out", "tiny.yaml", "--resume"], "tiny.yaml: no such folder"),
        (["--out", "tiny.yaml/below"], "cannot be written"),
        (["--join", "nowhere"], "nowhere: no such folder"),
        (["--join", "nowhere", "--workers", 1], "--join: cannot be combined with --workers, --scheduler or --shard"),
    ],
)
def test_wrong_options_are_reported_on_one_line_before_any_run(sim_command, file, monkeypatch, options, message):
    monkeypatch.setattr(run_distribution, "simulate", lambda *_: pytest.fail("a run was begun"))
    code, out, err = sim_command("sweep", file, *options)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert not Path("results").exists()


def test_the_default_folder_keeps_the_words_of_any_script_and_no_two_names_share_it():
    assert folder_name("Two levers: 1, 2") == "two-levers-1-2"
    names = ["Дрони", "Дрони!", "无人机", "مسيرات", "ड्रोन", "ड्रोनी", "!!!", "???", "a" * 300, "a" * 301, "山" * 300]
    assert folder_name("Дрони") == "дрони-" + folder_name("Дрони")[-6:]
    assert len({folder_name(name) for name in names}) == len(names)
    assert all(len(folder_name(name).encode()) <= 255 for name in names)


def test_a_shard_is_two_numbers():
    assert Machines().part is None
    assert Machines(shard="2/5").part == (2, 5)
    with pytest.raises(InputError, match="such as 2/5, is 6/5"):
        _ = Machines(shard="6/5").part
