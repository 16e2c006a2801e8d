"""Colours and type: a pair that colour-blind people can tell apart, and letters read from the back of a class."""

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl

# Okabe and Ito's blue and vermillion. Colour never speaks alone: a marker, a hatch or a line style goes with it.
BLUE, VERMILLION = "#0072B2", "#D55E00"
COLOURS, MARKERS, LINES, HATCHES = (BLUE, VERMILLION), ("o", "^"), ("-", "--"), ("", "///")
SIDE_COLOURS = {"attacker": VERMILLION, "defender": BLUE}
INK, GREY, PALE = "#1a1a1a", "#555555", "#d9d9d9"

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


def style() -> AbstractContextManager[None]:
    """Return a context in which pictures are drawn; a user's own settings stay as they are."""
    return mpl.rc_context(_RC)
