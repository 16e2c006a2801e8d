import re
import runpy
import shlex
from pathlib import Path
from typing import get_args

import pytest
import yaml
from typer.main import get_command

from sim.apps.cli.main import app
from sim.campaign.phases import PHASES
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import DESIGNS, Experiment
from sim.quantity import Kind, walk
from sim.results.outcome_wording import OUTCOMES
from sim.results.record import SERIES
from sim.scenario.loader import load
from sim.scenario.reading.extends_and_changes import parse_options
from sim.scenario.reading.file_lookup import shipped_names
from sim.scenario.schema import Scenario
from sim.scenario.teaching_label import LABEL
from sim.world.integer_codes import CAUSES, COUNTS, EVENT_KINDS, STATES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + sorted(ROOT.glob("docs/**/*.md"))
README = (ROOT / "README.md").read_text("utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TERM = re.compile(r"`([^`]+)`")

SERIES_NAMES = {*SERIES, *COUNTS, "control", "initial_control"} - {"count"}
DEFINED = {
    "Outcomes": set(OUTCOMES),
    "Series": SERIES_NAMES,
    "Events": set(EVENT_KINDS),
    "States of a row": set(STATES),
    "Causes of loss": set(CAUSES),
    "Where a value comes from": set(get_args(Kind)),
    "Sections of a scenario": set(Scenario.model_fields),
    "Fields of an experiment": set(Experiment.model_fields),
    "Kinds of design": set(DESIGNS),
    "Units": {leaf.unit for leaf in walk(Scenario)},
}


def sections(text):
    """Return a page's text by its `## ` headings."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def terms(text):
    """Return the terms that stand before the colon of each item of a list."""
    return [
        term
        for line in text.splitlines()
        if line.startswith("- `")
        for term in TERM.findall(line.split("`: ")[0] + "`")
    ]


def anchors(page):
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def blocks(language):
    return [text for name, text in BLOCK.findall(README) if name == language]


def commands():
    return [line for text in blocks("sh") for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_is_narrow_and_its_links_are_valid(page):
    text = page.read_text("utf-8")
    # Tables are generated, or as wide as their content; so are pictures with their alternative texts.
    assert [line for line in text.splitlines() if len(line) > 120 and not line.startswith(("| ", "!["))] == []
    for link in LINK.findall(text):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        other = (page.parent / target).resolve() if target else page
        assert other.is_relative_to(ROOT), link
        assert other.exists(), link
        assert not anchor or anchor in anchors(other), link


def test_every_scenario_has_a_page_in_the_gallery_and_every_picture_an_alternative_text():
    gallery = ROOT / "docs/gallery"
    assert {page.stem for page in gallery.glob("*.md")} == {name for name in shipped_names() if "/" not in name} | {
        "README"
    }
    for picture in gallery.glob("images/*.png"):
        words = picture.with_suffix(".alt.txt").read_text("utf-8").strip()
        assert LABEL in words
        page = "README" if picture.stem == "overview" else picture.stem.rpartition("-")[0]
        assert f"![{words}](images/{picture.name})" in (gallery / f"{page}.md").read_text("utf-8")


@pytest.mark.parametrize("section", DEFINED)
def test_the_glossary_defines_the_names_of_the_code_and_no_others(section):
    assert sorted(terms(sections((ROOT / "docs/glossary.md").read_text("utf-8"))[section])) == sorted(DEFINED[section])


def test_the_odd_protocol_describes_every_mechanism_in_the_order_of_the_tick():
    submodels = sections((ROOT / "docs/odd.md").read_text("utf-8"))["7. Submodels"]
    titles = re.findall(r"^### (\w+)", submodels, re.MULTILINE)
    assert [title for title in titles if title in PHASES] == list(PHASES)


@pytest.mark.parametrize("line", commands())
def test_a_command_of_the_readme_exists(line, tmp_path, monkeypatch):
    """`make` targets exist; options of `sim` are known; scenarios load, with the changes asked for."""
    words = shlex.split(line)
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return
    if words[0] != "sim":
        assert (ROOT / words[-1]).exists()
        return
    monkeypatch.chdir(tmp_path)
    Path("my-question.yaml").write_text(blocks("yaml")[0])
    group = get_command(app)
    context = group.make_context("sim", words[1:2])
    command = group.get_command(context, words[1])
    given = command.make_context(words[1], words[2:], parent=context).params
    if words[1] == "sweep":
        load_experiment(given["file"])
        return
    for file in given.get("files") or [given["file"]] if {"file", "files"} & set(given) else []:
        load(file, set=parse_options(given.get("set") or []))


def test_the_scenario_in_the_readme_changes_what_it_says(tmp_path):
    (text,) = blocks("yaml")
    path = tmp_path / "my-question.yaml"
    path.write_text(text)
    changes = yaml.safe_load(text)["changes"]
    rows = {row.path: row for row in load(path).provenance}
    assert {name: rows[name].value for name in changes} == changes
    assert {rows[name].kind for name in changes} == {"set_by_scenario"}


@pytest.mark.slow
def test_the_readmes_python_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for text in blocks("python"):
        exec(compile(text, "README.md", "exec"), names)
    assert capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["comparison.html", "comparison.png"]


def test_the_tables_of_the_odd_protocol_agree_with_the_code():
    """`make parameters` writes them, one row per value or column."""
    page = (ROOT / "docs/odd.md").read_text("utf-8")
    tool = runpy.run_path(str(ROOT / "tools/doc_tables.py"))
    assert tool["renewed"](page) == page, "run: make parameters"
    sections_with_values = {leaf.path.split(".")[0] for leaf in walk(Scenario) if leaf.source_required}
    tables = {("parameters", name) for name in sections_with_values} | {("columns", "State"), ("columns", "Ground")}
    assert set(tool["MARKED"].findall(page)) == tables


def test_every_mechanism_of_the_odd_protocol_has_an_equation_and_what_it_reduces_to():
    submodels = sections((ROOT / "docs/odd.md").read_text("utf-8"))["7. Submodels"]
    parts = dict(zip(*[iter(re.split(r"^### (.+)$", submodels, flags=re.MULTILINE)[1:])] * 2, strict=True))
    for name in PHASES:
        assert "```math" in parts[name], name
        assert "*Reduces to*" in parts[name] or name == "command", name
