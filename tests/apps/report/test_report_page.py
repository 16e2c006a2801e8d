"""The report of a result: its sections, figures and tables, the network it does not need, and wrong inputs.

Covers sim.apps.report.day_by_day, sim.apps.report.effect_tables, sim.apps.report.figures,
sim.apps.report.provenance_section, sim.apps.report.report_inputs, sim.apps.report.reproduction,
sim.apps.report.text_table.
"""

import copy
import dataclasses
import json
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

import sim
from sim.apps.report.figures import FIGURES
from sim.apps.report.provenance_section import _shown, assumptions, changes
from sim.apps.report.report_inputs import read
from sim.apps.report.report_page import SECTIONS, render
from sim.apps.report.reproduction import commands_of
from sim.campaign.compare_scenarios import compare
from sim.campaign.replications import replicate, run
from sim.results.event_texts import CITY_ENTERED, COUNTED, SYMBOLIC_FLAG, WORDS
from sim.results.result import Result
from sim.scenario.loader import load
from sim.scenario.teaching_label import LABEL
from sim.world.integer_codes import EVENT_KINDS
from tests.support.toy_theatre import toy

ROOT = Path(__file__).parents[3]
N = 2
SHORT = {"time.horizon_days": 4, "time.tick_h": 12}
EVIL = "<script>alert(1)</script> \"quoted\" 'too' & <b>bold</b>"
NETWORK = re.compile(
    r"""(?:src|href|action|poster|data|srcset)\s*=\s*["']?\s*(?:https?:|//|file:)|url\(\s*["']?(?!data:)|@import"""
)


