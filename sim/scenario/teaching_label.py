"""The one sentence that every output carries."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sim.quantity import Provenance
from sim.world.integer_codes import SIDES

LABEL = "Hypothetical teaching illustration, not a forecast"


FEW, _FEWEST = 8, 5
"""From so many runs on, an interval carries no warning."""

FEW_DRAWS = 10
"""From so many draws of the assumed values on, they make several Latin hypercubes, over which intervals are taken."""

_TRANSFERS, _REPLACEMENTS = "forces.transfers", "forces.replacements."


def count_sources(rows: Iterable[Provenance]) -> tuple[int, int]:
    """Return (reported, assumed) of the values in use: a derived or changed value counts as assumed, a setting as none.

    See `used_paths`.
    """
    rows = list(rows)
    return _count({row.path: row.kind for row in rows}, {row.path: row.value for row in rows})


def used_paths(values: Mapping[str, Any]) -> set[str]:
    """Return which of a scenario's values, by path, have a part in its runs.

    Theatres inherit values from each other. Not in use are those of mechanisms that are off, the efforts of doctrines
    that are not followed, steady replacements where dated ones take their place, and of a diversion that happened the
    soldiers who are away, which move no soldiers here.
    """
    unused = [f"{name}." for name in values.get("off") or ()]
    sides = {
        path.removesuffix(".side"): value
        for path, value in values.items()
        if path.startswith(_TRANSFERS) and path.endswith(".side")
    }
    for item, side in sides.items():
        if values.get(f"{item}.is_diversion") and values.get(f"forces.diversion.{side}") == "away":
            unused.append(f"{item}.")
    for side in SIDES:
        if values.get(f"forces.diversion.{side}") == "away":
            unused.append(f"forces.share_free.{side}")
        if values.get(f"{_REPLACEMENTS}{side}") and "forces" not in (values.get("off") or ()):
            unused.append(f"reinforcement.{side}_replacements_per_day")
    followed = [values.get("command.doctrine")]
    followed += [
        value
        for path, value in values.items()
        if path.startswith("command.doctrine_from[") and path.endswith(".doctrine")
    ]
    efforts = tuple(f"command.effort.{doctrine}." for doctrine in followed)
    return {
        path
        for path in values
        if not path.startswith(tuple(unused)) and (path.startswith(efforts) or not path.startswith("command.effort."))
    }


def _count(kinds: Mapping[str, str], values: Mapping[str, Any]) -> tuple[int, int]:
    used = [kinds[path] for path in used_paths(values) if kinds[path] != "setting"]
    n_reported = used.count("reported")
    return n_reported, len(used) - n_reported


def label_line(rows: Iterable[Provenance]) -> str:
    """Return the label with the number of reported and of assumed values in use."""
    n_reported, n_assumed = count_sources(rows)
    return f"{LABEL}: {n_reported} value{'' if n_reported == 1 else 's'} reported, {n_assumed} assumed"


def label_of_several(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Return one label for several results: their own where they agree, else with the range of their counts."""
    manifests = list(manifests)
    labels = {str(manifest["label"]) for manifest in manifests}
    if len(labels) == 1:
        return labels.pop()
    counts = []
    for manifest in manifests:
        kinds, values = ({row["path"]: row[key] for row in manifest["provenance"]} for key in ("kind", "value"))
        counts.append(_count(kinds, values))
    reported, assumed = zip(*counts, strict=True)
    return f"{LABEL}: {_span(reported)} values reported, {_span(assumed)} assumed, by scenario"


def _span(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def what_varies(manifests: Iterable[Mapping[str, Any]]) -> str:
    """Say what bands and intervals over the runs of these results hold: chance, or the assumed values as well.

    Warns when they rest on few runs, or few draws.
    """
    manifests = list(manifests)
    drawn = {
        (int(manifest["n_draws"]), int(manifest["replications_per_draw"]))
        for manifest in manifests
        if manifest.get("assumptions") == "drawn"
    }
    if not drawn:
        few = few_in_words(min((int(one.get("n_replications", FEW)) for one in manifests), default=FEW), "runs")
        return f"The spread shown is random variation only, not uncertainty about the assumed values.{few}"
    sizes = " or ".join(f"{n} draws x {r} replications" for n, r in sorted(drawn))
    fewest = min(n for n, _ in drawn)
    few = "" if fewest >= FEW_DRAWS else f" Only {fewest} draws: too few for 95 % intervals; use {FEW_DRAWS} or more."
    return f"The spread shown is random variation and uncertainty about the assumed values ({sizes}).{few}"


def few_in_words(n: int, noun: str) -> str:
    """Return a warning, after a space, that runs or draws are too few for intervals; empty where they are not, or one.

    Of fewer than FEWEST_OF_ANY runs only shares, counts and fractions have an interval, of fewer than FEWEST nothing
    has (`sim.results.confidence_intervals`).
    """
    if n < 2 or n >= FEW:
        return ""
    of = "95 % intervals" if n < _FEWEST else "95 % intervals of most means and of differences"
    return f" Only {n} {noun}: too few for {of}; use {FEW} or more."
