"""Creates or adopts a figure, and puts the label and the caption on it."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine, TightLayoutEngine

from sim.errors import InputError
from sim.plots.drawing.colours_and_type import DPI, GREY, INK, MOST_TOGETHER, SIZE_IN, style
from sim.plots.drawing.full_figure import FullFigure, Note, adopt, clean_texts, drawable
from sim.results.atomic_write import whole_file
from sim.results.comparison.comparison import Comparison
from sim.results.result import Result
from sim.scenario.teaching_label import label_of_several

Source: TypeAlias = Result | Comparison | Sequence[Result]

_LARGEST_PT, _SMALLEST_PT, _PT_PER_INCH = 12.0, 7.0, 72.0
_NAME_LETTERS, _MOST_LINES_OF_NAME = 40, 3
_TITLE_SHARE, _LEAST_SHARE = 0.7, 0.7  # of the figure's width; of the usual size before a title takes two lines
_LETTER, _PLAIN_LETTER = 0.64, 0.56  # mean widths of a bold letter and of another, in font sizes
_LINE = 1.35  # height of a line, in font sizes


def panels(n: int = 1, rows: int = 1) -> list[Axes]:
    """Return `n` axes side by side, or in rows of `n`, on a new figure of a projector's size."""
    with style():
        # The more rows there are, the less room there is between them.
        engine = ConstrainedLayoutEngine(w_pad=0.14 / rows, h_pad=0.1 / rows)
        figure = plt.figure(FigureClass=FullFigure, figsize=SIZE_IN, dpi=DPI, layout=engine)
        return list(figure.subplots(rows, n, squeeze=False).ravel())


def style_for(ax: Axes | None) -> AbstractContextManager[None]:
    """Return the context in which to draw on these axes, or on new ones."""
    return style() if ax is None else style(figure_of(ax).get_figwidth())


def prepare(ax: Axes | None, label_line: str, caption: str) -> Axes:
    """Return axes to draw on, new ones for None, with label and caption at the foot of their figure.

    Several plots on one figure share its foot: what is there already, perhaps with more after it, is not repeated.
    """
    ax = ax or panels()[0]
    figure = figure_of(ax)
    label, notes = _notes(figure)
    if not isinstance(figure, FullFigure) and ax not in label.descriptions:
        adopt(figure, ax)
    for note, line in ((label, label_line), (notes, caption)):
        if not any(line in present for present in note.lines):
            note.lines.append(line)
    _lay_out(figure, label, notes)
    return ax


def figure_of(ax: Axes) -> Figure:
    """Return the figure that axes are on, directly or through a subfigure."""
    figure = ax.figure.figure
    assert isinstance(figure, Figure)
    return figure


def describe(ax: Axes, what: str, values: str) -> None:
    """Set the alt text of the axes: what is drawn on them (a title), and its main values in sentences."""
    clean_texts(ax)
    _notes(figure_of(ax))[0].descriptions[ax] = (drawable(what), drawable(values))


def alt_text(ax: Axes) -> str:
    """Return the alt text of the figure of these axes: every plot on it, and the label."""
    label = _notes(figure_of(ax))[0]
    plots = [f"{what}. {values}" for what, values in label.descriptions.values()]
    return " ".join([*plots, *(f"{line}." for line in label.lines)])


def alt_file(path: str | Path) -> Path:
    """Return the text file beside a picture with its alt text; all formats of a picture share it."""
    return Path(path).with_suffix(".alt.txt")


def save(ax: Axes, path: str | Path) -> None:
    """Write the figure of these axes as PNG or SVG, by the path's suffix; the same figure gives the same bytes.

    Its alt text is written into the picture and to `NAME.alt.txt` beside it. Each file is written whole or not at all,
    in place of an earlier one. Raises InputError when it cannot be written.
    """
    path, figure, alt = Path(path), figure_of(ax), alt_text(ax)
    title = "; ".join(what for what, _ in _notes(figure)[0].descriptions.values())
    with style(figure.get_figwidth()), whole_file(path, is_replaceable=True) as partial:
        if path.suffix == ".svg":
            picture = io.BytesIO()
            figure.savefig(picture, format="svg", metadata={"Date": None, "Title": title})
            # Screen readers read a title and the description that follows it.
            text = picture.getvalue().decode().replace("</title>", f"</title>\n <desc>{escape(alt)}</desc>", 1)
            partial.write_text(text, "utf-8", newline="\n")
        else:
            figure.savefig(partial, metadata={"Software": None, "Title": title, "Description": alt})
    with whole_file(alt_file(path), is_replaceable=True) as partial:
        partial.write_text(alt + "\n", "utf-8", newline="\n")


