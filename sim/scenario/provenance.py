"""The table that says where every value of a scenario comes from."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sim.errors import printable
from sim.quantity import Provenance, show_unit
from sim.scenario.teaching_label import label_line

COLUMNS = ("path", "value", "unit", "kind", "range", "source", "disputed by")
_KEYS = ("path", "value", "unit", "kind", "range", "who", "disputed by", "why", "meaning", "where")


def records(rows: Sequence[Provenance]) -> list[dict[str, Any]]:
    """Return the rows as plain dictionaries, a replaced value nested in the row that replaced it."""
    return [_record(row) for row in rows]


def _record(row: Provenance) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in Provenance.__dataclass_fields__}
    fields["range"] = list(row.range) if row.range else None
    fields["replaces"] = _record(row.replaces) if row.replaces else None
    return fields


def rows_of(records: Sequence[Mapping[str, Any]]) -> list[Provenance]:
    """Return the rows that `records` made dictionaries of, as a manifest holds them.

    Raises TypeError or KeyError when they are of another version of the package.
    """
    return [_row(record) for record in records]


def _row(record: Mapping[str, Any]) -> Provenance:
    span, replaced = record["range"], record["replaces"]
    ends = (span[0], span[1]) if span else None
    return Provenance(**{**record, "range": ends, "replaces": _row(replaced) if replaced else None})


def document(name: str, rows: Sequence[Provenance]) -> dict[str, Any]:
    """Return what `--json` prints."""
    return {"label": label_line(rows), "scenario": name, "values": records(rows)}


def to_csv(rows: Sequence[Provenance]) -> str:
    """Return the table as CSV; the label is the last column of each row, so that any program reads the table."""
    text, label = io.StringIO(), label_line(rows)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*_KEYS, "label"))
    writer.writerows([*_cells(row, str, str, _as_written), row.why, row.meaning, row.where, label] for row in rows)
    return text.getvalue()


def to_markdown(rows: Sequence[Provenance]) -> str:
    """Return the table as Markdown below a line with the label."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *(cells(row) for row in rows)]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
    return "\n".join([f"*{label_line(rows)}*", "", *table, ""])


def cells(row: Provenance) -> tuple[str, ...]:
    """Return a row's text for reading; a changed value says what it replaced, with that value's range and dispute."""
    return _cells(row, lambda kind: kind.replace("_", " "), show_unit, show_value)


def _cells(
    row: Provenance, kind_in: Callable[[str], str], unit_in: Callable[[str], str], value_in: Callable[[Any], str]
) -> tuple[str, ...]:
    span = first_of(row, lambda one: one.range)
    who = row.who
    if row.replaces is not None:
        kind = "" if row.kind == "setting" else f" ({kind_in(row.replaces.kind)})"
        who = f"{row.where}, in place of {value_in(row.replaces.value)}{kind}"
    texts = (
        row.path,
        value_in(row.value),
        unit_in(row.unit),
        kind_in(row.kind),
        f"{value_in(span[0])} to {value_in(span[1])}" if span else "",
        who,
        first_of(row, lambda one: one.disputed_by) or "",
    )
    return tuple(printable(text) for text in texts)


def first_of(row: Provenance, get: Callable[[Provenance], Any]) -> Any:
    """Return what a row has of something, or else what the row that it replaced had."""
    found = get(row)
    return first_of(row.replaces, get) if not found and row.replaces is not None else found


def show_value(value: Any) -> str:
    """Show a value in a cell for readers, as 110,000; a list by its length."""
    return _shown(value, ",")


def _as_written(value: Any) -> str:
    """Show a value for other programs, as 110000."""
    return _shown(value, "")


def _shown(value: Any, thousands: str) -> str:
    if isinstance(value, (list, tuple)):
        is_short = len(value) <= 4 and not any(isinstance(item, (list, tuple, dict)) for item in value)
        return ", ".join(_shown(item, thousands) for item in value) if is_short else f"{len(value)} items"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, (int, float)):
        return str(value)
    return f"{value:{thousands if abs(value) >= 10_000 else ''}{'.12g' if isinstance(value, float) else 'd'}}"
