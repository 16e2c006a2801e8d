"""Files become scenarios with the source of each value, and every fault is reported at its place.

Covers sim.scenario.loader, sim.scenario.reading.error_wording, sim.scenario.reading.extends_and_changes,
sim.scenario.reading.file_lookup, sim.scenario.reading.node_values, sim.scenario.reading.value_sources,
sim.scenario.reading.yaml_nodes.
"""

import datetime
import math
import os
import pickle
import tracemalloc

import numpy as np
import pytest

from sim.errors import InputError
from sim.scenario.loader import load
from sim.scenario.provenance import cells
from sim.scenario.reading import shipped_folders
from sim.scenario.reading.yaml_nodes import MAX_BYTES, read_text
from tests.support.small_schema import THEATRE, WHAT_IF, load_small, write


def load_text(folder, text, **options):
    return load_small(write(folder, question=text), **options)


def faults(folder, text, **options):
    """Return the lines that a file called question.yaml is refused with, without its folder."""
    with pytest.raises(InputError) as caught:
        load_text(folder, text, **options)
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.lines]


def with_line(old, new):
    assert old in THEATRE
    return THEATRE.replace(old, new)


# Values and their sources


def test_a_fact_has_its_value_and_its_source(tmp_path):
    scenario = load_small(write(tmp_path))
    row = scenario.row("attacker.troops")
    assert scenario.attacker.troops == row.value == 110_000
    assert (row.kind, row.unit, row.where) == ("reported", "soldiers", "theatre.yaml:4")
    assert "Syrskyi" in row.who
    assert "111" in row.disputed_by


def test_an_assumption_is_estimated_with_a_source_and_invented_without(tmp_path):
    scenario = load_small(write(tmp_path))
    with_source, without = scenario.row("attacker.p_hit"), scenario.row("attacker.speed_km_h.foot")
    assert (with_source.kind, with_source.range) == ("estimated", (0.1, 0.5))
    assert with_source.why == "middle of what is published"
    assert (without.kind, without.range, without.unit) == ("invented_for_teaching", (1, 5), "km/h")
    assert scenario.row("attacker.trace").kind == "invented_for_teaching"


def test_a_unit_of_one_may_be_written_with_or_without_quotes(tmp_path):
    assert load_text(tmp_path, with_line('unit: "1"', "unit: 1")).attacker.p_hit == 0.3


def test_a_list_items_source_covers_its_numbers(tmp_path):
    scenario = load_small(write(tmp_path))
    assert scenario.row("places[0].x_km").kind == "estimated"
    assert scenario.row("places[0].name").kind == "setting"


def test_every_value_has_one_row_and_defaults_say_so(tmp_path):
    rows = load_small(write(tmp_path)).provenance
    row_paths = [row.path for row in rows]
    assert row_paths == sorted(set(row_paths))
    assert {row.path for row in rows if row.where == "default"} == {
        "attacker.doctrine",
        "attacker.tick_h",
        "question",
    }


def test_scalars_mean_what_yaml_1_2_says():
    text = "{a: NO, b: 010, c: 1e3, d: 12:30, e: yes, f: 0o10, g: 2025-06-24, h: ~, i: '1'}"
    values = list(read_text(text, "x").plain().values())
    assert values == ["NO", 10, 1000.0, "12:30", "yes", 8, "2025-06-24", None, "1"]
    assert [type(value) for value in values[1:3]] == [int, float]


