"""The one place that makes or adopts a figure, and puts the label and the caption on it."""

from __future__ import annotations

import textwrap
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine
from matplotlib.text import Text

from sim.plots.style import DPI, GREY, INK, SAVING, SIZE_IN, style

if TYPE_CHECKING:
    from sim.comparison import Comparison
    from sim.result import Result

_LARGEST_PT, _SMALLEST_PT, _PT_PER_INCH = 12.0, 7.0, 72.0
_LETTER = 0.64  # mean width of a bold letter, in font sizes
_LINE = 1.35  # height of a line, in font sizes


class Note(Text):
    """A line at the foot of a figure that stays real text in SVG, whoever saves the figure and how."""

    def __init__(self, figure: Figure, **properties: Any) -> None:
        super().__init__(0.0, 0.0, "", verticalalignment="bottom", transform=figure.transFigure, **properties)
        self.lines: list[str] = []
        self.set_figure(figure)
        figure.texts.append(self)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text as text."""
        with mpl.rc_context({"svg.fonttype": "none"}):
            super().draw(renderer)


def panels(n: int = 1, rows: int = 1) -> list[Axes]:
    """Return `n` axes side by side, or in rows of `n`, on a new figure of a projector's size."""
    with style():
        # The more there are, the less room there is between them.
        engine = ConstrainedLayoutEngine(w_pad=0.14 / rows, h_pad=0.1 / rows)
        figure = plt.figure(figsize=SIZE_IN, dpi=DPI, layout=engine)
        return list(figure.subplots(rows, n, squeeze=False).ravel())


def style_for(ax: Axes | None) -> AbstractContextManager[None]:
    """Return the context in which to draw on these axes, or on new ones."""
    return style() if ax is None else style(figure_of(ax).get_figwidth())


def prepare(ax: Axes | None, label_line: str, caption: str) -> Axes:
    """Return axes to draw on, new ones if there are none yet, with label and caption at their figure's foot.

    Several plots on one figure share its foot: what is said there already is not said again.
    """
    ax = ax or panels()[0]
    figure = figure_of(ax)
    label, notes = _notes(figure)
    for note, line in ((label, label_line), (notes, caption)):
        if line not in note.lines:
            note.lines.append(line)
    _lay_out(figure, label, notes)
    return ax


def figure_of(ax: Axes) -> Figure:
    """Return the figure that axes are on, which may be through a subfigure."""
    figure = ax.figure.figure
    assert isinstance(figure, Figure)
    return figure


def save(ax: Axes, path: str | Path) -> None:
    """Write the figure of these axes as PNG or SVG, by the path's suffix: the same picture, the same bytes."""
    path = Path(path)
    metadata: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with mpl.rc_context(SAVING):
        figure_of(ax).savefig(path, metadata=metadata)


def set_title(ax: Axes, text: str, **options: Any) -> None:
    """Set the title, in letters small enough for the width of the axes."""
    largest = mpl.rcParams["axes.titlesize"]
    ax.set_title(text, fontsize=min(largest, max(_SMALLEST_PT, size_pt(ax)[0] / (_LETTER * len(text)))), **options)


def size_pt(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points, the measure of letters."""
    box = ax.get_window_extent()
    return box.width * _PT_PER_INCH / ax.figure.dpi, box.height * _PT_PER_INCH / ax.figure.dpi


def results_of(source: Result | Comparison) -> list[Result]:
    """Return the results that a picture shows: one, or reference and variant."""
    from sim.result import Result

    return [source] if isinstance(source, Result) else list(source.ensembles)


def n_replications(result: Result) -> int:
    """Return how many replications a result holds."""
    return len(result.outcomes)


def _notes(figure: Figure) -> tuple[Note, Note]:
    found = [text for text in figure.texts if isinstance(text, Note)]
    if not found:
        found = [
            Note(figure, color=INK, fontweight="bold", gid="sim-label"),
            Note(figure, color=GREY, gid="sim-caption"),
        ]
    return found[0], found[1]


def _lay_out(figure: Figure, label: Note, notes: Note) -> None:
    """Set the two notes below each other and keep the figure's foot free for them."""
    width, height = figure.get_size_inches() * _PT_PER_INCH
    margin = 0.012
    longest = max(map(len, label.lines))
    size = min(_LARGEST_PT, max(_SMALLEST_PT, width * (1 - 2 * margin) / (_LETTER * longest)))
    n_letters = int(width * (1 - 2 * margin) / (_LETTER * size))
    bottom = 0.4 * size / height
    for note in (notes, label):
        lines = [part for line in note.lines for part in textwrap.wrap(line, n_letters)]
        note.set(text="\n".join(lines), fontsize=size, x=margin, y=bottom)
        bottom += _LINE * size * len(lines) / height
    _keep_free(figure, min(0.5, bottom + 0.4 * size / height))


def _keep_free(figure: Figure, bottom: float) -> None:
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(rect=(0, bottom, 1, 1 - bottom))
    elif isinstance(engine, TightLayoutEngine):
        engine.set(rect=(0, bottom, 1, 1))
    elif figure.axes:
        # Room for tick labels and the axis label between the notes and the axes.
        tick_room = 3.6 * _LARGEST_PT / (figure.get_figheight() * _PT_PER_INCH)
        figure.subplots_adjust(bottom=max(figure.subplotpars.bottom, min(0.6, bottom + tick_room)))
