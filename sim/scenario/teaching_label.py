"""The one sentence that every output carries."""

from collections.abc import Iterable, Mapping
from typing import Any

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
    return f"{LABEL}: {n_reported} value{'' if n_reported == 1 else 's'} reported, {n_assumed} assumed"


def label_of_several(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Return one label for several results: their own where they agree, else with the range of their counts."""
    manifests = list(manifests)
    labels = {str(manifest["label"]) for manifest in manifests}
    if len(labels) == 1:
        return labels.pop()
    kinds = [[row["kind"] for row in manifest["provenance"] if row["kind"] != "setting"] for manifest in manifests]
    reported = [one.count("reported") for one in kinds]
    assumed = [len(one) - n for one, n in zip(kinds, reported, strict=True)]
    return f"{LABEL}: {_span(reported)} values reported, {_span(assumed)} assumed, by scenario"


def _span(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def what_varies(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Say what bands and intervals over the runs of these results hold: chance, or the assumed values as well."""
    drawn = {
        (int(manifest["n_draws"]), int(manifest["replications_per_draw"]))
        for manifest in manifests
        if manifest.get("assumptions") == "drawn"
    }
    if not drawn:
        return "The spread shown is random variation only, not uncertainty about the assumed values."
    sizes = " or ".join(f"{n} draws x {r} replications" for n, r in sorted(drawn))
    return f"The spread shown is random variation and uncertainty about the assumed values ({sizes})."
