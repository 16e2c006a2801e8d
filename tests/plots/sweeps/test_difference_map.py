"""The map of a difference between two scenarios shows its mean, its zero line, and where the horizon limits it."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from sim.analysis.sweep_results import FactorRecord, SweepResults
from sim.errors import InputError
from sim.plots.drawing.labelled_figure import alt_text
from sim.plots.sweeps.difference_map import difference_map

A, B, LEVELS = "forces.share_free.attacker", "forces.share_free.defender", (0.0, 0.5, 1.0)
NAMES = ("kursk", "kursk-none")


def grid(names=NAMES):
    """Return a sweep in which the first scenario is held 100 a - 100 b days longer, and to the end where b is 1."""
    rows = [(name, a, b) for name in names for a in LEVELS for b in LEVELS]
    values = pd.DataFrame(rows, columns=["scenario", A, B]).rename_axis("point")
    unit = values.assign(scenario=[(names.index(row[0]) + 0.5) / len(names) for row in rows])
    runs = [
        (i, r, 200.0 + r + (name == names[0]) * 100.0 * (a - b), float(b == 1.0))
        for i, (name, a, b) in enumerate(rows)
        for r in range(6)
    ]
    table = pd.DataFrame(runs, columns=["point", "replication", "days_city_held", "city_held"])
    factors = [FactorRecord("scenario", "category", values=names)]
    factors += [FactorRecord(path, "real", values=LEVELS, unit="1") for path in (A, B)]
    outcomes = ["days_city_held", "city_held"]
    return SweepResults(factors, unit, table, {"kind": "full_grid"}, values, outcomes)


def test_each_cell_shows_the_mean_paired_difference():
    ax = difference_map(grid())
    numbers = {
        text.xyann and tuple(np.round(text.xy, 2)): text.get_text() for text in ax.texts if text.get_gid() is None
    }
    assert numbers[1.0, 0.0] == "+100"
    assert numbers[0.0, 1.0] == "\N{MINUS SIGN}100"
    assert "from \N{MINUS SIGN}100 to +100 days; above zero in 3 of 9 cells" in alt_text(ax)


def test_cells_in_which_the_city_is_mostly_held_are_hatched():
    ax = difference_map(grid())
    hatched = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert len(hatched) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "no difference",
        "city held in half of the runs or more",
    ]


@pytest.mark.parametrize("names", [("kursk",), ("kursk", "kursk-none", "baseline")])
def test_other_sweeps_are_refused(names):
    with pytest.raises(InputError, match="two scenarios and two factors"):
        difference_map(grid(names))
