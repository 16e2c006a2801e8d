"""The figure of the patterns, on a study made by hand."""

from sim.validation.patterns import plot_patterns
from tests.support.pattern_runs import hand_made_study


def test_the_figure_names_every_claim_and_hides_no_share():
    study = hand_made_study()
    (panel,) = plot_patterns(study).child_axes
    texts = [text.get_text() for text in panel.texts]
    for verdict in study.verdicts:
        assert any(verdict.claim.text in text for text in texts)
    assert len([line for line in panel.lines if line.get_gid() == "interval"]) == len(study.verdicts)
    shown = [line.get_xdata()[0] for line in panel.lines if line.get_marker() in ("o", "^")]
    assert shown == [verdict.share for verdict in study.verdicts]
    columns = next(v for v in study.verdicts if v.claim.variant == "columns")
    assert columns.share == 4 / 6  # 900 and 1,000 soldiers lost are not more than the fireteams' 1,000
