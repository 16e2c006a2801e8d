"""Colours and type: colours that colour-blind people can tell apart, and letters read from the back of a class."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

# Okabe and Ito's colours, the light ones darkened until letters in them can be read on white, and without the yellow.
# Colour never speaks alone: a marker, a hatch or a line style goes with it.
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#A8497F"
COLOURS = (BLUE, VERMILLION, "#00795A", PURPLE, "#1a1a1a", "#9A6A00", "#2A7FB8", "#6B6B6B")
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "*")
LINES: tuple[Any, ...] = (
    "-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)), (0, (1, 1)), (0, (9, 3)), (0, (3, 1, 1, 1)),
)  # fmt: skip
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "++", "ooo")
MOST_TOGETHER = len(COLOURS)
SIDE_COLOURS = {"attacker": VERMILLION, "defender": BLUE}
# Of the same family: the ground's colours.
GREEN, SKY = "#009E73", "#56B4E9"
# And what has to be seen on every other colour, with an edge of ink.
YELLOW = "#F0E442"
INK, GREY = "#1a1a1a", "#555555"

# A projector's 1920 x 1080.
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

# Real letters in SVG, and the same bytes for the same picture.
SAVING: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "pokrovsk-sim"}


_SMALLEST = 0.5  # of the sizes above


@contextmanager
def style(figure_width_in: float = SIZE_IN[0]) -> Iterator[None]:
    """Return a context in which pictures are drawn, with letters for a figure's width.

    A user's own settings stay as they are.
    """
    scale = min(1.0, max(_SMALLEST, figure_width_in / SIZE_IN[0]))
    rc = {key: value * scale if key.endswith(("size", "pad")) else value for key, value in _RC.items()}
    is_interactive = mpl.is_interactive()
    try:
        with mpl.rc_context(rc):
            yield
            is_interactive = mpl.is_interactive()
    finally:
        # The first picture in a notebook loads its backend, which switches this on; without it no later one is shown.
        mpl.interactive(is_interactive)


def points(size: float) -> float:
    """Return a size for a figure of a projector's width in the points of the figure now drawn on."""
    return size * float(mpl.rcParams["font.size"]) / float(_RC["font.size"])
