import json
import os

import pytest

import sim.scenario.loader
import sim.scenario.schema
from sim.scenario.teaching_label import LABEL
from tests.support import experiment_files
from tests.support.small_schema import WHAT_IF, Small, write


@pytest.fixture
def small_schema(monkeypatch):
    monkeypatch.setattr(sim.scenario.loader, "Scenario", Small)
    monkeypatch.setattr(sim.scenario.schema, "Scenario", Small)


@pytest.mark.usefixtures("small_schema")
def test_each_good_file_is_named(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF)
    code, out, err = sim_command("validate", "theatre.yaml", "question.yaml")
    assert (code, err) == (0, "")
    assert out == "ok  theatre.yaml: Theatre\nok  question.yaml: What if\n"


@pytest.mark.usefixtures("small_schema")
def test_every_fault_of_every_file_is_reported_with_exit_status_2(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF, bad="name: 3\nnaem: x\n")
    code, out, err = sim_command("validate", "bad.yaml", "question.yaml", "none.yaml")
    assert code == 2
    assert out == "ok  question.yaml: What if\n"
    assert "bad.yaml:2:1: naem: no such key; did you mean name?" in err
    assert "none.yaml: no such file" in err
    assert "Traceback" not in err
    assert sorted(os.listdir(tmp_path)) == ["bad.yaml", "question.yaml", "theatre.yaml"]


@pytest.mark.usefixtures("small_schema")
def test_the_reports_as_json(sim_command, tmp_path):
    write(tmp_path, bad="name: 3\n")
    code, out, err = sim_command("validate", "--json", "theatre.yaml", "bad.yaml")
    document = json.loads(out)
    assert code == 2
    assert [report["ok"] for report in document["files"]] == [True, False]
    assert document["files"][1]["errors"][0] in err
    assert document["label"] == LABEL


def test_an_experiment_is_checked_as_an_experiment(sim_command, tmp_path):
    experiment_files.write(tmp_path)
    experiment_files.write(tmp_path, experiment_files.GOOD.replace("n: 8", "n: none"), "bad.yaml")
    code, out, err = sim_command("validate", "question.yaml", "two-levers", "bad.yaml")
    assert code == 2
    assert out == "ok  question.yaml: A test\nok  two-levers: Drone crews or soldiers in the line\n"
    assert err.startswith("bad.yaml:13:36: design.n: must be a whole number")
    assert err.count("\n") == 1
    line = "question.yaml:1:1: is an experiment, not a scenario; sim validate checks it, sim sweep runs it\n"
    assert sim_command("run", "question.yaml") == (2, "", line)
