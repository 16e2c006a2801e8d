"""Animations of one run: frames, film and page.

Covers sim.plots.animation.daily_frames, sim.plots.animation.frame_pictures, sim.plots.animation.html_map.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from sim.campaign.replications import replicate, run
from sim.errors import InputError
from sim.plots.animation import frame_pictures
from sim.plots.animation.animate import animate, fragment, page
from sim.plots.animation.daily_frames import FLAG_DAYS, MOST_EVENTS, MOST_FRAMES, story_of
from sim.plots.animation.frame_pictures import Film
from sim.results.atomic_write import whole_file
from sim.results.control_history import control_by_day
from sim.scenario.teaching_label import LABEL
from tests.support.toy_theatre import toy

needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg") and not os.environ.get("CI"), reason="no ffmpeg")


@pytest.fixture(scope="module")
def result():
    return run(toy({"time.horizon_days": 7}), seed=3)


@pytest.fixture(scope="module")
def ensemble():
    return replicate(toy({"time.horizon_days": 7}), 3, seed=3, workers=1)


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    assert plt.get_fignums() == []


def shown(html):
    return json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)[1])


def controls(story):
    """Yield control by frame from the page's own data: the start as runs of equal cells, then the changes."""
    control = np.repeat(np.arange(len(story["start"])) % 2, story["start"])
    for changed in story["changes"]:
        control[changed] ^= 1
        yield control.reshape(story["grid"]["ny"], story["grid"]["nx"]).copy()


@pytest.mark.parametrize(("days", "last_gap", "n"), [(7, 1, 8), (90, 1, 91), (91, 1, 47), (183, 3, 62)])
def test_a_week_has_a_frame_a_day_and_half_a_year_few_enough(days, last_gap, n):
    scenario = toy({"time.horizon_days": days, "time.tick_h": 24.0})
    story = story_of(run(scenario))
    shown_days = [frame.day for frame in story.frames]
    assert len(shown_days) == n <= MOST_FRAMES + 1
    assert (shown_days[0], shown_days[-1]) == (0, days)
    assert shown_days[-1] - shown_days[-2] == last_gap
    assert len(set(np.diff(shown_days[:-1]))) == 1
    assert 5 <= len(shown_days) / story.frames_per_s <= 60


def test_a_frame_shows_the_day_of_the_record(result):
    control = control_by_day(result)
    series, events = result.series, result.events
    for day, frame in enumerate(story_of(result).frames):
        numbers = dict(frame.numbers)
        now = series.isel(time=day)
        assert numbers["Attacker's losses"] == f"{float(now['losses'][0]):,.0f}"
        assert numbers["Defender's losses"] == f"{float(now['losses'][1]):,.0f}"
        assert numbers["Ground taken"] == f"{float(now['area_changed_km2']):.3g} km²"
        assert numbers["Town held by the defender"] == f"{100 * float(now['city_share_held']):.0f} %"
        assert numbers["Defender's supply, lowest axis"] == f"{100 * float(now['supply_level'].min()):.0f} %"
        assert numbers["Flags planted"] == f"{float(now['flags_planted']):.0f}"
        np.testing.assert_array_equal(frame.control, control[day])
        planted = events[(events["kind"] == "flag_planted") & (events["hour"] <= 24 * day)]
        late = planted[planted["hour"] > 24 * (day - FLAG_DAYS)]
        assert sorted(frame.flags) == sorted(zip(late["x_km"], late["y_km"], strict=True))


def test_events_are_shown_with_their_day_until_newer_ones_come():
    result = run(toy({"time.horizon_days": 8, "calendar.ceasefire_day": 5.0}))
    frames = story_of(result).frames
    assert frames[0].events == ("Day 0: diverted force leaves: 80 soldiers",)
    assert frames[3].events[-1] == "Day 3: diverted force arrives: 40 soldiers"
    assert not any("ceasefire" in line for line in frames[4].events)
    assert "Day 5: ceasefire" in frames[5].events
    assert all(len(frame.events) <= MOST_EVENTS for frame in frames)


def test_an_event_in_words_names_the_road_that_is_cut(result):
    closed = result.events.iloc[:1].assign(kind="line_closed", hour=48.0, value=0.0)
    frames = story_of(replace(result, events=closed)).frames
    cut = ("Day 2: road rear to Town closed",)
    assert [frame.events for frame in frames[:4]] == [(), (), cut, cut]


def test_a_replication_is_chosen_by_its_number(ensemble):
    for number in (None, 0, 2):
        story = story_of(ensemble, number)
        assert f"Replication {number or 0} " in story.caption
        last = story.frames[-1].control
        np.testing.assert_array_equal(last, ensemble.series["control"].sel(replication=number or 0))
    for number in (3, -1):
        with pytest.raises(InputError, match=rf"^replication: must be one of 0 to 2, is {number}$"):
            story_of(ensemble, number)
    with pytest.raises(InputError, match=r"^replication: must be 0, the only run, is 1$"):
        story_of(ensemble.run(0), 1)


@pytest.mark.parametrize("east_km", [6.0, 60.0], ids=["as it is", "a strip"])
def test_every_frame_of_the_film_has_the_label_and_texts_that_do_not_overlap(east_km):
    story = story_of(run(toy({"ground.x_range_km": [-6.0, east_km], "time.horizon_days": 4, "ground.features": []})))
    drawn = Film(story)
    try:
        figure = drawn.figure
        figure.canvas.draw()
        label = next(text for text in figure.texts if text.get_gid() == "sim-label")
        for frame in story.frames:
            drawn.show(frame)
            assert label.get_text().replace("\n", " ").startswith(LABEL)
            assert label.get_visible()
            boxes = [text.get_window_extent() for text in drawn.texts if text.get_text()]
            fixed = [drawn.ax.get_legend(), drawn.ax, label]
            boxes += [artist.get_window_extent() for artist in fixed]
            for i, box in enumerate(boxes):
                assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
                assert not any(box.overlaps(other) for other in boxes[:i])
    finally:
        drawn.close()