def test_provenance_travels_with_a_pickled_scenario(tmp_path):
    scenario = load_small(write(tmp_path))
    assert pickle.loads(pickle.dumps(scenario)).provenance == scenario.provenance
    assert scenario.model_copy().provenance == scenario.provenance


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("0.3", "needs its source"),
        ("{assume: 0.3, why: x}", "needs range: [low, high]"),
        ("{assume: 0.3, range: [0.1, 0.5]}", "needs why:"),
        ("{assume: 0.3, range: [0.1, 0.5], why: ' '}", "needs why:"),
        ("{assume: 0.6, range: [0.1, 0.5], why: x}", "0.6 must lie in its range"),
        ("{assume: 0.3, range: [0.5, 0.1], why: x}", "must lie in its range"),
        ("{assume: 0.3, range: [0.1, 1.5], why: x}", "an end of the range must be at most 1, is 1.5"),
        ("{assume: 0.3, range: 0.5, why: x}", "range must be two numbers"),
        ("{assume: 0.3, range: [0.1, x], why: x}", "range must be two numbers"),
        ("{assume: 1.3, range: [1, 1.3], why: x}", "must be at most 1, is 1.3"),
        ("{assume: x, why: x}", "must be a number, is the text 'x'"),
        ("{assume: 0.3, range: [0.1, 0.5], why: x, unit: km}", "must be in 1, is in km"),
        ("{assume: 0.3, rnge: [0.1, 0.5], why: x}", "no such key rnge; did you mean range?"),
        ("{assume: 0.3, range: [0.1, 0.5], why: x, source: fpv_hit_rat}", "did you mean fpv_hit_rate?"),
        ("{fact: frontline_length}", "must be in 1, but frontline_length is in km"),
        ("{fact: fpv_hit_rate}", "fpv_hit_rate is a range; write {assume: v"),
        ("{fact: fpv_hit_rat}", "seeds/ holds no entry fpv_hit_rat; did you mean fpv_hit_rate?"),
        ("{fact: [1]}", "seeds/ holds no entry ..."),
        ("{fact: fpv_hit_rate, unit: km}", "no such key unit"),
        ("{range: [0, 1]}", "needs fact: or assume:"),
        ("[0.3]", "needs its source"),
    ],
)
def test_a_value_without_a_good_source_is_refused_at_its_place(tmp_path, value, fault):
    text = with_line(
        '{assume: 0.3, range: [0.1, 0.5], source: fpv_hit_rate, why: middle of what is published, unit: "1"}',
        value,
    )
    lines = faults(tmp_path, text)
    assert any(line.startswith("question.yaml:5:") and fault in line for line in lines), lines
    assert all("attacker.p_hit" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("name: Theatre", "name: 3", "question.yaml:1:7: name: must be text, is 3"),
        (
            "name: Theatre",
            "naem: Theatre",
            "question.yaml:1:1: naem: no such key; did you mean name?",
        ),
        ("name: Theatre", "chnages: {}\nname: A", "question.yaml:1:1: chnages: no such key; did you mean changes?"),
        ("name: Theatre", "extend: a\nname: A", "question.yaml:1:1: extend: no such key; did you mean extends?"),
        ("name: Theatre\n", "", "question.yaml:1:1: name: is missing"),
        ("2025-06-24", "2025-06-31", "question.yaml:2:8: start: must be a date (2025-06-24)"),
        ("name: Town", "name: [1]", "question.yaml:16:12: places[0].name: must be text, is a list of 1"),
        (
            "x_km: 3",
            "x_km: three",
            "question.yaml:16:24: places[0].x_km: must be a number, is the text 'three'",
        ),
        ("[3, 4]]", "[3]]", "places[0].path[1][1]: is missing"),
        ("source: approximate_places", "source: places", "places[0].x_km: seeds/ holds no entry places"),
        (
            "  effort:",
            "  doctrine: frontl\n  effort:",
            "must be frontal or encirclement, is the text 'frontl'; did",
        ),
        ("  effort:", "  tick_h: 0\n  effort:", "attacker.tick_h: must be more than 0, is 0"),
        (
            "  trace: {assume: [[0, 1], [1, 2]]",
            "  trace: {assume: [[0, 1], [1, a]]",
            "must be a number, is the text",
        ),
    ],
)
def test_what_the_schema_refuses_is_said_in_plain_words_with_line_and_column(tmp_path, old, new, fault):
    lines = faults(tmp_path, with_line(old, new))
    assert any(fault in line for line in lines), lines


