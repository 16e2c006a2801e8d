"""Sobol indices: the share of an outcome's variance that a factor explains, alone and together with others."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from sim.analysis.findings import Analysis, analysis, plus_minus, positions, salib_problem
from sim.analysis.input_checks import checked_outcome, require_structure
from sim.analysis.replication_noise import noise_of
from sim.analysis.sweep_results import SweepResults

_RESAMPLES = 500
_WIDE = 0.05  # half of an interval; Sarrazin, Pianosi and Wagener, Environmental Modelling and Software 79, 2016
_MAX_SUM = 1.2


def sobol(results: SweepResults, outcome: str) -> Analysis:
    """Return first-order and total indices, and those of second order where the design has the points for them.

    Saltelli et al., Computer Physics Communications 181, 2010, by SALib; 95 % intervals from resampled base points.
    When a factor has the same value in A and in A with its column of B, in every block, its indices are NaN and a note
    names it. Raises InputError for points that are not a Saltelli design.
    """
    from SALib.analyze import sobol as salib  # slow to import; other analyses start without it

    table = checked_outcome(results, outcome)
    x, k = positions(results), len(results.factors)
    with_pairs = has_pairs(x)
    found = salib.analyze(
        salib_problem(results), table.mean(axis=1), calc_second_order=with_pairs, num_resamples=_RESAMPLES,
        # SALib treats a seed of 0 as no seed.
        seed=results.seed + 1,
    )  # fmt: skip
    n_base = len(x) // (2 * k + 2 if with_pairs else k + 2)
    is_moved = n_switched(results, n_base) > 0
    for index in ("S1", "ST"):
        found[index][~is_moved] = found[f"{index}_conf"][~is_moved] = np.nan
    if with_pairs:
        is_pair = np.logical_and.outer(is_moved, is_moved)
        found["S2"][~is_pair] = found["S2_conf"][~is_pair] = np.nan
    rows = [
        (path, "", index, *plus_minus(found[index][j], found[f"{index}_conf"][j]))
        for j, path in enumerate(results.paths)
        for index in ("S1", "ST")
    ]
    if with_pairs:
        rows += [
            (results.paths[j], results.paths[i], "S2", *plus_minus(found["S2"][j, i], found["S2_conf"][j, i]))
            for j, i in combinations(range(k), 2)
        ]
    unswitched = [path for path, moved in zip(results.paths, is_moved, strict=True) if not moved]
    notes = _notes(found, n_base, unswitched)
    return analysis(results, outcome, noise_of(table), ("sobol", "Sobol indices"), rows, notes)


def n_switched(results: SweepResults, n_base: int) -> np.ndarray:
    """Return, for each factor, the number of blocks in which its value differs between A and A with its column of B."""
    values = results.values.to_numpy(object).reshape(n_base, -1, len(results.factors))
    return np.array([(values[:, 0, j] != values[:, 1 + j, j]).sum() for j in range(values.shape[2])])


def has_pairs(x: np.ndarray) -> bool:
    """Return whether a Saltelli design has the points for second-order indices; raises InputError for other points.

    A block is A, A with column j of B for each j (and B with column j of A for each j), B.
    """
    n, k = x.shape
    for size in (2 * k + 2, k + 2):
        if n % size == 0 and _is_crossed(x.reshape(-1, size, k)):
            return size == 2 * k + 2
    require_structure(False, f"a Saltelli design, in blocks of {k + 2} or {2 * k + 2} points")
    return False


def _is_crossed(blocks: np.ndarray) -> bool:
    k = blocks.shape[2]
    a, b = blocks[:, :1], blocks[:, -1:]
    own = np.eye(k, dtype=bool)
    crossed = [np.where(own, b, a)]
    if blocks.shape[1] == 2 * k + 2:
        crossed.append(np.where(own, a, b))
    return bool(np.allclose(blocks[:, 1:-1], np.concatenate(crossed, axis=1), rtol=0, atol=1e-9))


def _notes(found: dict[str, Any], n_base: int, unswitched: list[str]) -> list[str]:
    total = float(np.nansum(found["S1"]))
    widest = float(np.nanmax([found["S1_conf"], found["ST_conf"]], initial=0.0))
    notes = [f"{n_base} base points. First-order indices sum to {total:.2f}{_sum_in_words(total, bool(unswitched))}."]
    if unswitched:
        names = ", ".join(unswitched)
        notes.append(f"Unknown, as no two points differ only in this factor: {names}. More base points are needed.")
    if widest > _WIDE:
        notes.append(f"The widest interval is plus or minus {widest:.2f}: more base points would reduce it to 0.05.")
    return notes


def _sum_in_words(total: float, is_partial: bool) -> str:
    if total > _MAX_SUM:
        return ", well above 1: there are too few base points"
    return "" if is_partial or total > 1.0 else ": the rest up to 1 is interaction or noise"
