"""The report of the suite: its verdict, its document and its files, on rows made by hand."""

import json
import math

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from sim.scenario.teaching_label import LABEL
from sim.validation.verification.suite import CASES, Row
from sim.validation.verification.verification_report import FILES, Report, document, is_earlier_report, write


def row(simulated):
    return Row("fear", "exponential recovery", "cohesion", "0.3", 0.3, 0.7, simulated, 10, 0.01, "exact")


def report(*simulated, resolution=()):
    compared = pd.DataFrame({"is_ok": list(resolution)}) if resolution else pd.DataFrame()
    return Report([row(value) for value in simulated], (), "quick", 1, resolution=compared)


@pytest.mark.parametrize(
    ("found", "verdict", "failed"),
    [
        (report(0.7, 0.705), "verified: 2 comparisons, all within their bounds", []),
        (report(0.7, 0.8), "verification failed: 1 of 2 comparisons outside their bounds: fear", ["fear"]),
        (report(math.nan), "verification failed: 1 of 1 comparisons outside their bounds: fear", ["fear"]),
        (
            report(0.7, resolution=(True, False)),
            "verification failed: 1 of 3 comparisons outside their bounds: resolution",
            ["resolution"],
        ),
    ],
)
def test_the_verdict_counts_the_comparisons_outside_their_bounds(found, verdict, failed):
    assert (found.verdict, found.failed) == (verdict, failed)
    assert document(found)["passed"] is not bool(failed)


def test_a_value_that_was_never_measured_is_null_in_json():
    assert document(report(math.nan))["comparisons"][0]["simulated"] is None


def test_write_saves_figure_table_and_document_and_recognises_them_later(tmp_path):
    write(report(0.7, 0.8), tmp_path)
    plt.close("all")
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    assert (pd.read_csv(tmp_path / "verification.csv")["label"] == LABEL).all()
    assert json.loads((tmp_path / "verification.json").read_text("utf-8")) == document(report(0.7, 0.8))
    assert is_earlier_report(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert not is_earlier_report(tmp_path)


def test_write_saves_as_many_pages_as_the_panels_fill_and_the_next_report_may_replace_them(tmp_path):
    rows = [
        Row(case.name, case.source, case.quantities[0], "0", 0.0, 0.7, 0.7, 10, 0.01, "exact")
        for case in CASES.values()
    ]
    n_pages = -(-len({case.panel for case in CASES.values()}) // 30)
    write(Report(rows, (), "quick", 1), tmp_path)
    plt.close("all")
    pages = [f"verification{'' if i == 1 else f'-{i}'}" for i in range(1, n_pages + 1)]
    endings = ("png", "svg", "alt.txt")
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, *(f"{p}.{end}" for p in pages for end in endings)}
    assert is_earlier_report(tmp_path)
