"""The one place that makes or adopts a figure, and puts the label and the caption on it."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.plots.drawing.colours_and_type import DPI, GREY, INK, MOST_TOGETHER, SAVING, SIZE_IN, style
from sim.scenario.teaching_label import label_of_several

if TYPE_CHECKING:
    from sim.results.comparison.comparison import Comparison
    from sim.results.result import Result

Source: TypeAlias = "Result | Comparison | Sequence[Result]"

_LARGEST_PT, _SMALLEST_PT, _PT_PER_INCH = 12.0, 7.0, 72.0
_LETTER = 0.64  # mean width of a bold letter, in font sizes
_LINE = 1.35  # height of a line, in font sizes


class Note(Text):
    """A line at the foot of a figure that stays real text in SVG, whoever saves the figure and how."""

    def __init__(self, figure: Figure, **properties: Any) -> None:
        super().__init__(0.0, 0.0, "", verticalalignment="bottom", transform=figure.transFigure, **properties)
        self.lines: list[str] = []
        self.descriptions: dict[Axes, tuple[str, str]] = {}
        self.set_figure(figure)
        figure.texts.append(self)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the text as text."""
        with mpl.rc_context({"svg.fonttype": "none"}):
            super().draw(renderer)


class Whole(Figure):
    """A figure that is shown whole: a notebook asks for tight edges, which cut off what stands beside the layout."""

    def get_tightbbox(self, renderer: Any = None, bbox_extra_artists: Any = None) -> Bbox:
        """Return all of the figure, in inches."""
        return self.bbox_inches.frozen()


def panels(n: int = 1, rows: int = 1) -> list[Axes]:
    """Return `n` axes side by side, or in rows of `n`, on a new figure of a projector's size."""
    with style():
        # The more there are, the less room there is between them.
        engine = ConstrainedLayoutEngine(w_pad=0.14 / rows, h_pad=0.1 / rows)
        figure = plt.figure(FigureClass=Whole, figsize=SIZE_IN, dpi=DPI, layout=engine)
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


def describe(ax: Axes, what: str, values: str) -> None:
    """Say for those who do not see the axes what is drawn on them (a title), and its main values in sentences."""
    _notes(figure_of(ax))[0].descriptions[ax] = (what, values)


def alt_text(ax: Axes) -> str:
    """Return what the figure of these axes shows, in words: every plot on it, and the label."""
    label = _notes(figure_of(ax))[0]
    told = [f"{what}. {values}" for what, values in label.descriptions.values()]
    return " ".join([*told, *(f"{line}." for line in label.lines)])


def alt_file(path: str | Path) -> Path:
    """Return the text file beside a picture that holds its alt text, one for all formats of a picture."""
    return Path(path).with_suffix(".alt.txt")


def save(ax: Axes, path: str | Path) -> None:
    """Write the figure of these axes as PNG or SVG, by the path's suffix: the same picture, the same bytes.

    Its alt text is written into the picture and, as `NAME.alt.txt`, beside it.
    """
    path, figure, alt = Path(path), figure_of(ax), alt_text(ax)
    title = "; ".join(what for what, _ in _notes(figure)[0].descriptions.values())
    with mpl.rc_context(SAVING):
        if path.suffix == ".svg":
            picture = io.BytesIO()
            figure.savefig(picture, format="svg", metadata={"Date": None, "Title": title})
            # Screen readers read a title and the description that follows it.
            text = picture.getvalue().decode().replace("</title>", f"</title>\n <desc>{escape(alt)}</desc>", 1)
            path.write_text(text, "utf-8", newline="\n")
        else:
            figure.savefig(path, metadata={"Software": None, "Title": title, "Description": alt})
    alt_file(path).write_text(alt + "\n", "utf-8", newline="\n")


def set_title(ax: Axes, text: str, **options: Any) -> None:
    """Set the title, in letters small enough for the width of the axes."""
    largest = mpl.rcParams["axes.titlesize"]
    ax.set_title(text, fontsize=min(largest, max(_SMALLEST_PT, size_pt(ax)[0] / (_LETTER * len(text)))), **options)


def size_pt(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points, the measure of letters."""
    box = ax.get_window_extent()
    return box.width * _PT_PER_INCH / ax.figure.dpi, box.height * _PT_PER_INCH / ax.figure.dpi


def results_of(source: Source) -> list[Result]:
    """Return the results that a picture shows: one, those of a comparison (the reference first), or a list's.

    Raises ValueError when there is none.
    """
    from sim.results.result import Result

    if isinstance(source, Result):
        return [source]
    results = list(source if isinstance(source, Sequence) else source.ensembles)
    if not results or not all(isinstance(result, Result) for result in results):
        raise ValueError("nothing to draw: give a result, a comparison or a list of results")
    return results


def check_number(results: list[Result]) -> None:
    """Refuse more scenarios than can be told apart on one plot; raises ValueError."""
    if len(results) > MOST_TOGETHER:
        raise ValueError(
            f"{len(results)} scenarios: one plot tells {MOST_TOGETHER} apart; small_multiples shows more of them"
        )


def label_of(source: Source) -> str:
    """Return the line that the picture of this source carries."""
    if isinstance(source, Sequence) or len(results_of(source)) > 2:
        return label_of_several(result.manifest for result in results_of(source))
    return source.label


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


def draw_now(ax: Axes) -> None:
    """Lay the figure out, so that sizes can be measured."""
    figure_of(ax).draw_without_rendering()
