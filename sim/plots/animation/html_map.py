"""What a page draws a map from: the picture of what never changes, the legend's marks, and cells as runs."""

from __future__ import annotations

import base64
import io
from typing import TypedDict

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from PIL import Image

from sim.plots.animation.frame_pictures import shape
from sim.plots.drawing.colours_and_type import INK
from sim.plots.front_map import draw_still
from sim.scenario.teaching_label import LABEL
from sim.world.ground import Ground

# The width of a phone screen: text in a picture half as wide appears twice as large on it.
_WIDTH_IN, _DPI, _FOOT_IN, _PT_PER_INCH = 6.4, 200, 0.3, 72.0
_N_COLOURS = 64
PX_PER_PT = _DPI / _PT_PER_INCH


class MapView(TypedDict):
    """The part of a map that a picture shows: its edges in km, and its height without the foot in pixels."""

    x0: float
    x1: float
    y0: float
    y1: float
    height_px: int


class PageMap(TypedDict):
    """A transparent picture as a data URI, its size in pixels, and the part of the map that it shows."""

    png: str
    width: int
    height: int
    view: MapView


def runs_of_equal(cells: np.ndarray) -> list[int]:
    """Return the lengths of runs of equal cells; the first is the number of zeros at the start, which may be 0."""
    ends = np.flatnonzero(np.diff(cells)) + 1
    lengths = np.diff([0, *ends.tolist(), len(cells)]).tolist()
    return [0, *lengths] if cells[0] else lengths


def draw_page_map(ground: Ground) -> PageMap:
    """Draw what no day changes, with the label at its foot, as a transparent picture to lay over coloured cells."""
    ax = _axes(1.0, 0.0)
    draw_still(ax, ground)
    height_in = _WIDTH_IN / shape(ax)
    plt.close(ax.figure.figure)
    ax = _axes(height_in, _FOOT_IN)
    draw_still(ax, ground)
    ax.set_aspect("auto")
    ax.figure.text(
        0.008, 0.3 * _FOOT_IN / (height_in + _FOOT_IN), LABEL, color=INK, fontweight="bold", fontsize=12.5,
        gid="sim-label",
    )  # fmt: skip
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    image = _image(ax)
    return {
        "png": _data_uri(image),
        "width": image.width,
        "height": image.height,
        "view": {"x0": x0, "x1": x1, "y0": y0, "y1": y1, "height_px": image.height - round(_FOOT_IN * _DPI)},
    }


def _axes(height_in: float, foot_in: float) -> Axes:
    figure = plt.figure(figsize=(_WIDTH_IN, height_in + foot_in), dpi=_DPI)
    return figure.add_axes((0.0, foot_in / (height_in + foot_in), 1.0, height_in / (height_in + foot_in)))


def draw_key(handle: Patch | Line2D) -> str:
    """Draw the mark of a legend handle and return it as a data URI."""
    figure = plt.figure(figsize=(0.6, 0.36), dpi=_DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    ax.legend(
        handles=[handle], labels=[""], loc="center", frameon=False, borderpad=0, handletextpad=0, handlelength=2.6
    )
    return _data_uri(_image(ax))


def _image(ax: Axes) -> Image.Image:
    """Return the axes' figure as a transparent image, and close it."""
    buffer = io.BytesIO()
    ax.figure.figure.savefig(buffer, format="png", transparent=True, dpi=_DPI)
    plt.close(ax.figure.figure)
    return Image.open(buffer).convert("RGBA")


def _data_uri(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.quantize(_N_COLOURS, Image.Quantize.FASTOCTREE).save(buffer, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
