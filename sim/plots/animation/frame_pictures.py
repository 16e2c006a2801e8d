"""The frames of a run as pictures: what never changes is drawn once, with what changes below and above it."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.animation import FFMpegWriter
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import ListedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Transform, blended_transform_factory
from PIL import Image

from sim.errors import InputError
from sim.plots.animation.daily_frames import FLAG_DAYS, Frame, Story
from sim.plots.drawing.colours_and_type import BLUE, INK, YELLOW, points
from sim.plots.drawing.ground_marks import ATTACKERS_GROUND, DEFENDERS_GROUND, still_keys
from sim.plots.drawing.labelled_figure import figure_of, panels, prepare, set_title, style_for
from sim.plots.drawing.place_names import PLATE
from sim.plots.front_map import SHADES, draw_still, front_grid
from sim.world.ground import ATTACKER_HELD, DEFENDER_HELD, Ground

TAKEN, FLAG = to_hex(SHADES(1.0)), YELLOW
# Pole and cloth; the foot of the pole is the place.
FLAG_SHAPE = ((0, 0), (0, 2), (1.6, 1.5), (0.25, 1.0), (0.25, 0), (0, 0))
FLAG_MARK = Path(FLAG_SHAPE)
FLAG_PT = 22
GIF_DPI, MP4_DPI = 75, 100
N_COLOURS = 96
REST_S = 3  # for which the last frame is shown
# Limits of width over height: a longer strip of ground is stretched across, so that it stays legible.
NARROWEST, WIDEST = 0.6, 1.22
# The column beside the map: edges as shares of the figure; date, numbers and latest events as shares of the map.
_LEFT, _RIGHT = 0.585, 0.97
_DATE_Y, _NUMBERS_Y, _ROW, _EVENTS_Y = 0.985, 0.90, 0.058, 0.52
_LINE_LETTERS = 44


def keys(ground: Ground) -> list[Patch | Line2D]:
    """Return the legend handles of a frame."""
    still = still_keys(ground)
    return [
        Patch(facecolor=TAKEN, label="taken by the attacker"),
        Line2D([], [], color=BLUE, linewidth=3, label="front now"),
        Line2D([], [], label=f"flag planted in the last {FLAG_DAYS} days", **_flag_look()),
        *still,
    ]


def shape(ax: Axes) -> float:
    """Give the axes of a map an equal scale, or stretch a strip across its narrow side; return width over height."""
    ratio = float(abs(np.diff(ax.get_xlim())[0] / np.diff(ax.get_ylim())[0]))
    clipped = min(WIDEST, max(NARROWEST, ratio))
    ax.set_aspect(ratio / clipped, anchor="W")
    if clipped != ratio:
        ax.text(
            0.02, 0.02, "stretched: the scale bar is valid along the map only", transform=ax.transAxes, bbox=PLATE,
            fontsize=points(11), zorder=5,
        )  # fmt: skip
    return clipped


class Film:
    """The figure on which the frames are drawn; `texts` are the texts that change with the frame."""

    def __init__(self, story: Story) -> None:
        self.story = story
        ground, start = story.ground, story.frames[0]
        self._x, self._y = ground.x_km[: ground.nx], ground.y_km[:: ground.nx]
        with style_for(None):
            self.ax: Axes = prepare(panels()[0], story.label, story.caption)
            self.figure: Figure = figure_of(self.ax)
            self._draw_still()
            colours = ListedColormap([DEFENDERS_GROUND, ATTACKERS_GROUND, TAKEN])
            self._ground = self.ax.pcolormesh(
                self._x, self._y, start.control, cmap=colours, vmin=0, vmax=2, shading="nearest", animated=True
            )
            self._front = self._draw_front(start.control)
            (self._flags,) = self.ax.plot([], [], animated=True, **_flag_look())
            self.date: Text = self._write(_LEFT, _DATE_Y, "", 19, fontweight="bold", animated=True)
            self.values: list[Text] = [
                self._write(_RIGHT, _NUMBERS_Y - _ROW * place, "", 16, fontweight="bold", ha="right", animated=True)
                for place in range(len(start.numbers))
            ]
            self.events: Text = self._write(_LEFT, _EVENTS_Y, "", 14, linespacing=1.3, animated=True)
        self.figure.patch.set_alpha(0.0)
        self.ax.patch.set_alpha(0.0)

    def close(self) -> None:
        """Close the figure and release its memory."""
        plt.close(self.figure)

    def images(self, dpi: float) -> Iterator[np.ndarray]:
        """Yield each frame as RGB (height, width, 3) of uint8."""
        self.figure.set_dpi(dpi)
        canvas = FigureCanvasAgg(self.figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        still = _copy(canvas)
        for frame in self.story.frames:
            below, above = self.show(frame)
            image = Image.new("RGBA", still.size, "white")
            for layer in (_layer(canvas, below), still, _layer(canvas, above)):
                image.alpha_composite(layer)
            yield np.asarray(image.convert("RGB"))

    def show(self, frame: Frame) -> tuple[list[Artist], list[Artist]]:
        """Show a frame; return the changing artists below and above what never changes."""
        self._ground.set_array(frame.control + self._is_taken(frame.control))
        self._front.remove()
        with style_for(None):
            self._front = self._draw_front(frame.control)
        self._flags.set_data(*(np.array(frame.flags).reshape(-1, 2).T))
        self.date.set_text(f"Day {frame.day}  \N{MIDDLE DOT}  {frame.date}")
        for text, (_, value) in zip(self.values, frame.numbers, strict=True):
            text.set_text(value)
        self.events.set_text("\n".join(textwrap.fill(line, _LINE_LETTERS) for line in frame.events))
        return [self._ground, self._front], [self._flags, *self.texts]

    def _is_taken(self, control: np.ndarray) -> np.ndarray:
        start = self.story.frames[0].control
        return (control == ATTACKER_HELD) & (start == DEFENDER_HELD)

    def _draw_still(self) -> None:
        ax, ground = self.ax, self.story.ground
        draw_still(ax, ground)
        shape(ax)
        set_title(ax, self.story.title)
        legend = ax.legend(
            handles=keys(ground), loc="lower left", bbox_to_anchor=(_LEFT, 0.0), bbox_transform=self._beside,
            frameon=False, fontsize=points(12), borderaxespad=0.0, borderpad=0.0, ncols=2,
            columnspacing=1.0, handlelength=2.0,
        )  # fmt: skip
        legend.set_in_layout(False)
        for place, (name, _) in enumerate(self.story.frames[0].numbers):
            self._write(_LEFT, _NUMBERS_Y - _ROW * place, name, 14)

    @property
    def _beside(self) -> Transform:
        return blended_transform_factory(self.figure.transFigure, self.ax.transAxes)

    @property
    def texts(self) -> list[Text]:
        """The texts that change with the frame."""
        return [self.date, *self.values, self.events]

    def _draw_front(self, control: np.ndarray) -> Artist:
        front = self.ax.contour(*front_grid(self.story.ground, control), levels=[0.5], colors=BLUE, linewidths=[3.0])
        front.set_animated(True)
        return front

    def _write(self, x: float, y: float, words: str, size: float, **look: Any) -> Text:
        text = self.ax.text(x, y, words, transform=self._beside, va="top", fontsize=points(size), clip_on=False, **look)
        text.set_in_layout(False)
        return text


def _flag_look() -> dict[str, Any]:
    look = {"color": FLAG, "markeredgecolor": INK, "markeredgewidth": 1.0, "linestyle": "none"}
    return {**look, "marker": FLAG_MARK, "markersize": points(FLAG_PT)}


def _copy(canvas: FigureCanvasAgg) -> Image.Image:
    return Image.fromarray(np.array(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]


def _layer(canvas: FigureCanvasAgg, artists: list[Artist]) -> Image.Image:
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    renderer.clear()
    for artist in artists:
        artist.draw(renderer)
    return _copy(canvas)


def write_gif(story: Story, path: FilePath) -> None:
    """Write the frames as a GIF; they share one palette, so that nothing flickers and the file is small."""
    images = [Image.fromarray(image) for image in _images(story, GIF_DPI)]
    palette = _palette(images[-1])
    first, *others = (image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images)
    ms = 1000 // story.frames_per_s
    durations = [ms] * len(others) + [ms + round(1000 * REST_S)]
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0)


def _palette(image: Image.Image) -> Image.Image:
    """Return a palette with the exact colours of the ground and of flags, and those of an image."""
    exact = ("#ffffff", INK, BLUE, FLAG, TAKEN, ATTACKERS_GROUND, DEFENDERS_GROUND)
    colours = [round(255 * channel) for colour in exact for channel in to_rgb(colour)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours + (image.quantize(N_COLOURS).getpalette() or []))
    return palette


def write_mp4(story: Story, path: FilePath) -> None:
    """Write the frames as an MP4 with ffmpeg; raises InputError when ffmpeg fails or leaves the file incomplete."""
    writer = FFMpegWriter(fps=story.frames_per_s, extra_args=["-fflags", "+bitexact", "-flags:v", "+bitexact"])
    images = _images(story, MP4_DPI)
    image = next(images)
    height, width, _ = image.shape
    screen = plt.figure(figsize=(width / MP4_DPI, height / MP4_DPI), dpi=MP4_DPI)
    try:
        picture = screen.figimage(image)
        with writer.saving(screen, str(path), MP4_DPI):
            writer.grab_frame()
            for image in images:
                picture.set_data(image)
                writer.grab_frame()
            for _ in range(round(REST_S * story.frames_per_s)):
                writer.grab_frame()
    except subprocess.CalledProcessError as error:
        raise InputError([f"{path.name}: ffmpeg could not write it (is the disk full?)"]) from error
    finally:
        plt.close(screen)
    if not _is_whole_mp4(path):
        raise InputError([f"{path.name}: ffmpeg left it incomplete (is the disk full?)"])


def _is_whole_mp4(path: FilePath) -> bool:
    """Return whether a file consists of complete boxes, one of them the index: ffmpeg does not report a full disk."""
    data, at, kinds = path.read_bytes(), 0, []
    while at + 8 <= len(data):
        kinds.append(data[at + 4 : at + 8])
        at += max(8, int.from_bytes(data[at : at + 4], "big"))
    return at == len(data) and b"moov" in kinds


def _images(story: Story, dpi: float) -> Iterator[np.ndarray]:
    film = Film(story)
    try:
        yield from film.images(dpi)
    finally:
        film.close()
