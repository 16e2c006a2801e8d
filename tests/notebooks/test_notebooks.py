"""The committed notebooks are their sources, executed; CI executes them again (see .ci/run)."""

import re
import runpy
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "notebooks.py"))
SOURCES = sorted((ROOT / "notebooks" / "src").glob("*.py"))
BLOOM = {
    "analyse", "apportion", "assess", "calculate", "change", "compare", "compose", "contrast", "criticise", "defend",
    "demonstrate", "describe", "determine", "distinguish", "evaluate", "explain", "formulate", "interpret", "judge",
    "justify", "name", "predict", "rank", "read", "recognise", "represent", "reverse", "screen", "separate", "state",
    "test", "trace", "write",
}  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def of_source(source):
    return TOOL["read"](source)


def committed(source):
    path = ROOT / "notebooks" / TOOL["name_of"](source)
    assert path.is_file(), f"make notebooks writes {path.name}"
    return nbformat.reads(path.read_text("utf-8"), as_version=4)


def text_of(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_there_are_ten_and_each_has_one_source():
    names = {TOOL["name_of"](source) for source in SOURCES}
    assert len(names) == 10
    assert {path.name for path in (ROOT / "notebooks").glob("*.ipynb")} == names


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_has_the_cells_of_its_source_and_their_outputs(source):
    notebook, wanted = committed(source), of_source(source)
    nbformat.validate(notebook)
    assert [(cell.cell_type, cell.source, cell.id) for cell in notebook.cells] == [
        (cell.cell_type, cell.source, cell.id) for cell in wanted.cells
    ]
    assert dict(notebook.metadata) == dict(wanted.metadata)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"display_data", "execute_result", "stream"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
    shown = [output.get("data", {}) for output in outputs]
    assert not [data for data in shown if "image/png" in data]  # JupyterLab would show it without a text
    pictures = [data["text/html"] for data in shown if 'src="data:image/png;base64,' in data.get("text/html", "")]
    # Each with what it shows and the label as its alternative text.
    assert [one for one in pictures if not re.match(r'<img alt="[^"]{80,}Hypothetical teaching', one)] == []
    # Every picture that the source asks for is there.
    n_asked = sum(cell.source.count("picture = ") + cell.source.count("style_for(None)") for cell in code)
    assert len(pictures) == n_asked >= 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_small_and_contains_nothing_about_the_machine_or_the_time(source):
    path = ROOT / "notebooks" / TOOL["name_of"](source)
    text = path.read_text("utf-8")
    assert path.stat().st_size < 500_000
    # Folders of this machine, whichever it is, and of the usual ones.
    here = {str(Path.home()), str(ROOT), tempfile.gettempdir(), sys.prefix}
    assert not [word for word in (*here, "/home/", "/tmp/", "iopub") if word in text]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_lesson_has_all_its_parts(source):
    notebook = of_source(source)
    text = text_of(notebook)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    first = notebook.cells[0].source
    assert first.startswith(f"# {int(source.stem[:2])}. ")
    assert "*Hypothetical teaching illustration, not a forecast.*" in first
    assert "**Time needed:**" in first
    objectives = [line for line in first.splitlines() if line.startswith("- *")]
    assert len(objectives) >= 3
    assert {line.split("*")[1] for line in objectives} <= BLOOM
    assert "## Predict first" in text
    assert "predict(" in code
    assert "<details><summary>Solution (click to open)</summary>" in text
    assert TOOL["solutions"](notebook)
    assert "## Debrief: what is missing?" in text
    assert text.rstrip().splitlines()[-1].startswith("# - ") or text.rstrip().splitlines()[-1].startswith("- ")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_thirty_pairs_or_more_and_a_prediction_before_its_answer(source):
    cells = [cell.source for cell in of_source(source).cells if cell.cell_type == "code"]
    sizes = [int(line.split("=")[1].split("#")[0]) for text in cells for line in text.splitlines()
             if line.startswith(("RUNS = ", "PAIRS = "))]  # fmt: skip
    sizes += [30 for text in cells if "replications: 30" in text]
    assert min(sizes) >= 30
    asked = [i for i, text in enumerate(cells) if "predict(" in text]
    shown = [i for i, text in enumerate(cells) if ".against(" in text or "You predicted" in text]
    assert len(shown) >= 1
    assert asked[0] < shown[0]
    # One question, one answer: no prediction without a result.
    assert sum(text.count(" predict(") for text in cells) == sum(
        text.count(".against(") + text.count("predicted {") for text in cells
    )


def test_the_students_own_mechanism_is_under_forty_lines():
    cells = of_source(next(source for source in SOURCES if source.stem.startswith("09"))).cells
    own = next(cell.source for cell in cells if cell.source.startswith("class Digging"))
    assert len(own.splitlines()) < 40


def words_shown(notebook):
    """Return all text output of a notebook's cells, with single spaces."""
    texts = []
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        texts += [output.get("text", ""), *(str(data.get(kind, "")) for kind in ("text/markdown", "text/html"))]
    return " ".join(" ".join(texts).split())


def test_the_instructors_guide_quotes_what_the_notebooks_show():
    guide = (ROOT / "docs" / "instructor-guide.md").read_text("utf-8")
    table = guide.partition("## Expected findings")[2].partition("## Common misreadings")[0]
    rows = [line.split("|")[1:4] for line in table.splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert {int(number) for number, _, _ in rows} == set(range(1, 11))
    for number, _, found in rows:
        source = next(source for source in SOURCES if int(source.stem[:2]) == int(number))
        shown = words_shown(committed(source))
        assert [text for text in re.findall(r"`([^`]+)`", found) if text not in shown] == [], source.stem


@pytest.mark.slow
def test_a_faulty_cell_is_reported_on_one_line_and_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    source = tmp_path / "99_faulty.py"
    source.write_text("# %% [markdown]\n# # Faulty\n\n# %%\n1 / 0\n", "utf-8")
    with pytest.raises(
        TOOL["NotebookError"], match=r"99-faulty\.ipynb: CellExecutionError: ZeroDivisionError: division"
    ):
        TOOL["write"](source, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["99_faulty.py"]


@pytest.mark.slow
def test_a_wrong_prediction_is_one_line_in_a_notebook_and_solutions_leave_no_trace(tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)
    source = tmp_path / "98_small.py"
    source.write_text(
        "# %%\nfrom sim.apps.notebook.prediction import predict\n\n"
        "guess = predict('How much?', 'km²', 1, 2, 3, file='saved.csv')\n"
        "print(guess)\n\n# %% tags=['raises-exception']\npredict('How much?', 'km²', 'a lot', 2, 3)\n\n"
        "# %% [markdown]\n# <details>\n#\n# ```python\n# assert open('saved.csv').read().startswith('written_utc')\n"
        "# ```\n#\n# </details>\n",
        "utf-8",
    )
    TOOL["write"](source, tmp_path)
    notebook = nbformat.reads((tmp_path / "98-small.ipynb").read_text("utf-8"), as_version=4)
    assert len(notebook.cells) == 3
    assert notebook.cells[0].outputs[0].text == "2 km² (1 to 3)\n"
    assert notebook.cells[1].outputs[0].traceback == ["low must be a number, such as low=20, is a lot"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["98-small.ipynb", "98_small.py"]