def test_a_group_of_values_is_not_assumed_in_one_go(tmp_path):
    text = with_line("  effort:\n", "  effort: {assume: {north: 1}, why: x}\n  rest:\n")
    assert any("attacker.effort: holds several values" in line for line in faults(tmp_path, text))


def test_all_faults_are_reported_at_once_in_the_order_of_the_file(tmp_path):
    text = THEATRE.replace("name: Theatre", "name: 3").replace("0.3,", "7,").replace("x_km: 3", "x_km: x")
    lines = faults(tmp_path, text)
    assert [line.split(":")[1] for line in lines] == ["1", "5", "16"]


# What-if files


def test_a_change_is_set_by_the_scenario_and_shows_the_replaced_value(tmp_path):
    scenario = load_text(tmp_path, WHAT_IF)
    row = scenario.row("attacker.troops")
    assert (scenario.name, scenario.attacker.troops) == ("What if", 90_000)
    assert (row.kind, row.where, row.who) == ("set_by_scenario", "question.yaml:5", "question.yaml")
    assert (row.replaces.kind, row.replaces.value, row.replaces.where) == (
        "reported",
        110_000,
        "theatre.yaml:4",
    )


def test_a_changed_value_still_shows_the_range_and_the_dispute(tmp_path):
    scenario = load_text(tmp_path, WHAT_IF.replace("attacker.troops: 90000", "attacker.p_hit: 0.4"))
    shown = cells(scenario.row("attacker.p_hit"))
    assert "0.1 to 0.5" in shown
    assert "question.yaml:5, in place of 0.3 (estimated)" in shown
    assert "111 thousand" in cells(load_text(tmp_path, WHAT_IF).row("attacker.troops"))[-1]


def test_a_change_may_be_a_nested_map_a_fact_an_assumption_or_a_list(tmp_path):
    changes = """
  attacker.speed_km_h: {foot: 4, atv: {assume: 10, range: [1, 20], why: mud}}
  attacker: {effort: {north: 2}, troops: {fact: kursk_diversion_russian}}
  start: 2025-09-01
  attacker.trace: [[5, 6], [7, 8]]
  places: [{name: A, x_km: 1, path: [], source: theatre_sketch}]
"""
    scenario = load_text(tmp_path, WHAT_IF.replace("\n  attacker.troops: 90000\n", changes))
    assert list(scenario.attacker.speed_km_h.as_array()) == [4, 25, 10, 15]
    assert scenario.attacker.effort == {"north": 2, "south": 1}
    assert scenario.attacker.trace == [(5, 6), (7, 8)]
    assert scenario.start.month == 9
    kinds = {row.path: row.kind for row in scenario.provenance}
    assert kinds["attacker.speed_km_h.foot"] == kinds["attacker.effort.north"] == "set_by_scenario"
    assert kinds["attacker.speed_km_h.atv"] == kinds["places[0].x_km"] == "invented_for_teaching"
    assert kinds["attacker.troops"] == "reported"
    assert kinds["start"] == "setting"


def test_keys_beside_changes_merge_and_need_their_sources(tmp_path):
    own = "attacker: {p_hit: {assume: 0.2, range: [0.1, 0.3], why: rain}, tick_h: 2}\n"
    scenario = load_text(tmp_path, "extends: theatre.yaml\nname: Rain\n" + own)
    assert (scenario.attacker.p_hit, scenario.attacker.tick_h, scenario.attacker.troops) == (0.2, 2, 110_000)
    assert scenario.row("attacker.p_hit").replaces.value == 0.3
    lines = faults(tmp_path, "extends: theatre.yaml\nattacker: {troops: 5}\n")
    assert "attacker.troops: needs its source" in lines[0]


