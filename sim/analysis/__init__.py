"""Sensitivity analysis of a sweep: which factors matter, by how much, and under which values the cases of interest lie.

`SweepResults.load(folder)` reads a sweep; `analyse(results)` does every analysis that fits its design. Each index comes
with the share of the variance that is noise (random variation between replications).
"""

from sim.analysis.analyses_by_design import Findings, analyse
from sim.analysis.findings import Analysis
from sim.analysis.morris_screening import morris
from sim.analysis.one_factor_at_a_time import one_at_a_time
from sim.analysis.pawn_rbd_fast_regression import pawn, rank_regression, rbd_fast
from sim.analysis.prim_discovery import prim
from sim.analysis.regression_tree import cart
from sim.analysis.replication_noise import Noise, noise_of
from sim.analysis.response_surface import surface
from sim.analysis.sobol_indices import sobol
from sim.analysis.sweep_results import FactorRecord, SweepResults, SweepSource

__all__ = [
    "Analysis",
    "FactorRecord",
    "Findings",
    "Noise",
    "SweepResults",
    "SweepSource",
    "analyse",
    "cart",
    "morris",
    "noise_of",
    "one_at_a_time",
    "pawn",
    "prim",
    "rank_regression",
    "rbd_fast",
    "sobol",
    "surface",
]
