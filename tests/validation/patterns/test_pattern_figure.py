"""The figure of the patterns, on a study made by hand."""

from sim.plots.drawing.labelled_figure import alt_text
from sim.validation.patterns import plot_patterns
from tests.support.pattern_runs import hand_made_study


def test_the_figure_names_every_claim_and_hides_no_share():
    study = hand_made_study()
    ax = plot_patterns(study)
    (panel,) = ax.child_axes
    texts = [text.get_text() for text in panel.texts]
    for verdict in study.verdicts:
        assert any(verdict.claim.text in text for text in texts)
    found = [one for v in study.verdicts for one in (v.as_claimed, v.equal, v.contrary) if one]
    assert len(found) == 3 * len(study.verdicts) - 2
    assert len([line for line in panel.lines if line.get_gid() == "interval"]) == len(found)
    shown = [line.get_xdata()[0] for line in panel.lines if line.get_marker() in ("o", "s", "^")]
    assert shown == [one.share for one in found]
    columns = next(v for v in study.verdicts if v.claim.variant == "columns")
    # 900, 1,000 and more soldiers lost against the fireteams' 1,000.
    assert [one.n for one in (columns.as_claimed, columns.equal, columns.contrary)] == [4, 1, 1]
    assert "columns lose more per assault: as claimed 67 %, equal 17 %, contrary 17 % (mixed)" in alt_text(ax)
