import os

import pytest

from sim.errors import InputError
from sim.experiment.designs import design_of, scenario_at
from tests.support.experiment_files import designed, write

HEADER = "drone_strikes.defender.p_hit,defender.reserve,drone_strikes.defender.n_crews,command.attacker_policy\n"
TABLE = HEADER + "0.3,2000,110,adaptive\n0.123456789012345,0,0,do_nothing\n"


def with_table(folder, table):
    write(folder, table, "points.csv")
    return designed(folder, "kind: csv, file: points.csv")


def faults(folder, table):
    with pytest.raises(InputError) as caught:
        with_table(folder, table)
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.lines]


def test_own_points_have_exactly_their_values(tmp_path):
    experiment = with_table(tmp_path, TABLE)
    made = design_of(experiment)
    assert made.n_points == made.details["n_points"] == 2
    assert made.values["drone_strikes.defender.p_hit"].tolist() == [0.3, 0.123456789012345]
    assert made.values["defender.reserve"].tolist() == [2000, 0]
    second = scenario_at(experiment, made.values.iloc[1])
    assert second.drone_strikes.defender.p_hit == 0.123456789012345
    assert (second.drone_strikes.defender.n_crews, second.command.attacker_policy) == (0, "do_nothing")
    for factor in experiment.factors:
        back = [factor.value_at(u) for u in made.points[factor.path]]
        assert back == pytest.approx(made.values[factor.path].tolist()) if factor.kind == "real" else back


def test_changed_points_give_another_digest(tmp_path):
    assert with_table(tmp_path, TABLE).digest != with_table(tmp_path, TABLE.replace("0.3,", "0.31,")).digest


def test_a_table_from_a_spreadsheet_is_read(tmp_path):
    spread = "\ufeff" + TABLE.replace("\n", "\r\n").replace("adaptive", '"adaptive"') + "\r\n"
    assert with_table(tmp_path, spread).own_points == with_table(tmp_path, TABLE).own_points


EUROPEAN = TABLE.replace(",", ";").replace("0.", "0,")


@pytest.mark.parametrize(
    "table",
    [
        EUROPEAN,
        TABLE.replace(",", ";"),
        "\ufeff" + EUROPEAN.replace("\n", "\r\n") + ";;;\r\n",
        EUROPEAN.replace("0,3", ",3"),
        "sep=;\r\n" + EUROPEAN.replace("\n", "\r\n"),
        EUROPEAN.replace(";110;", ";110,0;"),
    ],
)
def test_a_table_of_european_excel_is_read_right(tmp_path, table):
    assert with_table(tmp_path, table).own_points == with_table(tmp_path, TABLE).own_points


def test_a_point_that_may_group_thousands_is_decimal_where_another_point_is(tmp_path):
    real = ("defender.reserve: {range: [0, 2000]}", "defender.density_per_km: {range: [1, 800]}")
    header = HEADER.replace("defender.reserve", "defender.density_per_km").replace(",", ";")
    for first, expected in (("0.3;1.250", 1.25), ("0,3;1,250", 1.25), ("0,3;125", 125.0)):
        write(tmp_path, f"{header}{first};110;adaptive\n", "points.csv")
        (point,) = designed(tmp_path, "kind: csv, file: points.csv", real).own_points
        assert point["defender.density_per_km"] == expected


@pytest.mark.parametrize(
    ("numbers", "fault"),
    [
        ("0,3;1.250", "points.csv:2: 0,3 has a comma and 1.250 in line 2 has a point; write every number with the "
         "same decimal mark"),
        ("0,3;0.5", "points.csv:2: 0,3 has a comma and 0.5 in line 2 has a point; write every number with the same "
         "decimal mark"),
        ("1;1.250", "points.csv:2: 1.250 can mean 1250 or 1,250; write one of these"),
        ("1.234,5;7", "points.csv:2: drone_strikes.defender.p_hit: must be a number, is the text '1.234,5'"),
    ],
)  # fmt: skip
def test_a_table_whose_decimal_mark_is_not_clear_is_refused(tmp_path, numbers, fault):
    assert faults(tmp_path, f"{HEADER.replace(',', ';')}{numbers};110;adaptive\n") == [fault]


