"""The report: notes, the Markdown table, and the page and glossary that describe its claims and measures."""

from pathlib import Path

from sim.scenario.teaching_label import LABEL
from sim.validation.patterns.claims import claims
from sim.validation.patterns.pattern_measures import MEASURES
from sim.validation.patterns.pattern_report import edge_note, to_markdown
from tests.support.pattern_runs import hand_made_study

ROOT = Path(__file__).parents[3]


def test_runs_that_reach_the_edge_of_the_map_are_reported():
    found = hand_made_study()
    assert found.n_at_edge == 0
    found.runs.loc[:4, "days"] = 60.0
    assert found.n_at_edge == 5
    assert edge_note(found).startswith(f"In 5 of {len(found.runs)} runs")


def test_the_markdown_table_has_every_claim_and_lines_of_at_most_120_characters():
    text = to_markdown(hand_made_study(n_draws=40))
    assert text.startswith(f"*{LABEL}")
    assert all(f"| {claim.pattern} {claim.text} |" in text for claim in claims())
    assert max(map(len, text.splitlines())) <= 120
    assert "x 2.80 (1.20 to 4.40)" in text  # 900 + 100 i soldiers of the i-th sample against 1,000


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
