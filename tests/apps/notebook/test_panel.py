"""What a notebook shows: displays of scenarios and results, and the panel of `sim.explore`.

Covers sim.apps.notebook.panel_inputs, sim.apps.notebook.displays.
"""

import base64
import dataclasses
import html
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

import sim
from sim.apps.notebook.displays import register, result_display, scenario_display
from sim.apps.notebook.panel_inputs import FIRST_SHOWN, changed, inputs_of, paths_of
from sim.errors import InputError

WEEK = {"time.horizon_days": 5, "time.tick_h": 12}


@pytest.fixture(scope="module")
def scenario():
    return sim.load("baseline", set=WEEK)


@pytest.fixture
def panel(scenario):
    return sim.explore(scenario, replications=3, workers=1)


def test_every_input_covers_its_range_and_says_where_it_comes_from(scenario):
    rows = {row.path: row for row in scenario.provenance}
    for one in inputs_of(scenario, paths_of(scenario)):
        assert one.options or one.low <= one.value <= one.high, one.path
        assert one.options or one.low < one.high, one.path
        if rows[one.path].range and not one.options and one.step == 1:
            assert one.low <= rows[one.path].range[0] <= rows[one.path].range[1] <= one.high
            assert ("chosen here" in one.ends) == ((one.low, one.high) != tuple(rows[one.path].range))
        assert one.provenance.meaning in one.description
        assert one.badge == rows[one.path].kind.replace("_", " ")


def test_both_ends_of_every_input_fit_the_schema(scenario):
    from sim.apps.notebook.panel_inputs import _is_valid

    for one in inputs_of(scenario, paths_of(scenario)):
        if not one.options:
            assert _is_valid(one.provenance, one.low), one.path
            assert _is_valid(one.provenance, one.high), one.path


def test_every_stop_of_a_slider_of_whole_teams_is_a_valid_value():
    (one,) = inputs_of(sim.load("baseline"), ["attacker.group_size"])
    stops = range(int(one.low), int(one.high) + 1, one.step)
    assert list(stops) == [4, 8]
    for stop in stops:
        assert changed(sim.load("baseline"), {one.path: stop}).attacker.group_size == stop


def test_a_dispute_about_the_value_of_the_baseline_is_not_one_about_the_value_of_a_variant():
    (own,), (reported,) = (inputs_of(sim.load(name), ["attacker.troops"]) for name in ("one-hill", "baseline"))
    assert "disputed" not in own.description
    assert "disputed" in reported.description


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("attacker.troop", "Baseline has no such path: attacker.troop; did you mean attacker.troops?"),
        ("name", "name: cannot be changed here"),
        ("time.tick_h", "time.tick_h: cannot be changed here"),
        ("ground.axes", "Baseline has no such path: ground.axes"),
    ],
)
def test_a_path_that_cannot_be_changed_is_reported(scenario, path, words):
    with pytest.raises(InputError) as error:
        sim.explore(scenario, [path])
    assert error.value.lines[0].startswith(words)


@pytest.mark.parametrize("numbers", [{"replications": 0}, {"seed": -1}, {"workers": 0}, {"replications": 10**7}])
def test_numbers_outside_their_limits_are_reported_before_there_is_a_panel(scenario, numbers):
    with pytest.raises(InputError, match=f"{next(iter(numbers))}: must lie between"):
        sim.explore(scenario, **numbers)


def test_a_run_is_paired_with_the_unchanged_scenario(panel, scenario):
    panel.widgets["attacker.troops"].value = 150_000
    panel.run_button.click()
    expected = sim.compare(
        scenario,
        sim.load("baseline", set=WEEK | {"attacker.troops": 150_000, "name": "more"}),
        replications=3,
        workers=1,
    )
    found = panel.comparison.differences("area_changed_km2")
    np.testing.assert_array_equal(found, expected.differences("area_changed_km2"))
    assert panel.compared == {"attacker.troops": 150_000}
    assert "<code>attacker.troops</code> 150,000 instead of 110,000" in panel.result.value
    alt, data = re.fullmatch(r'<img alt="([^"]+)" style=[^>]+base64,([^"]+)">', panel.picture.value).groups()
    assert base64.b64decode(data).startswith(b"\x89PNG")
    assert "Changed inputs" in html.unescape(alt)
    assert panel.bar.value == panel.bar.max == 6


def test_results_are_marked_when_the_inputs_change_and_stay_as_they_are(panel):
    panel.widgets["command.doctrine"].value = "frontal"
    panel.run_button.click()
    shown = panel.result.value
    assert "results are of the inputs above" in panel.status.value
    panel.widgets["attacker.troops"].value = 140_000
    assert "inputs have changed" in panel.status.value
    assert panel.result.value == shown
    panel.widgets["attacker.troops"].value = 110_000
    assert "results are of the inputs above" in panel.status.value


def test_reset_sets_all_inputs_back_and_nothing_is_run_without_a_change(panel):
    for one in panel.inputs.values():
        if not one.options:
            panel.widgets[one.path].value = one.high
    assert panel.values
    panel.reset_button.click()
    assert panel.values == {}
    panel.run_button.click()
    assert panel.comparison is None
    assert "change an input first" in panel.status.value


