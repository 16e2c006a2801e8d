"""A notebook that is really executed: pictures with their alternative text, and names that would do harm."""

import base64
import html
import os
import re

import jupytext
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

from sim.plots.drawing.colours_and_type import SIZE_IN
from sim.scenario.teaching_label import LABEL

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

# What the loader lets pass, which refuses text that cannot be seen; Python adds such text all the same.
HOSTILE = r"""
extends: one-hill.yaml
name: "</td><script>document.title = 'taken over'</script>**bold** `code` $x$ "
question: "<img src=x onerror=\"document.title = 'taken over'\"> first line\nsecond line [link](javascript:1)"
"""
SOURCE = f"""
# %%
from pathlib import Path

import sim

Path("hostile.yaml").write_text({HOSTILE!r}, encoding="utf-8")
hostile = sim.load("hostile.yaml")
hostile = hostile.model_copy(update={{"name": hostile.name + chr(0x202E) + chr(0) + "htap"}})
hostile

# %%
runs = sim.replicate(hostile, 3, workers=1)
runs

# %%
picture = sim.plots.timeline(runs)

# %%
from matplotlib import pyplot as plt

plt.plot([1, 2]);

# %%
panel = sim.explore(hostile, replications=2, workers=1)
panel.widgets["attacker.troops"].value *= 2
panel.run()
from IPython.display import HTML, display

for widget in (panel.widget.children[0], panel.result, panel.picture):
    display(HTML(widget.value))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook, executed by a kernel as JupyterLab starts it."""
    notebook = jupytext.reads(SOURCE.strip(), fmt="py:percent")
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}},
        extra_arguments=["--InlineBackend.print_figure_kwargs={'dpi': 60}"],
    )  # fmt: skip
    backend = os.environ.pop("MPLBACKEND", None)  # a kernel shows its pictures inline unless this says otherwise
    try:
        client.execute()
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    return notebook


def outputs(notebook, number):
    """Return what the code cell of a number shows, by MIME type."""
    cell = [cell for cell in notebook.cells if cell.cell_type == "code"][number]
    return [output.data for output in cell.outputs if "data" in output]


def test_a_picture_carries_its_alternative_text_and_comes_once(executed):
    (shown,) = outputs(executed, 2)
    assert set(shown) == {"text/html", "text/plain"}
    found = re.fullmatch(r'<img alt="([^"]+)" style="max-width: 100%;" src="data:image/png;base64,([^"]+)">',
                         shown["text/html"])  # fmt: skip
    alt, picture = html.unescape(found[1]), base64.b64decode(found[2])
    assert alt.startswith("Timeline of ")
    assert LABEL in alt
    assert picture.startswith(b"\x89PNG")
    # The resolution that the user set, and the margin of 0.1 inches that notebooks add to every picture.
    assert int.from_bytes(picture[16:20]) == 60 * (SIZE_IN[0] + 0.2)


def test_a_figure_of_the_users_own_is_shown_as_ever(executed):
    (shown,) = outputs(executed, 3)
    assert set(shown) == {"image/png", "text/plain"}


def test_names_do_no_harm_in_the_browser_and_every_picture_of_ours_has_its_text(executed, browser, tmp_path):
    page = tmp_path / "notebook.html"
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="", mermaid_js_url="", embed_images=True)
    page.write_text(exporter.from_notebook_node(executed)[0], "utf-8")
    driver = browser(1280, 900)
    driver.get(page.as_uri())
    driver.get_log("browser")  # nbconvert's own page asks for MathJax
    assert driver.title != "taken over"
    shown = "Array.from(document.querySelectorAll('.jp-OutputArea'))"
    harmful = "flatMap(one => [...one.querySelectorAll('script, [onerror], [href^=javascript]')])"
    assert driver.execute_script(f"return {shown}.{harmful}.length") == 0
    alts = driver.execute_script(
        f"return {shown}.flatMap(one => [...one.querySelectorAll('img')]).filter(i => i.src.startsWith('data:'))"
        ".map(i => i.alt)"
    )
    assert len(alts) == 3
    assert [LABEL in alt for alt in alts] == [True, False, True]
    text = driver.execute_script(f"return {shown}.map(one => one.innerText).join(' ')")
    assert text.count("</td><script>document.title = 'taken over'</script>**bold** `code` $x$ \ufffdhtap") >= 3
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    driver.get("about:blank")