def test_the_unchanging_part_is_equal_in_every_frame_of_the_film_and_the_ground_is_not(result):
    story = story_of(result)
    frames = list(frame_pictures._images(story, 50))
    assert len(frames) == len(story.frames)
    foot = [frame[-40:] for frame in frames]
    assert all((part == foot[0]).all() for part in foot)
    assert (foot[0] < 128).any()
    taken = np.array([int(frame_pictures.TAKEN[i : i + 2], 16) for i in (1, 3, 5)])
    painted = [int((frame == taken).all(axis=-1).sum()) for frame in frames]
    legend = painted[0]
    assert legend > 0
    cells = [int((frame.control != story.frames[0].control).sum()) for frame in story.frames]
    grown = [n - legend for n in painted]
    assert all((n > 0) == (held > 0) for n, held in zip(grown, cells, strict=True))


def test_a_gif_has_a_frame_a_day_and_the_same_bytes_twice(result, tmp_path):
    first, second = (animate(result, tmp_path / name) for name in ("a.gif", "b.gif"))
    assert first.read_bytes() == second.read_bytes()
    with Image.open(first) as image:
        assert image.n_frames == 8
        assert image.size == (960, 540)
        assert image.info["loop"] == 0


@needs_ffmpeg
def test_an_mp4_lasts_as_long_as_its_frames_and_a_rest(result, tmp_path):
    path = animate(result, tmp_path / "a.mp4")
    probe = ["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-of", "csv=p=0"]
    probed = subprocess.run(
        [*probe, "-show_entries", "stream=width,height,nb_read_frames", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert probed.stdout.strip() == f"1280,720,{8 + frame_pictures.REST_S}"


def test_the_page_is_complete_needs_nothing_else_and_has_the_same_bytes_twice(result, tmp_path):
    html = page(result)
    assert animate(result, tmp_path / "a.html").read_text("utf-8") == html == page(result)
    assert len(html) < 250_000
    assert re.findall(r'(?:src|href)="(?!data:)', html) == []
    assert not re.search(r"https?://|url\(|@import|fetch\(", html)
    assert html.count(LABEL) >= 2
    assert result.label in html


def test_the_pages_data_give_the_control_history(result):
    story = shown(page(result))
    np.testing.assert_array_equal(list(controls(story)), control_by_day(result))
    assert [frame["day"] for frame in story["frames"]] == list(range(8))


def test_a_fragment_is_one_element_and_its_ids_are_its_own(result):
    one, other = fragment(result, id="one"), fragment(result, id="other")
    assert one.startswith("<section")
    assert one.rstrip().endswith("</section>")
    ids = [re.findall(r' id="([^"]+)"', html) for html in (one, other)]
    assert ids[0]
    assert not set(ids[0]) & set(ids[1])
    assert one.replace('"one', '"other') == other


def test_a_name_of_a_scenario_is_text_on_the_page():
    name = "</script><script>alert(1)</script> & co"
    html = page(run(toy({"name": name, "time.horizon_days": 1})))
    assert name not in html
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize(
    "changes",
    [
        {"ground.x_range_km": [-6.0, 60.0]},
        {"ground.settlements": [], "ground.lines_of_communication": [], "ground.features": [], "off": ["supply"]},
    ],
    ids=["a long strip", "nothing but ground"],
)
def test_other_ground_is_drawn_too(changes, tmp_path):
    result = run(toy({"time.horizon_days": 2} | changes))
    with Image.open(animate(result, tmp_path / "a.gif")) as image:
        assert image.n_frames == 3  # each with a date of its own
    story = shown(page(result))
    assert len(story["names"]) == len(story["frames"][0]["numbers"])


def test_an_error_of_writing_is_reported_on_one_line_and_no_file_remains(result, tmp_path, monkeypatch):
    there = tmp_path / "there.html"
    there.write_text("mine")
    (tmp_path / "file").write_text("")
    for path, words in (
        (there, "exists already"),
        (tmp_path / "a.png", "must end in .html, .gif or .mp4"),
        (tmp_path / "a", "must end in"),
        (tmp_path / "file" / "a.gif", "cannot be written"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            animate(result, path)
        assert len(caught.value.lines) == 1
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"an \.mp4 needs the program ffmpeg, .* \.html and \.gif do not"):
        animate(result, tmp_path / "a.mp4")
    assert there.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "there.html"]


def fail_half_way(path, error):
    with whole_file(path) as partial:
        partial.write_text("half")
        raise error


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "new" / "a.txt"
    for error, expected in ((ValueError("mine"), ValueError), (OSError(28, "No space left"), InputError)):
        with pytest.raises(expected, match=r"mine|a\.txt: cannot be written: No space left"):
            fail_half_way(path, error)
        assert list(tmp_path.iterdir()) == []
    with whole_file(path) as partial:
        assert partial.suffix == ".txt"
        partial.write_text("all")
        assert not path.exists()
    assert path.read_text() == "all"
    assert [other.name for other in path.parent.iterdir()] == ["a.txt"]


def test_a_truncated_film_is_not_complete(tmp_path):
    """Boxes of 8 and 12 bytes, the second the index; a byte less, or no index, and the file is not whole."""
    path, whole = tmp_path / "film.mp4", b"\0\0\0\x08ftyp" + b"\0\0\0\x0cmoov1234"
    for data, is_whole in ((whole, True), (whole[:-1], False), (whole[:8], False), (b"", False)):
        path.write_bytes(data)
        assert frame_pictures._is_whole_mp4(path) is is_whole
