"""The report: notes, the Markdown table, and the page and glossary that describe its claims and measures."""

from io import StringIO
from pathlib import Path

import pandas as pd

from sim.scenario.teaching_label import LABEL
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import MEASURES
from sim.validation.patterns.pattern_report import document, edge_note, share_lines, show_verdict, to_csv, to_markdown
from sim.validation.patterns.verdicts import judge
from tests.support.pattern_runs import hand_made_study

KINDS = ("as_claimed", "equal", "contrary")
ROOT = Path(__file__).parents[3]


def test_runs_that_reach_the_edge_of_the_map_are_reported():
    found = hand_made_study()
    assert found.n_at_edge == 0
    found.runs.loc[:4, "days"] = 60.0
    assert found.n_at_edge == 5
    assert edge_note(found).startswith(f"In 5 of {len(found.runs)} runs")


def test_the_markdown_table_has_every_claim_and_text_lines_of_at_most_120_characters():
    text = to_markdown(hand_made_study(n_draws=40))
    assert text.startswith(f"*{LABEL}")
    assert all(f"| {claim.pattern} {claim.text} |" in text for claim in claims())
    assert max(len(line) for line in text.splitlines() if not line.startswith("| ")) <= 120
    assert "x 2.80 (1.20 to 4.40)" in text  # 900 + 100 i soldiers of the i-th sample against 1,000
    assert (
        "| P5 a smaller share of their flags is held | 0 % (0 to 9) | 100 % (91 to 100) | 0 % (0 to 9) | no diff"
        in text
    )


def test_the_document_and_the_csv_have_the_three_kinds_of_samples():
    study = hand_made_study()
    claims_by_text = {claim["claim"]: claim for claim in document(study)["claims"]}
    columns = claims_by_text["columns lose more per assault"]
    assert [columns[f"n_{kind}"] for kind in KINDS] == [4, 1, 1]
    assert columns["low_equal"] < columns["share_equal"] == 1 / 6 < columns["high_equal"]
    assert columns["sign_test_p"] == 0.375  # 4 or more of 5 of one kind: 2 x 6 / 2^5
    alone = claims_by_text["slow progress in spite of more soldiers and shells"]
    assert [alone[f"n_{kind}"] for kind in KINDS] == [6, None, 0]
    assert alone["sign_test_p"] is None
    table = pd.read_csv(StringIO(to_csv(study)))
    assert {f"{what}_{kind}" for what in ("n", "share", "low", "high") for kind in KINDS} <= set(table.columns)


def test_how_the_samples_that_differ_do_is_beside_the_verdict():
    study = hand_made_study(40)
    study.runs.loc[(study.runs.variant == "on motorcycles") & (study.runs.draw < 8), "flags_planted"] = 60.0
    verdict = next(v for v in judge(study.runs, claims()) if v.claim.measure == "flags_per_day")
    assert show_verdict(verdict) == "no difference; where they differ, most as claimed"
    assert share_lines(verdict) == ["as claimed 20 % (10 to 35)", "equal 80 % (65 to 90)", "contrary 0 % (0 to 9)"]


def test_every_measure_is_in_the_glossary_and_every_claim_on_the_page():
    used = {name for claim in claims() for name in claim.measures}
    assert used == set(MEASURES)
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    page = (ROOT / "docs/patterns.md").read_text("utf-8")
    for name in used:
        assert f"- `{name}`: " in glossary, name
    for claim in claims():
        assert not claim.is_driver or claim.reference
        assert claim.is_driver or claim.text in page, claim.text
