"""Which analyses fit which design, and how to do all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sim.analysis.cases_of_interest import check_limits
from sim.analysis.findings import Analysis
from sim.analysis.input_checks import checked_outcome
from sim.analysis.morris_screening import morris
from sim.analysis.one_factor_at_a_time import one_at_a_time
from sim.analysis.pawn_rbd_fast_regression import pawn, rank_regression, rbd_fast
from sim.analysis.prim_discovery import prim
from sim.analysis.regression_tree import cart
from sim.analysis.response_surface import surface
from sim.analysis.sobol_indices import sobol
from sim.analysis.sweep_results import SweepResults
from sim.errors import InputError, clip

Method = Callable[[SweepResults, str], Analysis]

_EVEN: tuple[Method, ...] = (pawn, rbd_fast, surface, rank_regression, prim, cart)
METHODS: dict[str, tuple[Method, ...]] = {
    "one_at_a_time": (one_at_a_time,),
    "morris": (morris,),
    "saltelli": (sobol,),
    "full_grid": (surface, rank_regression, prim, cart),
    "latin_hypercube": _EVEN,
    "nearly_orthogonal": _EVEN,
    "sobol_sequence": _EVEN,
    "csv": (surface, rank_regression, prim, cart),
}
"""Methods by kind of design; a response surface is fitted only when there are exactly two factors."""


@dataclass(frozen=True)
class Findings:
    """All analyses of a sweep; `refused` says which could not be done and why."""

    results: SweepResults
    analyses: tuple[Analysis, ...]
    refused: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return all indices in one tidy table."""
        return pd.concat([one.table for one in self.analyses], ignore_index=True)

    def of(self, method: str, outcome: str | None = None) -> Analysis | None:
        """Return the analysis by a method, of the first outcome or of the named one; None when there is none."""
        fits = (one for one in self.analyses if one.method == method and outcome in (None, one.outcome))
        return next(fits, None)


def analyse(
    results: SweepResults, outcome: str | None = None, above: float | None = None, below: float | None = None
) -> Findings:
    """Do every analysis that fits the design, of one outcome or of all.

    `above` and `below` are the limits of the cases that scenario discovery looks for. Raises InputError when the named
    outcome cannot be analysed, and when no analysis is possible. Without a name, outcomes that cannot be analysed are
    listed in `refused`, and so are methods that do not fit (too few points, too few cases) or end in an error.
    """
    check_limits(above, below)
    if outcome is not None:
        checked_outcome(results, outcome)
    analyses, refused = [], []
    for name in [outcome] if outcome is not None else results.outcomes:
        try:
            checked_outcome(results, name)
        except InputError as error:
            refused += error.lines
            continue
        for title, method in _methods(results, above, below):
            try:
                analyses.append(method(results, name))
            except InputError as error:
                refused += error.lines
            except Exception as error:  # an error in one method, or in its library, does not stop the others
                refused.append(f"{name}: {title} ended in an error, {type(error).__name__}: {clip(str(error))}")
    refused = list(dict.fromkeys(refused))
    if not analyses:
        raise InputError(refused)
    return Findings(results, tuple(analyses), tuple(refused))


def _methods(results: SweepResults, above: float | None, below: float | None) -> Sequence[tuple[str, Method]]:
    kind = str(results.design.get("kind"))
    if kind not in METHODS:
        raise InputError([f"design.kind: there is no analysis for {kind!r}, only for {', '.join(METHODS)}"])
    limited = partial(prim, above=above, below=below)
    fitting = [method for method in METHODS[kind] if method is not surface or len(results.factors) == 2]
    return [(method.__name__, limited if method is prim else method) for method in fitting]