def test_tabs_are_refused_with_what_to_write_instead(tmp_path):
    expected = "points.csv:1: has tabs; separate the columns by commas or semicolons"
    assert faults(tmp_path, TABLE.replace(",", "\t")) == [expected]


def test_a_table_of_one_factor_may_have_decimal_commas(tmp_path):
    write(tmp_path, "drone_strikes.defender.p_hit\n0,3\n0,25\n", "points.csv")
    changes = [(line, "") for line in ("  defender.reserve: {range: [0, 2000]}\n", "  command.attacker_policy: {}\n")]
    changes.append(("levers:\n  drone_strikes.defender.n_crews: {values: [0, 110, 220]}\n", ""))
    experiment = designed(tmp_path, "kind: csv, file: points.csv", *changes)
    assert [point["drone_strikes.defender.p_hit"] for point in experiment.own_points] == [0.3, 0.25]


def test_more_points_than_the_factors_allow_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.experiment.points_from_csv.MAX_CELLS", 7)
    expected = "points.csv: has more than 1 points, the most that 4 factors can have"
    assert faults(tmp_path, TABLE) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (TABLE, "", "points.csv: is empty; its first line must name the factors"),
        (TABLE, HEADER, "points.csv: has no points, only the names of the factors"),
        ("n_crews", "n_crew", "points.csv:1: 'drone_strikes.defender.n_crew' is not a factor of the experiment; "
         "did you mean "
         "drone_strikes.defender.n_crews?"),
        ("n_crews", "n_crew", "points.csv:1: drone_strikes.defender.n_crews has no column"),
        (HEADER, HEADER.replace("\n", ",defender.reserve\n"), "points.csv:1: defender.reserve has two columns"),
        ("0.3,2000", "0.3,2000,5", "points.csv:2: has 5 values, but there are 4 factors"),
        ("0.3", "x", "points.csv:2: drone_strikes.defender.p_hit: must be a number, is the text 'x'"),
        ("0.3", "", "points.csv:2: drone_strikes.defender.p_hit: must be a number, is the text ''"),
        ("0.3", "nan", "points.csv:2: drone_strikes.defender.p_hit: must be a number, is the text 'nan'"),
        ("0.3", "0_3", "points.csv:2: drone_strikes.defender.p_hit: must be a number, is the text '0_3'"),
        ("0.123456789012345", "0.9", "points.csv:3: drone_strikes.defender.p_hit: must lie in [0.1, 0.5], is 0.9"),
        ("2000", "2001", "points.csv:2: defender.reserve: must lie in [0, 2000], is 2001"),
        ("2000", "10.5", "points.csv:2: defender.reserve: must be a whole number, is the text '10.5'"),
        ("2000", "9" * 400, f"points.csv:2: defender.reserve: must be a whole number, is the text '{37 * '9'}...'"),
        ("2000", "9" * 5000, f"points.csv:2: defender.reserve: must be a whole number, is the text '{37 * '9'}...'"),
        ("110", "111", "points.csv:2: drone_strikes.defender.n_crews: must be one of 0, 110, 220, is 111"),
        ("adaptive", "adaptiv", "points.csv:2: command.attacker_policy: must be one of doctrine, adaptive, "
         "do_nothing, is "
         "adaptiv"),
        ("adaptive", '"adaptive', "points.csv:3: is not valid CSV: unexpected end of data"),
    ],
)  # fmt: skip
def test_a_fault_of_the_table_is_reported_with_its_line(tmp_path, old, new, fault):
    assert old in TABLE
    assert fault in faults(tmp_path, TABLE.replace(old, new))


def test_all_faults_of_the_table_are_reported_together(tmp_path):
    lines = faults(tmp_path, TABLE.replace("0.3", "x").replace("do_nothing", "nothing"))
    assert [line.split(":")[1] for line in lines] == ["2", "3"]


def test_a_table_that_cannot_be_read_is_reported_on_one_line(tmp_path):
    (tmp_path / "points.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"points.csv: is not UTF-8 text"):
        designed(tmp_path, "kind: csv, file: points.csv")
    with pytest.raises(InputError, match=r"point.csv: no such file; did you mean points.csv"):
        designed(tmp_path, "kind: csv, file: point.csv")
    (tmp_path / "inner").mkdir()
    with pytest.raises(InputError, match=r"design.file: inner: no such file"):
        designed(tmp_path, "kind: csv, file: inner")