def test_a_chain_of_questions_remembers_every_step(tmp_path):
    write(tmp_path, first=WHAT_IF)
    scenario = load_text(tmp_path, "extends: first.yaml\nchanges: {attacker.troops: 50000}\n")
    row = scenario.row("attacker.troops")
    assert [row.value, row.replaces.value, row.replaces.replaces.value] == [50_000, 90_000, 110_000]
    assert scenario.question == "What if fewer came?"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "attacker.trops: 1",
            "5:3: attacker.trops: the scenario has no such path; did you mean attacker.troops?",
        ),
        ("a: 1", "5:3: a: the scenario has no such path; sim provenance baseline --format csv shows all"),
        ("troops: 1", "5:3: troops: the scenario has no such path; did you mean attacker.troops?"),
        ("attacker.effort.nort: 1", "no such path; did you mean attacker.effort.north?"),
        ("attacker.effort: {west: 1}", "attacker.effort.west: the scenario has no such path"),
        ("attacker.speed_km_h: {boat: 1}", "attacker.speed_km_h.boat: the scenario has no such path"),
        ("attacker.troops.x: 1", "attacker.troops.x: the scenario has no such path"),
        ("attacker..troops: 1", "the scenario has no such path"),
        ("'': 1", "the scenario has no such path"),
        ("places[0].x_km: 1", "the scenario has no such path"),
        ("attacker: 5", "attacker: must be a map of keys, is 5"),
        ("attacker.effort.north: -1", "5:26: attacker.effort.north: must be at least 0, is -1"),
        ("attacker.troops: 1.5", "attacker.troops: must be a whole number, is 1.5"),
        ("attacker.troops: '5'", "attacker.troops: must be a whole number, is the text '5'"),
        ("attacker.troops: true", "attacker.troops: must be a whole number, is true"),
        ("attacker.troops:", "attacker.troops: must be a whole number, is nothing"),
        ("places: [{fact: frontline_length}]", "places[0]: holds several values"),
        ("{attacker.troops: 1, attacker: {troops: 2}}", "attacker.troops: is changed twice"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(tmp_path, change, fault):
    text = WHAT_IF.replace("attacker.troops: 90000", change)
    assert any(fault in line for line in faults(tmp_path, text)), faults(tmp_path, text)


@pytest.mark.parametrize("changes", ["changes: 3", "changes: [attacker.troops]", "changes: attacker.troops"])
def test_changes_must_be_a_map(tmp_path, changes):
    assert "changes: must be a map of dotted paths" in faults(tmp_path, f"extends: theatre.yaml\n{changes}\n")[0]


def test_changes_need_a_parent(tmp_path):
    text = THEATRE + "changes: {attacker.troops: 5}\n"
    assert any("changes: needs extends:" in line for line in faults(tmp_path, text))


# --set and set={}


@pytest.mark.parametrize("value", [5, np.int64(5)])
def test_python_values_are_recorded_as_set(tmp_path, value):
    scenario = load_small(write(tmp_path), set={"attacker.troops": value})
    row = scenario.row("attacker.troops")
    assert (row.value, row.kind, row.where, row.replaces.value) == (5, "set_by_scenario", "--set", 110_000)


def test_set_takes_nested_python_values(tmp_path):
    changed = {"attacker": {"effort": {"north": 2}}, "start": np.datetime64("2025-06-25")}
    for trace in ([(1, 2), (3, 4)], np.array([[1, 2], [3, 4]])):
        scenario = load_small(write(tmp_path), set=changed | {"attacker.trace": trace})
        assert scenario.attacker.effort["north"] == 2
        assert scenario.attacker.trace == [(1, 2), (3, 4)]
        assert scenario.start == datetime.date(2025, 6, 25)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"attacker.trops": 5}, "set: attacker.trops: the scenario has no such path; did you mean"),
        ({"attacker.troops": -5}, "set: attacker.troops: must be at least 0, is -5"),
        ({"attacker.p_hit": math.nan}, "set: attacker.p_hit: must be a finite number"),
        ({"attacker.troops": 10**5000}, "set: attacker.troops: has too many digits"),
        ({"attacker.troops": object()}, "set: attacker.troops: a value of type object cannot be used"),
        ({"name": "\ud800"}, "set: name: is not UTF-8 text"),
        ({3: 4}, "set: a path must be text, is 3"),
        (["attacker.troops"], "set: must be a map of paths and values, such as attacker.troops: 90000, is ['attacker"),
    ],
)
def test_a_bad_set_is_refused(tmp_path, changed, fault):
    with pytest.raises(InputError) as caught:
        load_small(write(tmp_path), set=changed)
    assert caught.value.lines[0].startswith(fault)


