"""Write the tables of parameters in docs/odd.md anew from the schema and the theatre file; --check only compares.

A table stands between `<!-- parameters: SECTION -->` and `<!-- end -->`, with one row for each value of that section
of the scenario.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sim.quantity import Provenance
from sim.scenario.loader import load
from sim.scenario.provenance import show_value

PAGE = Path(__file__).parents[1] / "docs" / "odd.md"
SCENARIO = "theatre/pokrovsk"
MARKED = re.compile(r"<!-- parameters: ([\w.]+) -->\n.*?<!-- end -->", re.DOTALL)


def table(section: str, rows: tuple[Provenance, ...]) -> str:
    """Return the Markdown table of a section's values; a list counts as one value."""
    lines = ["| parameter | value | range | unit | kind | meaning |", "| --- | ---: | --- | --- | --- | --- |"]
    for row in rows:
        if row.path.startswith(f"{section}.") and "[" not in row.path:
            span = f"{show_value(row.range[0])} to {show_value(row.range[1])}" if row.range else ""
            name, kind = row.path.removeprefix(f"{section}."), row.kind.replace("_", " ")
            lines.append(f"| `{name}` | {show_value(row.value)} | {span} | {row.unit} | {kind} | {row.meaning} |")
    if len(lines) == 2:
        raise SystemExit(f"{PAGE}: the scenario has no section {section!r}")
    return "\n".join(lines)


def renewed(text: str) -> str:
    """Return the page with every table as schema and theatre now have it."""
    rows = load(SCENARIO).provenance
    return MARKED.sub(lambda m: f"<!-- parameters: {m[1]} -->\n\n{table(m[1], rows)}\n\n<!-- end -->", text)


def main() -> None:
    """Renew or compare the page."""
    text = PAGE.read_text("utf-8")
    new = renewed(text)
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if new == text else f"{PAGE}: tables are out of date; run: make parameters")
    PAGE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
