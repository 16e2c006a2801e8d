"""`sim provenance`: print where every value of a scenario comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sim.apps.cli.options import AsJson, File, Set, check_names, print_json
from sim.errors import printable

if TYPE_CHECKING:
    from rich.table import Table

    from sim.quantity import Provenance

_WIDE = 140  # characters: room for paths and kinds without a line break
_WIDTH_OF_A_PIPE = 160


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    markdown = "markdown"


def provenance(
    file: File,
    set: Set = None,
    format: Annotated[Format, typer.Option("--format", help="Format of the table.")] = Format.table,
    as_json: AsJson = False,
) -> None:
    """Show where every value comes from, and who disputes it.

    Example: sim provenance baseline --format csv
    """
    check_names([file])
    from sim.scenario.loader import load
    from sim.scenario.provenance import document, to_csv, to_markdown
    from sim.scenario.reading.extends_and_changes import parse_options

    scenario = load(file, set=parse_options(set or []))
    rows = scenario.provenance
    if as_json:
        print_json(document(scenario.name, rows))
    elif format is Format.csv:
        print(to_csv(rows), end="")
    elif format is Format.markdown:
        print(to_markdown(rows), end="")
    else:
        print_provenance(scenario.name, rows, scenario.model_dump(mode="json"))


def print_strengths(scenario: Mapping[str, Any]) -> None:
    """Print the strength of both sides at the start: troops beside troops, infantry beside infantry."""
    from sim.apps.cli.terminal_tables import console
    from sim.apps.report.provenance_section import strength_table

    table, out = strength_table(scenario), console(_WIDTH_OF_A_PIPE)
    out.print(f"{table.caption}:")
    for of, attacker, defender, ratio in table.rows:
        out.print(f"  {of}: attackers {attacker}, defenders {defender}" + (f", {ratio} to 1" if ratio else ""))


def print_provenance(title: str, rows: Sequence[Provenance], scenario: Mapping[str, Any]) -> None:
    """Print the sources of all quantities, as a table or as a list where the terminal is narrow, and the strengths."""
    from sim.apps.cli.terminal_tables import console
    from sim.scenario.provenance import cells
    from sim.scenario.teaching_label import label_line

    out = console(_WIDTH_OF_A_PIPE)
    quantities = [cells(row) for row in rows if row.kind != "setting"]
    if out.width >= _WIDE:
        out.print(_table(title, quantities))
    else:
        out.print("\n".join([printable(title), *map(_entry, quantities)]))
    out.print(f"{len(rows) - len(quantities)} settings need no source; --format csv lists them too.")
    print_strengths(scenario)
    out.print(label_line(rows))


def _table(title: str, lines: Sequence[tuple[str, ...]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    from sim.scenario.provenance import COLUMNS

    table = Table(title=Text(printable(title)))
    for column in COLUMNS:
        justify: Literal["left", "right"] = "right" if column in ("value", "range") else "left"
        table.add_column(column, overflow="fold", justify=justify, no_wrap=column in ("path", "kind"))
    for line in lines:
        table.add_row(*map(Text, line))
    return table


def _entry(line: tuple[str, ...]) -> str:
    from sim.quantity import show_unit

    path, value, unit, kind, span, source, disputes = line
    notes = [span, source, f"disputed by {disputes}" if disputes else ""]
    size = value if unit == show_unit("1") else f"{value} {unit}"
    return "\n    ".join([f"{path} = {size}, {kind}", *filter(None, notes)])
