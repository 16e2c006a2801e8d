"""Colours that colour-blind people can distinguish, and type that is legible from the back of a classroom."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib import style as styles
from matplotlib.font_manager import fontManager
from matplotlib.typing import LineStyleType

# Okabe and Ito's blue and vermilion, and six that colour-blind people can distinguish from them and that are legible as
# letters on white. No two have the same lightness, so that a grey print keeps them apart; colour never carries a
# meaning alone: a marker, a hatch or a line style goes with it.
BLUE, VERMILION, INK, GREY = "#0072B2", "#D55E00", "#1a1a1a", "#555555"
COLOURS = (BLUE, VERMILION, "#1e874b", "#5a0f0f", "#e15aa5", "#5a6900", INK, "#4b5a5a")
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
    "font.size": 13,
    "hatch.linewidth": 0.6,
    "legend.fontsize": 12,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "pokrovsk-sim",  # the same figure gives the same bytes
    "text.color": INK,
    "text.parse_math": False,  # names are shown as they are written, with $ and backslashes
    "timezone": "UTC",
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
}
_SMALLEST_SCALE = 0.5  # of the sizes above
# For letters that DejaVu Sans, which Matplotlib brings along, does not have: the first of these that are installed.
_OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Zen Hei",
    "Arial Unicode MS", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai",
    "Noto Sans Symbols2", "Segoe UI Symbol",
)  # fmt: skip


@contextmanager
def style(figure_width_in: float = SIZE_IN[0]) -> Iterator[None]:
    """Return a context in which figures are drawn, with font sizes for a figure's width in inches.

    It holds the library's defaults and ours, whatever style the user has chosen; afterwards that is as it was. A
    letter that no font has is drawn as a box, without a warning.
    """
    scale = min(1.0, max(_SMALLEST_SCALE, figure_width_in / SIZE_IN[0]))
    rc = {key: value * scale if key.endswith(("size", "pad")) else value for key, value in _RC.items()}
    is_interactive = mpl.is_interactive()
    try:
        with mpl.rc_context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph .* missing from|Matplotlib currently does not support")
            styles.use("default")
            mpl.rcParams.update(rc | {"font.family": list(fonts())})
            yield
            is_interactive = mpl.is_interactive()
    finally:
        # The first figure in a notebook loads its backend, which switches this on; without it no later one is shown.
        mpl.interactive(is_interactive)


@cache
def fonts() -> tuple[str, ...]:
    """Return the families of our letters: a letter that the first does not have is taken from the next."""
    installed = {font.name for font in fontManager.ttflist}
    return ("DejaVu Sans", *(name for name in _OTHER_SCRIPTS if name in installed))


def points(size: float) -> float:
    """Return a size in points, given for a figure of a projector's width, scaled to the figure now drawn on."""
    return size * float(mpl.rcParams["font.size"]) / float(_RC["font.size"])
