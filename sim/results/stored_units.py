"""The units and the label that saved numbers carry for other programs: attributes of variables and of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from sim.results.outcome_wording import OUTCOMES
from sim.results.record import SERIES
from sim.scenario.teaching_label import LABEL
from sim.world.integer_codes import COUNTS

NO_UNIT = "1"
"""The unit of shares, ratios, numbers of things and codes, as in the CF conventions."""

_BY_ENDING = {
    "km2": "km2", "km": "km", "t": "t day-1", "soldiers": "soldiers", "losses": "soldiers", "hour": "h", "day": "day",
    "left": "day", "lost": "day",
}  # fmt: skip
_EXCEPTIONS = {
    "losses_by_cause": "soldiers",
    "soldiers_by_role": "soldiers",
    "soldiers_by_axis": "soldiers",
    "soldiers_sent_forward": "soldiers",
    "days_city_held": "day",
}
_NAMES = {*SERIES, *COUNTS, *OUTCOMES, "control", "initial_control", "hour", "day", "x_km", "y_km"}


def unit_of(name: str) -> str | None:
    """Return the unit of a series, outcome or column, `1` where it has none; None for a name of another kind.

    Names end in their unit (`area_changed_km2`); members of a family (`losses.attacker`) have that of the family.
    """
    family = name.partition(".")[0]
    if family not in _NAMES:
        return None
    return _EXCEPTIONS.get(family) or _BY_ENDING.get(family.rpartition("_")[2], NO_UNIT)


class Notes(NamedTuple):
    """What a saved table says of itself: the label, and the units of columns that `unit_of` does not know, by name."""

    label: str = LABEL
    units: Mapping[str, str] = {}


def annotated(table: pa.Table, notes: Notes) -> pa.Table:
    """Return a table with the label in its metadata, and the unit in those of each column of numbers that has one."""
    fields = [
        field
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type) or not unit
        else field.with_metadata({"units": unit})
        for field in table.schema
        for unit in [notes.units.get(field.name) or unit_of(field.name)]
    ]
    metadata = {**(table.schema.metadata or {}), b"label": notes.label.encode()}
    return table.cast(pa.schema(fields, metadata=metadata))
