"""The map of a difference between two scenarios shows its mean, its zero line, and where the horizon limits it."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from sim.errors import InputError
from sim.plots.drawing.labelled_figure import alt_text
from sim.plots.sweeps.difference_map import difference_map
from tests.support.known_sweeps import scenarios_grid


def test_each_cell_shows_the_mean_paired_difference():
    ax = difference_map(scenarios_grid(6))
    numbers = {
        text.xyann and tuple(np.round(text.xy, 2)): text.get_text() for text in ax.texts if text.get_gid() is None
    }
    assert numbers[1.0, 0.0] == "+100"
    assert numbers[0.0, 1.0] == "\N{MINUS SIGN}100"
    assert "from \N{MINUS SIGN}100 to +100 days; above zero in 3 of 9 cells" in alt_text(ax)


def test_cells_in_which_the_city_is_mostly_held_are_hatched():
    ax = difference_map(scenarios_grid(6))
    hatched = [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_hatch()]
    assert len(hatched) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "no difference",
        "city held in half of the runs or more",
    ]


@pytest.mark.parametrize("names", [("kursk",), ("kursk", "kursk-none", "baseline")])
def test_other_sweeps_are_refused(names):
    with pytest.raises(InputError, match="two scenarios and two factors"):
        difference_map(scenarios_grid(6, names))
