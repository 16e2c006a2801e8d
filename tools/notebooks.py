"""Write notebooks/*.ipynb from notebooks/src/*.py, executed: the same bytes every time.

Run: make notebooks, or python tools/notebooks.py [--into FOLDER] [NN ...]. Numbers choose notebooks; the
default is all. Each is executed from top to bottom in a fresh kernel and an empty folder. Then the code of its hidden
solutions is executed, which leaves no trace in the file.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SOURCES = NOTEBOOKS / "src"
LONGEST_CELL_S = 180  # on a machine that is busy; a whole notebook takes under a minute on two free cores
LARGEST_BYTES = 500_000
# Pictures on a page need fewer pixels than on a projector; they contain nothing about the time or the machine.
KERNEL = [
    "--InlineBackend.print_figure_kwargs={'dpi': 80, 'metadata': {'Software': None}}",
    "--IPKernelApp.log_level=40",
]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_SOLUTION = re.compile(r"<details>.*?</details>", re.DOTALL)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CODE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class NotebookError(Exception):
    """A notebook that cannot be executed, or is too large; the message is one line."""


def read(source: Path) -> NotebookNode:
    """Return the notebook of a source, without outputs; its cells are numbered and it does not name its writer."""
    notebook = jupytext.read(source, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
    return notebook


def name_of(source: Path) -> str:
    """Return the file name of a source's notebook."""
    return source.stem.replace("_", "-") + ".ipynb"


def solutions(notebook: NotebookNode) -> list[str]:
    """Return the code of the solutions that a notebook hides."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [code for hidden in _SOLUTION.findall(text) for code in _CODE.findall(hidden)]


def execute(notebook: NotebookNode, name: str) -> None:
    """Execute a notebook and its hidden solutions; save the outputs of the notebook only. Raises NotebookError."""
    n_cells = len(notebook.cells)
    notebook.cells += [nbformat.v4.new_code_cell(code) for code in solutions(notebook)]
    with tempfile.TemporaryDirectory(prefix="notebook-") as folder:
        client = NotebookClient(
            notebook, timeout=LONGEST_CELL_S, kernel_name="python3", record_timing=False, extra_arguments=KERNEL,
            resources={"metadata": {"path": folder}}, coalesce_streams=True,
        )  # fmt: skip
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            last = [line for line in _COLOUR.sub("", str(error)).splitlines() if line.strip()][-1]
            raise NotebookError(f"{name}: {type(error).__name__}: {last}") from error
    del notebook.cells[n_cells:]
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":  # what is left of a progress bar
            cell.outputs = [one for one in cell.outputs if one.get("data", {}).get("text/html") != ""]


def write(source: Path, folder: Path) -> float:
    """Write the executed notebook of a source into a folder, whole or not at all; return the time in seconds."""
    began, name = time.perf_counter(), name_of(source)
    notebook = read(source)
    execute(notebook, name)
    text = nbformat.writes(notebook) + "\n"
    if len(text.encode()) >= LARGEST_BYTES:
        raise NotebookError(f"{name}: has {len(text.encode()):,} bytes; at most {LARGEST_BYTES:,} are allowed")
    partial = folder / f".{name}.partial"
    partial.write_text(text, "utf-8", newline="\n")
    partial.replace(folder / name)
    return time.perf_counter() - began


def main() -> int:
    """Execute the chosen notebooks one after the other and print how long each took."""
    parser = argparse.ArgumentParser(description="Execute the notebooks from their sources.")
    parser.add_argument("numbers", nargs="*", help="numbers of notebooks, for example 03 (default: all)")
    parser.add_argument("--into", type=Path, default=NOTEBOOKS, help="folder for the notebooks (default: notebooks/)")
    options = parser.parse_args()
    sources = [one for one in sorted(SOURCES.glob("*.py")) if not options.numbers or one.stem[:2] in options.numbers]
    if not sources:
        print(f"there is no notebook {', '.join(options.numbers)} in {SOURCES}", file=sys.stderr)
        return 2
    # A kernel shows its pictures inline unless MPLBACKEND says otherwise, as it does in CI.
    os.environ.pop("MPLBACKEND", None)
    options.into.mkdir(parents=True, exist_ok=True)
    for source in sources:
        try:
            seconds = write(source, options.into)
        except NotebookError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{name_of(source)}: {seconds:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
