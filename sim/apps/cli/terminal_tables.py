"""Tables on the terminal: as wide as it is, or wide enough in a pipe; each is followed by its notes and the label."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.errors import printable

_WIDTH_OF_A_PIPE = 130


def new_table(title: str, *, has_lines: bool = False) -> Table:
    """Return an empty table with a title, and with lines between its rows if asked for."""
    return Table(title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD, show_lines=has_lines)


def print_labelled(table: Table, label: str, note: str) -> None:
    """Print a table, one note on how to read it, and the label."""
    print_table(table)
    print_notes(label, [note])


def print_table(table: Table) -> None:
    """Print a table as wide as the terminal, or wide enough in a pipe."""
    console().print(table)


def print_notes(label: str, notes: Sequence[str]) -> None:
    """Print notes on how to read the tables above, and the label."""
    lines = console()
    for note in notes:
        lines.print(printable(note))
    lines.print(label, style="bold")


def console(width_of_a_pipe: int = _WIDTH_OF_A_PIPE) -> Console:
    """Return the console of the standard output; where there is no terminal, it has the given width in characters."""
    found = Console(highlight=False, markup=False, emoji=False)
    if not found.is_terminal:
        found.width = width_of_a_pipe
    return found
