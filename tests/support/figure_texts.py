"""The texts of a figure as they are drawn: which of them overlap, and which are cut off."""

from itertools import combinations

from matplotlib.axis import Axis
from matplotlib.legend import Legend
from matplotlib.text import Text

from sim.plots.drawing.labelled_figure import figure_of

# Texts that may lie on others on purpose: the names of guide lines, and dots that mark cells.
FREE = ("guide-name", "unclear")
_TOLERANCE_PX = 1.0


def faults_of(ax):
    """Return one line for each text that is outside the figure, or overlaps a text or the legend of others."""
    figure = figure_of(ax)
    figure.canvas.draw()
    boxes = [(text, _box(text)) for text in _texts(figure)]
    legends = [legend for legend in figure.findobj(Legend) if legend.get_visible()]
    width, height = figure.bbox.width, figure.bbox.height
    found = [
        f"{text.get_text()!r} is cut off"
        for text, box in boxes
        if box.x0 < -_TOLERANCE_PX or box.y0 < -_TOLERANCE_PX or box.x1 > width + 1 or box.y1 > height + 1
    ]
    found += [
        f"{a.get_text()!r} overlaps {b.get_text()!r}"
        for (a, one), (b, two) in combinations(boxes, 2)
        if _meet(one, two)
    ]
    for legend in legends:
        own = set(legend.findobj(Text))
        found += [
            f"{text.get_text()!r} overlaps the legend"
            for text, box in boxes
            if text not in own and _meet(box, legend.get_window_extent())
        ]
    return found


def _texts(figure):
    hidden = {
        text
        for axis in figure.findobj(Axis)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        for text in (tick.label1, tick.label2)
        if not _is_shown(axis, tick)
    }
    hidden |= {text for axes in figure.findobj(lambda one: hasattr(one, "axison")) if not axes.axison
               for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)}  # fmt: skip
    return [
        text
        for text in figure.findobj(Text)
        if text not in hidden and text.get_visible() and text.get_text().strip() and text.get_gid() not in FREE
    ]


def _is_shown(axis, tick):
    low, high = sorted(axis.get_view_interval())
    room = 1e-9 * (high - low)
    return axis.get_visible() and tick.get_visible() and low - room <= tick.get_loc() <= high + room


def _box(text):
    # An annotation's own extent has its arrow too. A plate behind a name hides what is below it.
    plate = text.get_bbox_patch()
    return plate.get_window_extent() if plate else Text.get_window_extent(text)


def _meet(a, b):
    return min(a.x1, b.x1) - max(a.x0, b.x0) > _TOLERANCE_PX and min(a.y1, b.y1) - max(a.y0, b.y0) > _TOLERANCE_PX
