"""The animation of one run: a page to play and step through (HTML), or a film (GIF, MP4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.animation import FFMpegWriter

from sim.errors import InputError
from sim.plots.animation.daily_frames import Story, story_of
from sim.plots.animation.frame_pictures import FLAG, FLAG_PT, FLAG_SHAPE, TAKEN, keys, write_gif, write_mp4
from sim.plots.animation.html_map import PX_PER_PT, PageMap, draw_key, draw_page_map, runs_of_equal
from sim.plots.drawing.colours_and_type import BLUE, INK, style
from sim.plots.drawing.ground_marks import ATTACKERS_GROUND, DEFENDERS_GROUND
from sim.plots.drawing.html_templates import html_template
from sim.results.atomic_write import whole_file
from sim.results.result import Result
from sim.scenario.teaching_label import LABEL

SUFFIXES = (".html", ".gif", ".mp4")
_PAGES = Path(__file__).parent / "page"
_ALT = (
    "Stylised map of one run: the front at the start and now, ground taken by the attacker, recently planted flags, "
    "places, roads and axes of advance."
)


def animate(result: Result, path: str | Path, replication: int | None = None) -> Path:
    """Write the animation of one run as a page or a film, by the path's suffix, and return the path.

    `replication` selects a replication of an ensemble (default: the first). Raises InputError for another suffix, an
    unknown replication, a file that exists or cannot be written, and an .mp4 without ffmpeg.
    """
    path = Path(path)
    check(path)
    story = story_of(result, replication)
    with whole_file(path) as partial:
        if path.suffix == ".html":
            partial.write_text(_render("animation_page.html", story, "animation"), "utf-8")
        else:
            with style():
                (write_gif if path.suffix == ".gif" else write_mp4)(story, partial)
    return path


def check(path: Path) -> None:
    """Raise InputError when no animation can be written to this path, before any time is spent on it."""
    if path.suffix not in SUFFIXES:
        raise InputError([f"{path}: must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"])
    if path.suffix == ".mp4" and not FFMpegWriter.isAvailable():
        raise InputError([f"{path}: an .mp4 needs the program ffmpeg, which was not found; .html and .gif do not"])


def page(result: Result, replication: int | None = None) -> str:
    """Return a complete HTML page with the animation; it needs no network."""
    return _render("animation_page.html", story_of(result, replication), "animation")


def fragment(result: Result, replication: int | None = None, id: str = "animation") -> str:
    """Return the animation as a `<section>` for a page of your own; each section of a page needs its own `id`."""
    return _render("animation.html", story_of(result, replication), id)


def _render(template: str, story: Story, id: str) -> str:
    with style():
        still = draw_page_map(story.ground)
        pictures = [{"label": str(handle.get_label()), "png": draw_key(handle)} for handle in keys(story.ground)]
    return html_template(f"plots/animation/page/{template}").render(
        id=id, is_page=template == "animation_page.html", story=story, label=LABEL, alt=_ALT, still=still,
        keys=pictures, data=_data(story, still), css=_text("animation.css"), js=_text("animation.js"),
    )  # fmt: skip


def _text(name: str) -> str:
    return (_PAGES / name).read_text("utf-8").rstrip()


def _data(story: Story, still: PageMap) -> dict[str, Any]:
    """Return the data of the page: control at the start as runs of equal cells, then the cells that change hands."""
    ground, control = story.ground, np.array([frame.control.ravel() for frame in story.frames])
    return {
        "names": [name for name, _ in story.frames[0].numbers],
        "frames": [
            {
                "day": frame.day,
                "date": frame.date,
                "numbers": [value for _, value in frame.numbers],
                "events": frame.events,
                "flags": [[round(x, 3), round(y, 3)] for x, y in frame.flags],
            }
            for frame in story.frames
        ],
        "start": runs_of_equal(control[0]),
        "changes": [[], *(np.flatnonzero(changed).tolist() for changed in control[1:] != control[:-1])],
        "grid": {
            "nx": ground.nx, "ny": ground.ny, "cell_km": ground.cell_km,
            "west_km": ground.params.x_range_km[0], "south_km": ground.params.y_range_km[0],
        },
        "view": still["view"],
        "px_per_pt": PX_PER_PT,
        "frames_per_s": story.frames_per_s,
        "flag_shape": FLAG_SHAPE,
        "flag_pt": FLAG_PT,
        "colours": {
            "taken": TAKEN, "attacker": ATTACKERS_GROUND, "defender": DEFENDERS_GROUND, "front": BLUE, "flag": FLAG,
            "ink": INK,
        },
        "alt": _ALT,
    }  # fmt: skip
