import pytest
from PIL import Image

from sim.campaign.replications import replicate, run
from tests.support.toy_theatre import toy


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    short = toy({"time.horizon_days": 3})
    run(short).save(folder / "one")
    replicate(short, 2, workers=1).save(folder / "many")
    return folder


def test_a_page_and_a_film_of_what_sim_run_wrote(sim_command, results, tmp_path):
    code, out, err = sim_command("animate", results / "one", "--out", "new/one.html")
    assert (code, out, err) == (0, "The animation is in new/one.html.\n", "")
    assert (tmp_path / "new/one.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    code, _, _ = sim_command("animate", results / "many", "--out", "many.gif", "--replication", 1)
    assert code == 0
    with Image.open(tmp_path / "many.gif") as image:
        assert image.n_frames == 4


def test_replications_differ_and_the_first_is_shown_without_a_number(sim_command, results, tmp_path):
    for name, more in (("a", ()), ("b", ("--replication", 0)), ("c", ("--replication", 1))):
        assert sim_command("animate", results / "many", "--out", f"{name}.html", *more)[0] == 0
    a, b, c = ((tmp_path / f"{name}.html").read_bytes() for name in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere", "--out", "a.html"), "nowhere: no such folder"),
        (("many", "--out", "a.html", "--replication", 2), "replication: must be one of 0 to 1, is 2"),
        (("many", "--out", "a.html", "--replication", -1), "replication: must be one of 0 to 1, is -1"),
        (("one", "--out", "a.html", "--replication", 1), "replication: must be 0, the only run, is 1"),
        (("one", "--out", "a.png"), "a.png: must end in .html, .gif or .mp4"),
        (("one", "--out", "there.gif"), "there.gif: exists already; name another file, nothing is overwritten"),
        (("one", "--out", "there.gif/a.gif"), "there.gif/a.gif: cannot be written: "),
    ],
    ids=lambda value: str(value)[:40],
)
def test_wrong_input_is_reported_on_one_line_and_nothing_is_written(sim_command, results, tmp_path, arguments, message):
    (tmp_path / "there.gif").write_bytes(b"mine")
    folder, *others = arguments
    code, out, err = sim_command("animate", results / folder, *others)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert (tmp_path / "there.gif").read_bytes() == b"mine"
    assert [path.name for path in tmp_path.iterdir()] == ["there.gif"]


def test_an_mp4_without_ffmpeg_is_reported_before_anything_is_read(sim_command, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = sim_command("animate", tmp_path, "--out", "a.mp4")
    assert code == 2
    assert err == "a.mp4: an .mp4 needs the program ffmpeg, which was not found; .html and .gif do not\n"
