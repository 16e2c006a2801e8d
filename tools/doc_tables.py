"""Regenerate the tables in docs/odd.md from the code; --check only compares.

A table of parameters stands between `<!-- parameters: SECTION -->` and `<!-- end -->`, with one row for each value of
that section of the scenario; a table of columns between `<!-- columns: CLASS -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sim.quantity import Provenance, show_unit
from sim.scenario.loader import load
from sim.scenario.provenance import show_value
from sim.world.columns import columns_of
from sim.world.ground import Ground
from sim.world.state import State

PAGE = Path(__file__).parents[1] / "docs" / "odd.md"
SCENARIO = "theatre/pokrovsk"
MARKED = re.compile(r"<!-- (parameters|columns): ([\w.]+) -->\n.*?<!-- end -->", re.DOTALL)
HOLDERS = {"State": State, "Ground": Ground}


def parameter_table(section: str, rows: tuple[Provenance, ...]) -> str:
    """Return the Markdown table of a section's values; a list counts as one value."""
    lines = ["| parameter | value | range | unit | kind | meaning |", "| --- | ---: | --- | --- | --- | --- |"]
    for row in rows:
        if row.path.startswith(f"{section}.") and "[" not in row.path:
            span = f"{show_value(row.range[0])} to {show_value(row.range[1])}" if row.range else ""
            name, kind = row.path.removeprefix(f"{section}."), row.kind.replace("_", " ")
            lines.append(
                f"| `{name}` | {show_value(row.value)} | {span} | {show_unit(row.unit)} | {kind} | {row.meaning} |"
            )
    if len(lines) == 2:
        raise SystemExit(f"{PAGE}: the scenario has no section {section!r}")
    return "\n".join(lines)


def column_table(holder: str) -> str:
    """Return the Markdown table of the columns that a class declares."""
    lines = ["| column | dimensions | unit | meaning |", "| --- | --- | --- | --- |"]
    for name, column in columns_of(HOLDERS[holder]).items():
        shape = " x ".join(str(size) for size in column.shape)
        lines.append(f"| `{name}` | {shape} | {show_unit(column.unit)} | {column.meaning} |")
    return "\n".join(lines)


def renewed(text: str) -> str:
    """Return the page with every table as the code now has it."""
    rows = load(SCENARIO).provenance

    def table(match: re.Match[str]) -> str:
        kind, what = match.groups()
        body = parameter_table(what, rows) if kind == "parameters" else column_table(what)
        return f"<!-- {kind}: {what} -->\n\n{body}\n\n<!-- end -->"

    return MARKED.sub(table, text)


def main() -> None:
    """Regenerate or compare the page."""
    text = PAGE.read_text("utf-8")
    new = renewed(text)
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if new == text else f"{PAGE.name}: tables are out of date; run: make parameters")
    PAGE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
