"""Colours that colour-blind people can distinguish, and type that is legible from the back of a classroom."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.typing import LineStyleType

# Okabe and Ito's colours without the yellow; the light ones are darkened so that text in them is legible on white.
# Colour never carries a meaning alone: a marker, a hatch or a line style goes with it.
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#A8497F"
COLOURS = (BLUE, VERMILION, "#00795A", PURPLE, "#1a1a1a", "#9A6A00", "#2A7FB8", "#6B6B6B")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
LINES: tuple[LineStyleType, ...] = (
    "-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)), (0, (3, 1, 1, 1)),
)  # fmt: skip
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "++", "ooo")
MOST_TOGETHER = len(COLOURS)
SIDE_COLOURS = {"attacker": VERMILION, "defender": BLUE}
# Colours of the ground, from the same palette.
GREEN, SKY = "#009E73", "#56B4E9"
# For marks that must be visible on every other colour; they have an INK edge.
YELLOW = "#F0E442"
INK, GREY = "#1a1a1a", "#555555"

# The 1920 x 1080 pixels of a projector.
SIZE_IN, DPI = (12.8, 7.2), 150

_RC: dict[Any, Any] = {
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.labelsize": 14,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 17,
    "axes.titleweight": "bold",
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 12,
    "text.color": INK,
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
}

# Text stays text in SVG, and the same figure gives the same bytes.
SAVING: dict[Any, str] = {"svg.fonttype": "none", "svg.hashsalt": "pokrovsk-sim"}


_SMALLEST_SCALE = 0.5  # of the sizes above


@contextmanager
def style(figure_width_in: float = SIZE_IN[0]) -> Iterator[None]:
    """Return a context in which figures are drawn, with font sizes for a figure's width in inches.

    The user's own settings stay unchanged.
    """
    scale = min(1.0, max(_SMALLEST_SCALE, figure_width_in / SIZE_IN[0]))
    rc = {key: value * scale if key.endswith(("size", "pad")) else value for key, value in _RC.items()}
    is_interactive = mpl.is_interactive()
    try:
        with mpl.rc_context(rc):
            yield
            is_interactive = mpl.is_interactive()
    finally:
        # The first figure in a notebook loads its backend, which switches this on; without it no later one is shown.
        mpl.interactive(is_interactive)


def points(size: float) -> float:
    """Return a size in points, given for a figure of a projector's width, scaled to the figure now drawn on."""
    return size * float(mpl.rcParams["font.size"]) / float(_RC["font.size"])