def short(name: str, letters: int = _NAME_LETTERS) -> str:
    """Return a name of at most so many letters."""
    return name if len(name) <= letters else name[: letters - 1].rstrip() + "…"


def name_lines(name: str, letters: int) -> str:
    """Return a name on at most three lines of so many letters; the rest of a longer name is left out."""
    return "\n".join(textwrap.wrap(name, letters, max_lines=_MOST_LINES_OF_NAME, placeholder="…"))


def set_title(ax: Axes, text: str, pad: float | None = None) -> None:
    """Set the title, smaller or on two lines where the width asks for it; `pad` is its distance in points."""
    text, largest = drawable(" ".join(text.split())) or "-", mpl.rcParams["axes.titlesize"]
    figure, room = figure_of(ax), size_pt(ax)[0]
    if len(figure.axes) == 1:  # a title may extend beyond a narrow map
        room = max(room, _TITLE_SHARE * figure.get_figwidth() * _PT_PER_INCH)
    title = ax.set_title(text, fontsize=largest, pad=pad)
    px_per_pt = figure.dpi / _PT_PER_INCH
    share = room * px_per_pt / title.get_window_extent().width
    if share < _LEAST_SHARE:
        title.set_text("\n".join(textwrap.wrap(text, len(text) // 2 + 6)))
        share = room * px_per_pt / title.get_window_extent().width
    title.set_fontsize(max(_SMALLEST_PT, min(1.0, share) * largest))


def set_y_label(ax: Axes, text: str) -> None:
    """Set the label of the y axis, in a font small enough for the height of the axes."""
    largest = mpl.rcParams["axes.labelsize"]
    ax.set_ylabel(text, fontsize=min(largest, max(_SMALLEST_PT, size_pt(ax)[1] / (_LETTER * len(text)))))


def size_pt(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in points, the unit of font sizes."""
    box = ax.get_window_extent()
    return box.width * _PT_PER_INCH / ax.figure.dpi, box.height * _PT_PER_INCH / ax.figure.dpi


def results_of(source: Source) -> list[Result]:
    """Return the results that a figure shows: one, those of a comparison (the reference first), or those of a list.

    Raises InputError when there are none.
    """
    if isinstance(source, Result):
        return [source]
    results = list(source if isinstance(source, Sequence) else source.ensembles)
    if not results or not all(isinstance(result, Result) for result in results):
        raise InputError(["source: must be a result, a comparison or a list of results"])
    return results


def check_number(results: list[Result]) -> None:
    """Raise InputError for more scenarios than can be distinguished on one plot."""
    if len(results) > MOST_TOGETHER:
        raise InputError(
            [f"source: {len(results)} scenarios; one plot shows at most {MOST_TOGETHER}, small_multiples shows more"]
        )


def label_of(source: Source) -> str:
    """Return the label that a figure of this source carries."""
    if isinstance(source, Sequence) or len(results_of(source)) > 2:
        return label_of_several(result.manifest for result in results_of(source))
    return source.label


def n_replications(result: Result) -> int:
    """Return the number of replications in a result."""
    return len(result.outcomes)


def _notes(figure: Figure) -> tuple[Note, Note]:
    found = [text for text in figure.texts if isinstance(text, Note)]
    if not found:
        found = [
            Note(figure, "sim-label", INK, fontweight="bold"),
            Note(figure, "sim-caption", GREY),
        ]
    return found[0], found[1]


def _lay_out(figure: Figure, label: Note, notes: Note) -> None:
    """Place the two notes one below the other and reserve the foot of the figure for them."""
    width, height = figure.get_size_inches() * _PT_PER_INCH
    margin = 0.012
    longest = max(map(len, label.lines))
    size = min(_LARGEST_PT, max(_SMALLEST_PT, width * (1 - 2 * margin) / (_LETTER * longest)))
    bottom = 0.4 * size / height
    for note in (notes, label):
        n_letters = int(width * (1 - 2 * margin) / ((_LETTER if note is label else _PLAIN_LETTER) * size))
        lines = [part for line in note.lines for part in textwrap.wrap(line, n_letters)]
        note.set(text="\n".join(lines), fontsize=size, x=margin, y=bottom)
        bottom += _LINE * size * len(lines) / height
    _reserve(figure, min(0.5, bottom + 0.4 * size / height))


def _reserve(figure: Figure, bottom: float) -> None:
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
    """Lay out the figure, so that sizes can be measured."""
    clean_texts(ax)
    figure_of(ax).draw_without_rendering()