def test_an_endless_python_value_is_refused(tmp_path):
    endless: list = []
    endless.append(endless)
    with pytest.raises(InputError, match="nested deeper"):
        load_small(write(tmp_path), set={"attacker.trace": endless})


# Files that are refused


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "question.yaml: is empty"),
        ("# only a comment\n", "question.yaml: is empty"),
        ("---\n", "question.yaml: is empty"),
        ("- 1\n", "question.yaml:1:1: must hold a map of keys"),
        ("just text\n", "question.yaml:1:1: must hold a map of keys"),
        ("null\n", "question.yaml:1:1: must hold a map of keys"),
        ("name: a\nname: b\n", "question.yaml:2:1: key name is given twice; the first is at"),
        ("a: &x 1\n", "question.yaml:1:4: anchor &x is not allowed"),
        ("a: *x\n", "question.yaml:1:4: alias *x is not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "tag !!python/object/apply:os.system is not allowed"),
        ("a: !!int 3\n", "question.yaml:1:4: tag !!int is not allowed"),
        ("a: !mine 3\n", "tag !mine is not allowed"),
        ("a:\n\tb: 1\n", "question.yaml:2:1: a tab is used to indent; use spaces"),
        ("a: .nan\n", "question.yaml:1:4: .nan is not a finite number"),
        ("a: -.inf\n", "question.yaml:1:4: -.inf is not a finite number"),
        ("a: 1e999\n", "question.yaml:1:4: 1e999 is not a finite number"),
        (f"a: {'9' * 5000}\n", "has too many digits"),
        ("a: 1\n---\nb: 1\n", "question.yaml:2:1: a second document starts here"),
        ("1: a\n", "question.yaml:1:1: a key must be text, is 1"),
        ("true: a\n", "a key must be text, is True"),
        ("? [a]\n: b\n", "a key must be text, is a list or map"),
        ("a: b: c\n", "question.yaml:1:5: is not valid YAML"),
        ("a: [1\n", "is not valid YAML"),
        ("a: \x07\n", "is not valid YAML"),
        ('a: "\\ud800"\n', "is not valid YAML"),
        ("%YAML 9.9\n---\na: 1\n", "is not valid YAML"),
        ("extends: 3\n", "extends: must be the name of one file"),
        ("extends: [a, b]\n", "extends: must be the name of one file"),
        ('extends: "a\\0b"\n', "question.yaml:1:10: holds the character U+0000, which cannot be seen"),
        ("extends: theater.yaml\n", "theater.yaml: no such file; did you mean theatre.yaml?"),
        ("extends: question.yaml\n", "leads back to itself"),
        ("extends: ../theatre.yaml\n", "../theatre.yaml is outside the scenario folders"),
        ("extends: /etc/hostname\n", "/etc/hostname is outside the scenario folders"),
        ("extends: .\n", "is a folder, not a file"),
    ],
)
def test_a_bad_file_gives_one_clear_line(tmp_path, text, fault):
    lines = faults(tmp_path, text)
    assert any(fault in line for line in lines), lines
    assert all(line.isprintable() for line in lines)


