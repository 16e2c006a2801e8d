import json
import os

import pytest

import sim.scenario.loader
import sim.scenario.schema
from sim.scenario.teaching_label import LABEL
from tests.support.small_schema import WHAT_IF, Small, write


@pytest.fixture(autouse=True)
def _small_schema(monkeypatch):
    monkeypatch.setattr(sim.scenario.loader, "Scenario", Small)
    monkeypatch.setattr(sim.scenario.schema, "Scenario", Small)


def test_each_good_file_is_named(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF)
    code, out, err = sim_command("validate", "theatre.yaml", "question.yaml")
    assert (code, err) == (0, "")
    assert out == "ok  theatre.yaml: Theatre\nok  question.yaml: What if\n"


def test_every_fault_of_every_file_is_reported_with_exit_status_2(sim_command, tmp_path):
    write(tmp_path, question=WHAT_IF, bad="name: 3\nnaem: x\n")
    code, out, err = sim_command("validate", "bad.yaml", "question.yaml", "none.yaml")
    assert code == 2
    assert out == "ok  question.yaml: What if\n"
    assert "bad.yaml:2:1: naem: no such key; did you mean name?" in err
    assert "none.yaml: no such file" in err
    assert "Traceback" not in err
    assert sorted(os.listdir(tmp_path)) == ["bad.yaml", "question.yaml", "theatre.yaml"]


def test_the_reports_as_json(sim_command, tmp_path):
    write(tmp_path, bad="name: 3\n")
    code, out, err = sim_command("validate", "--json", "theatre.yaml", "bad.yaml")
    document = json.loads(out)
    assert code == 2
    assert [report["ok"] for report in document["files"]] == [True, False]
    assert document["files"][1]["errors"][0] in err
    assert document["label"] == LABEL