class Page(HTMLParser):
    """The start tags of a page, its text outside of script and style, and the text of its headings."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self.headings, self._in = [], [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._in = tag
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in in ("script", "style"):
            return
        self.text.append(data)
        if re.fullmatch("h[1-6]", self._in):
            self.headings[-1] = (self.headings[-1][0], data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def sources():
    scenarios = [load(name, set=SHORT) for name in ("baseline", "no-drones", "frontal-assault")]
    ensembles = [replicate(scenario, N, seed=2, workers=1) for scenario in scenarios]
    return {
        "Result": run(scenarios[0], seed=2),
        "Ensemble": ensembles[0],
        "Comparison": compare(*ensembles[:2]),
        "Comparison of three": compare(*ensembles),
    }


@pytest.fixture(scope="module")
def pages(sources):
    return {kind: render(source) for kind, source in sources.items()}


KINDS = ("Result", "Ensemble", "Comparison", "Comparison of three")


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


def renamed(result, name):
    """Return a result whose scenario has another name."""
    manifest = copy.deepcopy(result.manifest)
    manifest["scenario"] |= {"name": name, "question": name, "article_says": name, "debrief": [name]}
    return dataclasses.replace(result, manifest=manifest)


@pytest.mark.slow
def test_every_section_is_there_with_its_title_and_an_entry_in_the_contents(pages, kind):
    page = Page(pages[kind])
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs["href"] for attrs in page.all("a")]
    titles = [text for _, text in page.headings]
    for section in SECTIONS:
        assert section.name in ids
        assert f"#{section.name}" in links
        assert section.title in titles
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_headings_are_in_order_and_never_skip_a_level(pages, kind):
    levels = [level for level, _ in Page(pages[kind]).headings]
    assert levels[0] == levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_label_is_at_the_top_at_the_foot_and_on_every_figure(pages, sources, kind):
    page = Page(pages[kind])
    text = " ".join(page.text)
    n_figures = sum(bool(attrs.get("width")) for attrs in page.all("img"))
    assert n_figures >= 4
    assert text.count(LABEL) >= 2 + n_figures
    assert all(LABEL in attrs["alt"] for attrs in page.all("img") if attrs.get("width"))
    assert sources[kind].label in text


def test_a_figure_is_drawn_for_each_entry_of_the_list(pages, sources):
    n_drawn = {kind: sum("width" in attrs for attrs in Page(page).all("img")) for kind, page in pages.items()}
    n_runs, n_pairs, n_either = (
        sum(figure.shows == shows for figure in FIGURES) for shows in ("each run", "each pair", "either")
    )
    together = [sum(one.shows == "together" and one.at_least <= n <= one.at_most for one in FIGURES) for n in range(4)]
    assert n_drawn["Result"] == n_drawn["Ensemble"] == n_runs + n_either + together[1]
    assert n_drawn["Comparison"] == 2 * n_runs + n_pairs + n_either + together[2]
    assert n_drawn["Comparison of three"] == 3 * n_runs + 2 * (n_pairs + n_either) + together[3]
    assert together[1] < together[3]


def test_every_picture_is_within_the_page_and_has_an_alternative_text_or_is_decoration(pages, kind):
    for attrs in Page(pages[kind]).all("img"):
        assert attrs["src"].startswith("data:image/png;base64,")
        assert "alt" in attrs
        assert len(attrs["alt"]) > 80 or not attrs.get("width")


def test_the_page_needs_no_network(pages, kind):
    assert NETWORK.findall(pages[kind]) == []
    assert not re.search(r"\son\w+\s*=\s*[\"']", re.sub(r"<script.*?</script>", "", pages[kind], flags=re.DOTALL))
    (policy,) = (attrs["content"] for attrs in Page(pages[kind]).all("meta") if "http-equiv" in attrs)
    assert policy.startswith("default-src 'none';")


def test_every_table_has_a_caption_and_every_heading_a_scope(pages, kind):
    page = Page(pages[kind])
    assert len(page.all("table")) == len(page.all("caption")) > 5
    assert {attrs.get("scope") for attrs in page.all("th")} == {"row", "col"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Result", "Ensemble", "Comparison"])
def test_what_a_user_wrote_is_text_and_never_markup(sources, kind):
    source = sources[kind]
    evil = (
        renamed(source, EVIL)
        if isinstance(source, Result)
        else compare(*(renamed(one, f"{EVIL}{i}") for i, one in enumerate(source.ensembles)))
    )
    text = render(evil)
    page = Page(text)
    assert "alert(1)</script>" not in text
    assert page.all("b") == []
    assert len(page.all("script")) == len(Page(render(source)).all("script"))
    assert EVIL in "".join(page.text)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["Ensemble", "Comparison"])
def test_the_same_result_gives_the_same_bytes(sources, pages, kind):
    assert render(sources[kind]) == pages[kind]


def test_a_page_stays_small(pages):
    assert max(len(page.encode()) for page in pages.values()) < 4e6


def test_every_value_has_its_interval_or_the_remark_that_it_has_none(pages, kind):
    measures = pages[kind].split('<h2 id="measures">')[1].split("</section>")[0]
    cells = re.findall(r'<td class="number"[^>]*>([^<]*)</td>', measures)
    bare = [cell for cell in cells if "(" not in cell]
    assert cells
    assert all(re.fullmatch(r"\u2013|\d+ of \d+|\d+ / \d+ / \d+ %", cell) for cell in bare), bare


def test_the_page_shows_what_was_changed_and_by_how_much(pages):
    for kind in ("Comparison", "Comparison of three"):
        changes = pages[kind].split('<h2 id="changes">')[1].split("</section>")[0]
        assert "drone_strikes.defender.n_crews" in changes
        assert "time.horizon_days" in changes
        assert "name</th>" not in changes


def test_every_value_in_a_table_has_thousands_with_commas():
    assert [_shown(value) for value in (7000, 63000, 7000.0, 0.5, True)] == ["7,000", "63,000", "7,000", "0.5", "true"]


def test_every_kind_of_event_is_described_or_counted():
    assert {*WORDS, *COUNTED} - {CITY_ENTERED, SYMBOLIC_FLAG} == set(EVENT_KINDS)


@pytest.mark.parametrize("which", ["Result", "Comparison"])
def test_the_command_repeats_the_result(sources, sim_command, which):
    import shlex

    source = sources[which]
    runs = [source] if isinstance(source, Result) else list(source.ensembles)
    (command,) = commands_of(runs)
    words = shlex.split(command)[1:]
    code, _, _ = sim_command(*words, "--workers", 1, "--out", "again")
    assert code == 0
    again = read(Path("again"))
    others = [again] if isinstance(again, Result) else list(again.ensembles)
    for ours, theirs in zip(runs, others, strict=True):
        assert ours.manifest["digest"] == theirs.manifest["digest"]
        assert ours.series.identical(theirs.series)


def test_a_scenario_made_in_python_has_no_command_and_still_a_page():
    assert "so no command repeats it" in render(run(toy(), seed=1))


def test_a_report_of_each_kind_of_folder_is_written_beside_it(sources, pages, sim_command, tmp_path):
    for kind, name in (("Result", "one"), ("Ensemble", "run-0.1"), ("Comparison", "pair")):
        sources[kind].save(tmp_path / name)
        code, out, err = sim_command("report", name)
        assert (code, err) == (0, "")
        assert out == f"The report is in {name}.html.\n"
        assert (tmp_path / f"{name}.html").read_text("utf-8") == pages[kind]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["one", "one.html", "run-0.1", "run-0.1.html", "pair", "pair.html"]
    )


@pytest.mark.slow
def test_python_writes_the_same_page_and_makes_its_folder(sources, pages, tmp_path):
    path = sim.report(sources["Ensemble"], tmp_path / "new" / "page.html")
    assert path.read_text("utf-8") == pages["Ensemble"]


def test_an_existing_file_is_left_alone(sources, sim_command, tmp_path):
    sources["Result"].save(tmp_path / "one")
    (tmp_path / "one.html").write_text("mine")
    code, out, err = sim_command("report", "one")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "one.html: exists already" in err
    assert (tmp_path / "one.html").read_text() == "mine"


def test_wrong_inputs_are_reported_on_one_line_and_leave_nothing(sources, sim_command, tmp_path):
    good = sources["Result"].save(tmp_path / "good")
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    shutil.copytree(good, tmp_path / "short")
    series = tmp_path / "short" / "series.nc"
    series.write_bytes(series.read_bytes()[:-9])
    for name, lost in (("other", "provenance"), ("older", None), ("pairless", None)):
        shutil.copytree(good, tmp_path / name)
        manifest = json.loads((good / "manifest.json").read_text())
        if lost:
            del manifest[lost]
        elif name == "older":
            del manifest["provenance"][0]["replaces"]
        else:
            manifest["made_by"] = "sim compare"
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest))
    before = sorted(path.name for path in tmp_path.iterdir())
    for arguments, says in (
        (["nowhere"], "nowhere: no such folder"),
        (["file"], "file: no such folder"),
        (["empty"], "manifest.json: no such file"),
        (["short"], "series.nc: is truncated or altered"),
        (["other"], "manifest.json: provenance: is missing; it was edited, or another version"),
        (["older"], "manifest.json: provenance.0.replaces: is missing; it was edited, or another version"),
        (["pairless"], "manifest.json: scenarios: is missing; it was edited, or another version"),
        (["good", "--out", "file/page.html"], "cannot be written"),
        (["good", "--out", "good"], "good: exists already"),
        (["good", "--out", "x" * 300], "cannot be written"),
    ):
        code, out, err = sim_command("report", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1), arguments
        assert says in err
        assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.slow
def test_a_full_disk_is_reported_on_one_line_and_leaves_nothing(sources, tmp_path):
    """A limit on the size of a file is a disk that fills up: the real write fails in the middle."""
    sources["Result"].save(tmp_path / "one")
    done = subprocess.run(
        [sys.executable, "-m", "sim", "report", tmp_path / "one", "--out", tmp_path / "deep" / "page.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert "page.html: cannot be written: File too large" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.slow
def test_the_wheel_holds_the_templates(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    pages = [path for kind in ("html", "css", "js", "jinja") for path in (ROOT / "sim").rglob(f"*.{kind}")]
    templates = [path.relative_to(ROOT).as_posix() for path in pages]
    assert len(templates) > 30
    assert set(templates) <= set(names)


def test_items_added_to_a_list_are_changes():
    result = run(load("fortress-belt", set={"time.horizon_days": 1, "time.tick_h": 24}))
    (grid,) = changes(result)["tables"]
    now = {row[0]: row[3] for row in grid.rows}
    assert now["supply.cuts[0].name"] == "Pokrovsk-Pavlohrad"
    assert now["supply.cuts[3].from_day"] == "60"
    assert not {"question", "name", "article_says"} & set(now)


def test_an_assumption_in_place_of_a_reported_value_is_not_disputed():
    def disputed(name):
        result = run(load(name, set={"time.horizon_days": 1, "time.tick_h": 24}))
        return [row[0] for row in assumptions(result)["disputed"].rows]

    assert "attacker.troops" in disputed("baseline")
    assert "attacker.troops" not in disputed("one-hill")
