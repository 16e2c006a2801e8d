"""The one sentence that every output carries."""

from collections.abc import Iterable

from sim.quantity import Provenance

LABEL = "Hypothetical teaching illustration, not a forecast"


def count_sources(rows: Iterable[Provenance]) -> tuple[int, int]:
    """Return (reported, assumed): a derived or changed value counts as assumed, a setting as neither."""
    kinds = [row.kind for row in rows if row.kind != "setting"]
    n_reported = kinds.count("reported")
    return n_reported, len(kinds) - n_reported


def label_line(rows: Iterable[Provenance]) -> str:
    """Return the label with the number of reported and of assumed values."""
    n_reported, n_assumed = count_sources(rows)
    return f"{LABEL}: {n_reported} values reported, {n_assumed} assumed"