def test_inputs_that_change_nothing_are_not_shown(scenario):
    hill = sim.load("one-hill")
    assert [*sim.explore(scenario, workers=1).inputs] == [*FIRST_SHOWN]
    shown = [*sim.explore(hill, workers=1).inputs]
    assert shown == [path for path in FIRST_SHOWN if not path.startswith("drone_strikes.")]
    assert not [path for path in paths_of(hill) if path.startswith("drone_strikes.")]
    with pytest.raises(InputError, match=r"n_crews: changes nothing, because drone_strikes is off in One hill$"):
        sim.explore(hill, ["drone_strikes.defender.n_crews"])


def test_an_input_says_what_it_means_and_then_its_path(panel, scenario):
    meaning = next(row.meaning for row in scenario.provenance if row.path == "attacker.troops")
    assert panel._rows.children[0].children[0].value == f"{meaning}<br><small><code>attacker.troops</code></small>"


def test_any_value_can_be_added_by_its_path(panel):
    panel.add_box.value = "drone_strikes.defender.p_hit"
    assert [*panel.inputs] == [*FIRST_SHOWN, "drone_strikes.defender.p_hit"]
    assert len(panel._rows.children) == len(FIRST_SHOWN) + 1
    panel.widgets["drone_strikes.defender.p_hit"].value = 0.2
    assert panel.values == {"drone_strikes.defender.p_hit": 0.2}


def test_values_that_do_not_fit_together_are_reported_and_nothing_is_run(scenario):
    panel = sim.explore(scenario, ["command.culmination_share"], replications=2, workers=1)
    panel.widgets["command.culmination_share"].max = 0.9
    panel.widgets["command.culmination_share"].value = 0.9  # above the share at which an attack is resumed
    panel.run_button.click()
    assert "do not fit together" in panel.status.value
    assert panel.comparison is None


def test_displays_hold_label_intervals_and_units_and_escape_what_they_show(scenario):
    hostile = sim.load("baseline", set=WEEK | {"name": "<script>alert(1)</script>"})
    comparison = sim.compare(scenario, hostile, replications=2, workers=1)
    result = sim.run(hostile)
    of_comparison, of_result = result_display(comparison), result_display(result)
    for text in (of_comparison, of_result, scenario_display(hostile)):
        assert "Hypothetical teaching illustration, not a forecast" in text
        assert "&lt;script&gt;" in text
        assert "<script" not in text
    assert "soldiers" in of_result
    assert " to " in of_comparison
    assert "One run, no interval" in of_result


def test_a_notebook_shows_scenarios_and_results_as_tables(scenario, monkeypatch):
    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    register()
    result, ensemble = sim.run(scenario), sim.replicate(scenario, 2, workers=1)
    html = shell.display_formatter.formatters["text/html"]
    assert html(scenario) == scenario_display(scenario)
    for source in (result, ensemble, sim.compare(ensemble, changed_run(ensemble))):
        assert html(source) == result_display(source)


def changed_run(ensemble):
    """Return an ensemble of the same runs under another name."""
    manifest = ensemble.manifest | {"scenario": ensemble.manifest["scenario"] | {"name": "Again"}}
    return dataclasses.replace(ensemble, manifest=manifest)


def test_without_a_notebook_nothing_is_registered(monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    register()


@pytest.mark.slow
def test_a_notebook_runs_to_its_end_with_panel_progress_and_displays(tmp_path):
    """A real kernel, without a browser: no cell hangs, and the outputs hold the state of the panel and the displays."""
    import nbformat
    from nbclient import NotebookClient

    cells = [
        "import sim",
        "s = sim.load('baseline', set={'time.horizon_days': 5, 'time.tick_h': 12}); s",
        "e = sim.replicate(s, 6, workers=1); e",
        "p = sim.explore(s, replications=2, workers=1); p",
        "p.widgets['attacker.troops'].value = 150000; p.run_button.click(); print(p.status.value)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    where = {"metadata": {"path": tmp_path}}
    NotebookClient(notebook, timeout=100, kernel_name="python3", store_widget_state=False, resources=where).execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert "Hypothetical" in outputs[1][0]["data"]["text/html"]
    assert "6 runs" in outputs[2][-1]["data"]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in outputs[3][0]["data"]
    assert "results are of the inputs above" in outputs[4][-1]["text"]
    assert not [one for many in outputs for one in many if one.output_type == "error"]
    assert len(json.dumps(notebook)) < 50_000


def test_sim_explore_without_ipywidgets_says_what_to_install():
    code = (
        "import sys; sys.modules['ipywidgets'] = None\nimport sim\n"
        "try:\n    sim.explore('baseline')\nexcept sim.errors.InputError as error:\n    print(*error.lines)"
    )
    done = subprocess.run([sys.executable, "-c", "import sim.errors\n" + code], capture_output=True, text=True)
    assert done.stdout.strip() == "sim.explore needs ipywidgets: pip install ipywidgets"
