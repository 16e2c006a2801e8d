import re
from pathlib import Path

import numpy as np
import pytest

from sim.analysis import SweepResults
from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.experiment.run_sweep import sweep
from sim.results.outcome_wording import measure
from sim.results.own_outcomes import check_functions, code_of, value_of, with_all_own_outcomes
from sim.results.result import Ensemble
from sim.scenario.loader import load
from tests.support.experiment_files import TINY_SWEEP

SCENARIO = """\
extends: one-hill.yaml
name: Own outcomes
question: How much of the loss falls early?
own_outcomes:
  losses_by_day_3_soldiers: losses.attacker[3]
  is_loss_early: losses.attacker[3] > 0.5 * losses.attacker[-1]
changes:
  time.horizon_days: 8
"""


@pytest.fixture
def scenario(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(SCENARIO)
    return load(file)


def test_expressions_are_outcomes_of_every_run_and_survive_saving(scenario, tmp_path):
    ensemble = replicate(scenario, replications=3, workers=1)
    by_hand = ensemble.series["losses"].sel(side="attacker")[:, 3]
    assert ensemble.outcomes["losses_by_day_3_soldiers"].tolist() == by_hand.values.tolist()
    assert ensemble.outcomes["is_loss_early"].dtype == bool
    loaded = Ensemble.load(ensemble.save(tmp_path / "saved"))
    assert loaded.outcomes.equals(ensemble.outcomes)


def test_functions_of_a_result_are_columns_of_the_ensemble(scenario):
    functions = {
        "widest_km": lambda run: run.series["advance_km"].max(),
        "is_flag_planted": lambda run: np.bool_(run.outcomes["flags_planted"].item() > 0),
    }
    ensemble = replicate(scenario, replications=3, workers=1, outcomes=functions)
    assert ensemble.outcomes["widest_km"].tolist() == ensemble.series["advance_km"].max("time").values.tolist()
    assert ensemble.outcomes["is_flag_planted"].dtype == bool
    assert ensemble.manifest["own_outcomes"] == ["widest_km", "is_flag_planted"]
    alone = run(scenario, outcomes=functions)
    assert alone.outcomes["widest_km"].item() == ensemble.outcomes["widest_km"][0]


def test_own_outcomes_are_compared_in_pairs_and_count_as_asked_beforehand(scenario):
    other = {"peak_losses_soldiers": lambda run: float(run.series["losses"].sel(side="defender").max())}
    plain = load("one-hill", set={"time.horizon_days": 8})
    comparison = compare(plain, scenario, replications=4, workers=1, outcomes=other)
    table = comparison.table.set_index("outcome")
    for name in ("losses_by_day_3_soldiers", "is_loss_early", "peak_losses_soldiers"):
        assert table.loc[name, "is_asked"]
        assert table.loc[name, "difference"] == 0.0  # the scenarios are the same war
        assert table.loc[name, "n_pairs"] == 4


def test_scenarios_that_define_one_name_differently_are_not_compared(scenario):
    with pytest.raises(InputError, match="is_loss_early is another expression in a scenario before"):
        with_all_own_outcomes([scenario, scenario.model_copy(update={"own_outcomes": {"is_loss_early": "1 < 2"}})])


def test_a_sweep_saves_own_outcomes_and_resumes_only_with_the_same_code(tmp_path):
    file = tmp_path / "sweep.yaml"
    file.write_text(TINY_SWEEP)
    own = {"peak_losses_soldiers": lambda run: float(run.series["losses"].sel(side="defender").max())}
    summary = sweep(file, tmp_path / "swept", workers=1, outcomes=own)
    results = SweepResults.load(summary.folder)
    assert "peak_losses_soldiers" in results.outcomes
    runs = results.runs
    series = results.series().groupby(["point", "replication"])["losses.defender"].max()
    assert runs["peak_losses_soldiers"].tolist() == series.tolist()
    sweep(file, tmp_path / "swept", workers=1, outcomes=own, resume=True)
    with pytest.raises(InputError, match="belongs to another experiment"):
        sweep(file, tmp_path / "swept", workers=1, outcomes={"peak_losses_soldiers": lambda run: 1.0}, resume=True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x: losses.other[3]", "own.yaml:5: own_outcomes.x: there is no daily series losses.other"),
        ("x: losses.attacker[9]", "own.yaml:5: own_outcomes.x: asks for day 9; the last one is 8"),
        ("x: losses.attacker[3] > 1", "own.yaml:5: own_outcomes.x: is true or false; such an outcome is shown"),
        ("is_x: losses.attacker[3]", "is a number; only an outcome that is true or false has a name"),
        ("attacker_losses: losses.attacker[3]", "is an outcome of the model; give yours another name"),
        ("random_numbers: losses.attacker[3]", "must have another name: that is a column of the tables of runs"),
        ("Bad name: losses.attacker[3]", "must have a name of small letters, digits and _"),
        ("x: losses.attacker.sum()", "own.yaml:5:6: own_outcomes.x: holds 'losses.attacker.sum()', which is not"),
        ("x: 1 +", "own.yaml:5:6: own_outcomes.x: is not an expression such as losses.attacker[30]"),
    ],
)
def test_a_wrong_own_outcome_is_reported_with_its_line_before_the_run(line, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = SCENARIO.replace("losses_by_day_3_soldiers: losses.attacker[3]", line)
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(InputError, match="own_outcomes") as error:
        run(load("own.yaml"))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("name", "function", "says"),
    [
        ("x", lambda run: "many", "outcomes: x must return a number, returns 'many'"),
        ("x", lambda run: None, "outcomes: x must return a number, returns None"),
        ("x", lambda run: run.series["advance_km"], "outcomes: x must return a number"),
        ("x", lambda run: True, "outcomes: x is true or false"),
        ("is_x", lambda run: 1.0, "outcomes: is_x is a number"),
        ("attacker_losses", lambda run: 1.0, "outcomes: attacker_losses is an outcome of the model"),
    ],
)
def test_a_function_that_returns_no_number_is_refused(name, function, says, scenario):
    with pytest.raises(InputError) as error:
        value_of(name, function, run(scenario))
    assert says in str(error.value)