def test_the_list_of_faults_is_short_and_free_of_control_characters(tmp_path):
    lines = faults(tmp_path, '"\\u200f[31m": 1\n' + "".join(f"key{i}: 1\n" for i in range(500)))
    assert len(lines) == 31
    assert lines[-1] == "question.yaml: holds more faults; these are the first"
    assert lines[0].startswith("question.yaml:1:1: \\u200f[31m: no such key")


def test_bytes_that_are_not_utf_8_are_refused_with_their_line(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: a\nquestion: \xe9t\xe9\n")
    with pytest.raises(InputError, match=r"latin\.yaml:2: is not UTF-8 text"):
        load_small(path)


def test_a_byte_order_mark_is_forgiven(tmp_path):
    path = write(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_small(path).name == "Theatre"


def test_a_folder_a_pipe_a_missing_and_an_unreadable_name_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    for name, fault in [
        ("", "is a folder"),
        ("pipe.yaml", "is not a regular file"),
        ("none.yaml", "no such file"),
        ("loop.yaml", "no such file"),
        ("x" * 260 + ".yaml", "no such file"),
        ("x" * 260, "no such file"),
        ("x" * 260 + "/y.yaml", "no such file"),
        ("none.yaml/y.yaml", "no such file"),
        ("a\udcff\ud800.yaml", "no such file"),
        ("x" * 3000, "is not a file name"),
        ("a\0b", "is not a file name"),
    ]:
        with pytest.raises(InputError, match=fault):
            load_small(f"{tmp_path}/{name}")
    with pytest.raises(InputError, match="an empty name"):
        load_small("")


def test_extends_through_a_link_out_of_the_folder_is_refused(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    secret = write(outside)
    (inside / "link.yaml").symlink_to(secret)
    (inside / "folder").symlink_to(outside)
    for name in ("link.yaml", "folder/theatre.yaml", "../outside/theatre.yaml", str(secret)):
        assert "is outside the scenario folders" in faults(inside, f"extends: {name}\n")[0]


def test_extends_in_a_circle_and_a_very_long_chain_are_refused(tmp_path):
    write(tmp_path, a="extends: b.yaml\n", b="extends: a.yaml\n")
    with pytest.raises(InputError, match=r"b\.yaml:1:10: extends: .*a\.yaml leads back to itself"):
        load_small(tmp_path / "a.yaml")
    chain = {f"c{i}": f"extends: c{i + 1}.yaml\n" for i in range(40)}
    write(tmp_path, **chain)
    with pytest.raises(InputError, match="the chain is longer than 16 files"):
        load_small(tmp_path / "c0.yaml")


def test_a_fault_in_the_parent_is_reported_with_the_parents_line(tmp_path):
    (tmp_path / "theatre.yaml").write_text(with_line("x_km: 3", "x_km: three"))
    assert faults(tmp_path, WHAT_IF) == ["theatre.yaml:16:24: places[0].x_km: must be a number, is the text 'three'"]


# What was meant


@pytest.mark.parametrize("written", ["1.1e5", "110000.0", "+1.1E+5"])
def test_a_whole_number_may_be_written_with_a_point_or_an_exponent(tmp_path, written):
    scenario = load_text(tmp_path, WHAT_IF.replace("90000", written))
    assert scenario.attacker.troops == 110_000
    assert type(scenario.attacker.troops) is int
    assert scenario.row("attacker.troops").value == 110_000.0
    assert (
        load_small(tmp_path / "theatre.yaml", set={"attacker.troops": np.float64(written)}).attacker.troops == 110_000
    )


def test_an_assumed_whole_number_may_be_written_with_a_point(tmp_path):
    assumed = with_line("{fact: troops_near_pokrovsk}", "{assume: 3.0e4, range: [1e4, 5.0e4], why: a guess}")
    scenario = load_text(tmp_path, assumed)
    assert (scenario.attacker.troops, scenario.row("attacker.troops").range) == (30_000, (10_000.0, 50_000.0))


@pytest.mark.parametrize("value", [30.5, 1e-308, "30"])
def test_what_is_no_whole_number_says_what_it_is(tmp_path, value):
    with pytest.raises(InputError, match=r"attacker\.troops: must be a whole number, is (30\.5|1e-308|the text '30')$"):
        load_small(write(tmp_path), set={"attacker.troops": value})


def test_true_is_no_whole_number(tmp_path):
    assert "must be a whole number, is true" in faults(tmp_path, WHAT_IF.replace("90000", "true"))[0]


def test_a_key_that_holds_only_a_comment_holds_nothing(tmp_path):
    plain = load_small(write(tmp_path))
    for text in ("changes:\n", "changes: # attacker.troops: 90000\n", "attacker:\n", "attacker:\n  effort:\n",
                 "changes:\n  attacker.effort:\n", "changes:\n  attacker:\n"):  # fmt: skip
        assert load_text(tmp_path, f"extends: theatre.yaml\n{text}").model_dump() == plain.model_dump()
    assert load_text(tmp_path, "extends: theatre.yaml\nplaces: # none\n").places == []
    assert load_text(tmp_path, "extends: theatre.yaml\nchanges:\n  places:\n").places == []
    assert faults(tmp_path, "name: a\nstart: 2025-06-24\nattacker:\n")[0] == (
        "question.yaml:3:10: attacker.troops: is missing"
    )


def test_a_path_with_dots_at_the_top_of_a_file_belongs_under_changes(tmp_path):
    assert faults(tmp_path, "extends: theatre.yaml\nattacker.troops: 90000\n") == [
        "question.yaml:2:1: attacker.troops: no such key; a path with dots stands under changes:"
    ]


@pytest.mark.parametrize(
    ("text", "character"),
    [("\\0", "0000"), ("\\e[2J", "001B"), ("a\\rb", "000D"), ("\\u202Egnp.exe", "202E"), ("\\u2066a", "2066"),
     ("a\\u2028b", "2028"), ("\\x7f", "007F"), ("\\x9b", "009B"), ("\\uFEFF", "FEFF")],
)  # fmt: skip
def test_characters_that_cannot_be_seen_are_refused_in_texts_and_keys(tmp_path, text, character):
    what = f"holds the character U+{character}, which cannot be seen; remove it"
    assert faults(tmp_path, f'extends: theatre.yaml\nname: "{text}"\n') == [f"question.yaml:2:7: {what}"]
    assert faults(tmp_path, f'extends: theatre.yaml\nchanges: {{"{text}": 1}}\n') == [f"question.yaml:2:11: {what}"]
    value = text.replace("\\e", "\\x1b").encode().decode("unicode_escape")
    with pytest.raises(InputError) as caught:
        load_small(write(tmp_path), set={"name": value})
    assert caught.value.lines == [f"set: name: {what}"]


@pytest.mark.parametrize("name", ["Покровськ", "波克罗夫斯克", "می‌خواهم", "क्‍ष", "پوکروفسک", "👩‍👧 é", "a\u200eb"])
def test_every_script_is_allowed(tmp_path, name):
    assert load_text(tmp_path, f"extends: theatre.yaml\nname: {name}\n").name == name


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("name", "", "name: must not be blank"),
        ("name", " \u3000 ", "name: must not be blank"),
        ("name", "\u200b\u200f \u2800\u3164", "name: must not be blank"),
        ("name", "two\nlines", "name: must stand on one line, without tabs"),
        ("name", "a\tb", "name: must stand on one line, without tabs"),
        ("name", "x" * 201, "name: must have at most 200 characters, has 201"),
        ("question", "x" * 5001, "question: must have at most 5000 characters, has 5001"),
        ("ground.settlements", [{"name": " ", "x_km": 0, "y_km": 0, "radius_km": 1, "source": "theatre_sketch"}],
         "ground.settlements[0].name: must not be blank"),
    ],
)  # fmt: skip
def test_a_name_stands_on_one_line_and_has_a_length(path, value, says):
    with pytest.raises(InputError) as caught:
        load("baseline", set={path: value})
    assert f"set: {says}" in caught.value.lines


# Hostile files are refused before anything grows

BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (BOMB, "is not allowed"),
        ("a: " + "[" * 100_000, "is nested deeper than 32 levels"),
        ("{a: " * 100_000, "is nested deeper than 32 levels"),
        ("- " * 100_000, "is nested deeper than 32 levels"),
        ("? " * 100_000, "is nested deeper than 32 levels"),
        ("a: [" + "1," * 400_000 + "]", "holds more than 20000 values"),
        ("".join(f"k{i}: 1\n" for i in range(80_000)), "holds more than 20000 values"),
        (
            "extends: theatre.yaml\nchanges:\n" + "".join(f"  a.b{i}: 1\n" for i in range(9_000)),
            "more faults",
        ),
        ('? "' + "k" * (MAX_BYTES - 20) + '"\n: 1\n', "no such key"),
        ("a: " + "x" * (MAX_BYTES - 10), "no such key"),
        ("a: " + "x" * MAX_BYTES, "is larger than 1 MB"),
    ],
    ids=[
        "aliases",
        "flow lists",
        "flow maps",
        "block lists",
        "keys",
        "long list",
        "many keys",
        "many faults",
        "long key",
        "long text",
        "1 MB",
    ],
)
def test_a_hostile_file_is_refused_without_growing_memory(tmp_path, text, fault):
    path = write(tmp_path, hostile=text)
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as caught:
            load_small(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert fault in str(caught.value)
    assert len(str(caught.value)) < 10_000
    assert peak < 40_000_000


def test_a_device_without_end_is_not_read():
    with pytest.raises(InputError, match="is not a regular file"):
        load_small("/dev/zero")


# Shipped scenarios


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    root = tmp_path / "shipped"
    (root / "theatre").mkdir(parents=True)
    write(root / "theatre")
    (root / "baseline.yaml").write_text("extends: theatre/theatre.yaml\nname: Baseline\n")
    monkeypatch.setattr(shipped_folders, "scenarios_dir", lambda: root)
    return root


def test_a_bare_name_is_a_shipped_scenario_and_shows_no_folder_of_the_machine(shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scenario = load_small("baseline")
    assert scenario.name == "Baseline"
    assert scenario.row("attacker.troops").where == "scenarios/theatre/theatre.yaml:4"
    assert load_small("theatre/theatre").name == "Theatre"
    with pytest.raises(InputError, match=r"baselin: no such file .*; did you mean baseline\?"):
        load_small("baselin")


def test_a_file_elsewhere_may_extend_a_shipped_scenario(shipped, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    path = write(mine, mine="extends: baseline.yaml\nname: Mine\n")
    (mine / "theatre.yaml").unlink()
    assert load_small(path).name == "Mine"


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("attacker.diversion.russian", "attacker.diversion: is now forces.transfers"),
        ("command.reserve_threshold", "command.reserve_threshold: is now command.gap_trigger"),
        ("reinforcement.reserve_delay_h", "reinforcement.reserve_delay_h: is now reserves.prep_h"),
    ],
)
def test_a_key_of_older_versions_is_answered_with_what_to_write_instead(old, now, tmp_path):
    """On the command line and in a file: one line each time."""
    (tmp_path / "old.yaml").write_text(f"extends: baseline.yaml\nname: Old\nchanges: {{{old}: 1}}\n")
    for name, options in (("baseline", {"set": {old: 1}}), (tmp_path / "old.yaml", {})):
        with pytest.raises(InputError) as caught:
            load(name, **options)
        assert [now in line for line in caught.value.lines] == [True]
