"""The animation of one run: a page to play and step through (HTML), or a film (GIF, MP4)."""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from matplotlib import pyplot as plt
from matplotlib.animation import FFMpegWriter
from matplotlib.axes import Axes
from PIL import Image

from sim.errors import InputError
from sim.label import LABEL
from sim.plots.film import FLAG, FLAG_PT, FLAG_SHAPE, TAKEN, keys, shape, write_gif, write_mp4
from sim.plots.frames import Story, story_of
from sim.plots.style import BLUE, INK, style
from sim.plots.theatre import ATTACKERS_GROUND, DEFENDERS_GROUND, draw_still
from sim.whole_folder import whole_file

if TYPE_CHECKING:
    from sim.result import Result

SUFFIXES = (".html", ".gif", ".mp4")
_PAGES = Path(__file__).parent / "pages"
# As wide as a telephone shows it: the letters of a picture half as wide are twice as large on it.
_WIDTH_IN, _DPI, _FOOT_IN, _PT_PER_INCH = 6.4, 200, 0.3, 72.0
_N_COLOURS = 64
_ALT = (
    "Stylised map of one run: the front at the start and now, ground taken by the attacker, flags planted lately, "
    "places, roads and axes of advance."
)


def animate(result: Result, path: str | Path, replication: int | None = None) -> Path:
    """Write the animation of one run, as a page or a film by the path's suffix, and return the path.

    Of an ensemble the replication of this number is shown, without one its first. Raises InputError for another
    suffix, a replication that there is not, a file that exists or cannot be written, and an .mp4 without ffmpeg.
    """
    path = Path(path)
    check(path)
    story = story_of(result, replication)
    with whole_file(path) as partial:
        if path.suffix == ".html":
            partial.write_text(_render("animation_page.html", story, "animation"), "utf-8")
        else:
            (write_gif if path.suffix == ".gif" else write_mp4)(story, partial)
    return path


def check(path: Path) -> None:
    """Raise InputError when no animation can become this file, before the time is spent."""
    if path.suffix not in SUFFIXES:
        raise InputError([f"{path}: must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"])
    if path.suffix == ".mp4" and not FFMpegWriter.isAvailable():
        raise InputError([f"{path}: an .mp4 needs the program ffmpeg, which is not here; .html and .gif do not"])


def page(result: Result, replication: int | None = None) -> str:
    """Return a whole HTML page with the animation; it needs no network."""
    return _render("animation_page.html", story_of(result, replication), "animation")


def fragment(result: Result, replication: int | None = None, id: str = "animation") -> str:
    """Return the animation as a `<section>` for a page of your own; each on a page needs another `id`."""
    return _render("animation.html", story_of(result, replication), id)


def _render(template: str, story: Story, id: str) -> str:
    with style():
        still = _draw_still(story)
        pictures = [{"label": str(handle.get_label()), "png": _draw_key(handle)} for handle in keys(story.ground)]
    return _templates().get_template(template).render(
        id=id, is_page=template == "animation_page.html", story=story, label=LABEL, alt=_ALT, still=still,
        keys=pictures, data=_data(story, still), css=_text("animation.css"), js=_text("animation.js"),
    )  # fmt: skip


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_PAGES), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )


def _text(name: str) -> str:
    return (_PAGES / name).read_text("utf-8").rstrip()


def _data(story: Story, still: dict[str, Any]) -> dict[str, Any]:
    """Return what the page draws from: the start as runs of equal cells, then the cells that change hands."""
    ground, control = story.ground, np.array([frame.control.ravel() for frame in story.frames])
    return {
        "names": [name for name, _ in story.frames[0].numbers],
        "frames": [
            {
                "day": frame.day,
                "date": frame.date,
                "numbers": [value for _, value in frame.numbers],
                "told": frame.told,
                "flags": [[round(x, 3), round(y, 3)] for x, y in frame.flags],
            }
            for frame in story.frames
        ],
        "start": _runs(control[0]),
        "changes": [[], *(np.flatnonzero(changed).tolist() for changed in control[1:] != control[:-1])],
        "grid": {
            "nx": ground.nx, "ny": ground.ny, "cell_km": ground.cell_km,
            "west_km": ground.params.x_range_km[0], "south_km": ground.params.y_range_km[0],
        },
        "view": still["view"],
        "px_per_pt": _DPI / _PT_PER_INCH,
        "frames_per_s": story.frames_per_s,
        "flag_shape": FLAG_SHAPE,
        "flag_pt": FLAG_PT,
        "colours": {
            "taken": TAKEN, "attacker": ATTACKERS_GROUND, "defender": DEFENDERS_GROUND, "front": BLUE, "flag": FLAG,
            "ink": INK,
        },
        "alt": _ALT,
    }  # fmt: skip


def _runs(cells: np.ndarray) -> list[int]:
    """Return the lengths of runs of equal cells, the first of zeros (perhaps none)."""
    ends = np.flatnonzero(np.diff(cells)) + 1
    lengths = np.diff([0, *ends.tolist(), len(cells)]).tolist()
    return [0, *lengths] if cells[0] else lengths


def _draw_still(story: Story) -> dict[str, Any]:
    """Draw what no frame changes on a clear ground, with the label at its foot."""
    ax = _axes(1.0, 0.0)
    draw_still(ax, story.ground)
    height_in = _WIDTH_IN / shape(ax)
    plt.close(ax.figure.figure)
    ax = _axes(height_in, _FOOT_IN)
    draw_still(ax, story.ground)
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


def _draw_key(handle: Any) -> str:
    figure = plt.figure(figsize=(0.6, 0.36), dpi=_DPI)
    ax = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ax.set_axis_off()
    ax.legend(
        handles=[handle], labels=[""], loc="center", frameon=False, borderpad=0, handletextpad=0, handlelength=2.6
    )
    return _data_uri(_image(ax))


def _image(ax: Axes) -> Image.Image:
    """Return the axes' figure on a clear ground, and let go of it."""
    buffer = io.BytesIO()
    ax.figure.figure.savefig(buffer, format="png", transparent=True, dpi=_DPI)
    plt.close(ax.figure.figure)
    return Image.open(buffer).convert("RGBA")


def _data_uri(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.quantize(_N_COLOURS, Image.Quantize.FASTOCTREE).save(buffer, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