def test_functions_that_hold_other_values_are_other_functions():
    def above(limit, day=3):
        return lambda run, *, day=day: float(run.series["advance_km"][day] > limit)

    assert code_of(above(1.0)) == code_of(above(1.0))
    assert len({code_of(one) for one in (above(1.0), above(2.0), above(1.0, 4))}) == 3


def test_an_error_of_a_function_names_its_outcome(scenario):
    with pytest.raises(ZeroDivisionError) as error:
        run(scenario, outcomes={"ratio": lambda run: 1 / 0})
    assert error.value.__notes__ == ["in the outcome ratio"]


def test_a_function_may_not_take_a_name_that_is_taken(scenario):
    for name in ("attacker_losses", "losses_by_day_3_soldiers", "random_numbers", "seed"):
        with pytest.raises(InputError, match="another name"):
            check_functions({name: lambda run: 1.0}, scenario)
    with pytest.raises(InputError, match="must be a function"):
        check_functions({"x": 3}, scenario)


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [(["widest_km"], "must be names with functions"), ({" ": len}, "not blank"), ({3: len}, "not blank")],
)
def test_own_outcomes_are_functions_by_names(outcomes, says, scenario):
    with pytest.raises(InputError, match=says):
        check_functions(outcomes, scenario)


def test_the_name_of_an_own_outcome_words_it():
    assert (measure("widest_gap_km").title, measure("widest_gap_km").unit) == ("Widest gap", "km")
    assert measure("is_city_in_reach").is_share
    assert measure("something").unit == ""


def test_the_examples_of_the_docs_run(tmp_path, capsys):
    page = (Path(__file__).parents[2] / "scenarios" / "README.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "mine.yaml").write_text(text)
    scenario = load(tmp_path / "mine.yaml", set={"time.horizon_days": 30, "time.tick_h": 6})
    outcomes = run(scenario).outcomes
    assert set(scenario.own_outcomes) <= set(outcomes)
    assert outcomes["first_month_losses_soldiers"].item() == outcomes["attacker_losses"].item()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(code, "scenarios/README.md", "exec"), {})
    assert float(capsys.readouterr().out) >= 0.0
