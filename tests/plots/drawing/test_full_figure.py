"""Figures look the same in every style, and every name can be drawn."""

import io
import warnings
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib import style as styles

from sim import plots
from sim.campaign.replications import run
from sim.plots.drawing.full_figure import drawable
from sim.plots.drawing.labelled_figure import figure_of, save
from tests.support.toy_theatre import toy

# What a user's matplotlibrc may hold.
HOSTILE = {
    "text.usetex": True, "text.parse_math": True, "savefig.facecolor": "black", "savefig.dpi": 30,
    "savefig.bbox": "tight", "savefig.transparent": True, "figure.facecolor": "red", "axes.facecolor": "black",
    "text.color": "white", "xtick.color": "white", "xtick.direction": "inout", "font.family": "serif",
    "axes.formatter.limits": (-1, 1), "axes.prop_cycle": mpl.cycler(color=["white"]), "legend.facecolor": "black",
    "path.simplify": False, "lines.antialiased": False, "hatch.color": "white", "timezone": "Asia/Tokyo",
    "svg.fonttype": "path", "axes.grid": True, "figure.constrained_layout.use": True, "image.cmap": "jet",
}  # fmt: skip
HOSTILE_NAMES = (
    r"Costs $5 and \frac{1}{2 \begin{", "Bold\x00 and\x07 loud\x1b[31m", "Half of a pair \ud800", "Покровск",
    "\u202egnorw", "\U0001f600 波克罗夫斯克", "بوكروفسك", "two\nlines\u2028three", "<b>&amp;</b> **Markdown** `x`",
)  # fmt: skip


@pytest.fixture(scope="module")
def result():
    return run(toy({"time.horizon_days": 8}), seed=3)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def pixels(ax):
    picture = io.BytesIO()
    figure_of(ax).savefig(picture)
    picture.seek(0)
    return plt.imread(picture)


@pytest.fixture(scope="module")
def plain(result):
    return pixels(plots.map(result)), pixels(plots.timeline(result))


@pytest.mark.parametrize("name", ["dark_background", "classic", "seaborn-v0_8-poster"])
def test_a_shipped_style_changes_no_pixel(name, result, plain):
    with styles.context(name):
        assert np.array_equal(pixels(plots.timeline(result)), plain[1])


def test_a_users_matplotlibrc_changes_no_pixel_also_when_the_figure_is_saved_later(result, plain):
    with mpl.rc_context(HOSTILE):
        drawn = plots.map(result), plots.timeline(result)
        for ax, expected in zip(drawn, plain, strict=True):
            assert np.array_equal(pixels(ax), expected)
    for ax, expected in zip(drawn, plain, strict=True):
        assert np.array_equal(pixels(ax), expected)


def test_an_axes_of_a_dark_figure_is_drawn_on_with_dark_letters_on_white(result):
    with styles.context("dark_background"):
        figure, ax = plt.subplots(figsize=(6, 4))
        plots.timeline(result, ax=ax)
        picture = pixels(ax)[..., :3]
    assert (picture > 0.95).all(axis=2).mean() > 0.5
    texts = [text for text in [ax.title, ax.xaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels(), *figure.texts]]
    assert all(sum(mpl.colors.to_rgb(text.get_color())) < 1.5 for text in texts)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("is_own", [True, False])
def test_a_name_in_any_script_or_none_is_drawn_without_warnings_and_its_svg_is_xml(name, is_own, result, tmp_path):
    manifest = {**result.manifest, "scenario": {**result.manifest["scenario"], "name": name}}
    named = type(result)(result.series, result.events, result.outcomes, manifest)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ax = plots.timeline(named, None if is_own else plt.subplots(figsize=(8, 5))[1])
        for kind in ("svg", "png"):
            save(ax, tmp_path / f"picture.{kind}")
        if is_own:
            figure_of(ax).savefig(tmp_path / "theirs.svg")
    for file in tmp_path.glob("*.svg"):
        assert drawable(" ".join(name.split())) in "".join(ElementTree.parse(file).getroot().itertext())


def test_text_keeps_its_letters_and_shows_where_a_sign_has_no_picture():
    assert (
        drawable("Kos\N{NO-BREAK SPACE}20 % $5 \\frac ї é 波\nline")
        == "Kos\N{NO-BREAK SPACE}20 % $5 \\frac ї é 波\nline"
    )
    assert drawable("a\x00b\ud800c\u2028d\uffffe") == "a\ufffdb\ufffdc\ufffdd\ufffde"
    assert drawable("\u202eabc\u200d") == "abc"
