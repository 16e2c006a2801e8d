"""The class of our figures, which look the same whoever draws them, and texts that every font and file can hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist, allow_rasterization
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.plots.drawing.colours_and_type import GREY, INK, fonts, style

# Categories of Unicode: controls, marks without width, halves of pairs, unassigned, ends of lines and paragraphs.
_WITHOUT_PICTURE = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


class Note(Text):
    """Text at the foot of a figure that stays text in SVG, however the figure is saved."""

    def __init__(self, figure: Figure, gid: str, color: str, fontweight: str = "normal") -> None:
        super().__init__(
            0.0, 0.0, "", color=color, verticalalignment="bottom", fontweight=fontweight, gid=gid,
            transform=figure.transFigure,
        )  # fmt: skip
        self.lines: list[str] = []
        self.descriptions: dict[Axes, tuple[str, str]] = {}
        self.set_figure(figure)
        figure.texts.append(self)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text as text."""
        with mpl.rc_context({"svg.fonttype": "none"}):
            super().draw(renderer)


class FullFigure(Figure):
    """A figure that looks the same whoever draws and saves it, in whatever style.

    It is always shown in full: the tight edges of a notebook would cut off text at the margins.
    """

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Draw the figure: Matplotlib looks some settings up only now."""
        with style(self.get_figwidth()):
            clean_texts(self)
            super().draw(renderer)

    def savefig(self, *arguments: Any, **options: Any) -> None:
        """Save the figure as Matplotlib does by default."""
        with style(self.get_figwidth()):
            super().savefig(*arguments, **options)

    def get_tightbbox(
        self, renderer: RendererBase | None = None, *, bbox_extra_artists: Iterable[Artist] | None = None
    ) -> Bbox:
        """Return the box of the entire figure, in inches."""
        return self.bbox_inches.frozen()


def adopt(figure: Figure, ax: Axes) -> None:
    """Give a user's axes our colours: they may have been made in a style of white letters on black."""
    if not any(patch.get_gid() == "sim-paper" for patch in figure.patches):
        figure.add_artist(Rectangle((0, 0), 1, 1, color="white", zorder=-1, gid="sim-paper")).set_in_layout(False)
    ax.set_facecolor("white")
    ax.tick_params(which="both", color=INK, labelcolor=INK)
    ax.spines[:].set_edgecolor(GREY)
    for text in ax.findobj(Text):
        text.set(color=INK, usetex=False, fontfamily=fonts())


def clean_texts(artist: Artist) -> None:
    """Make all texts of an artist drawable, and show $ and backslashes in them as they are written."""
    for text in artist.findobj(Text):
        assert isinstance(text, Text)
        if (own := drawable(text.get_text())) != text.get_text():
            text.set_text(own)
        text.set_parse_math(False)


def drawable(text: str) -> str:
    """Return a text with signs that have a picture: others become U+FFFD, marks of direction nothing."""
    return "".join(map(_drawable, text))


def _drawable(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter == "\n" or category not in _WITHOUT_PICTURE:
        return letter
    return "" if category == "Cf" else "\N{REPLACEMENT CHARACTER}"
