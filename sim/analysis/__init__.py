"""What a sweep tells: which factors matter, by how much, where the cases of interest lie, and how much is dice.

`SweepResults.load(folder)` reads a sweep; `analyse(results)` does all that fits its design. Every index stands beside
the share of the variance that is dice.
"""

from sim.analysis.analyses_by_design import Findings, analyse
from sim.analysis.findings import Analysis
from sim.analysis.given_data import pawn, rank_regression, rbd_fast
from sim.analysis.morris_screening import morris
from sim.analysis.one_factor_at_a_time import one_at_a_time
from sim.analysis.prim_discovery import prim
from sim.analysis.regression_tree import cart
from sim.analysis.replication_noise import Noise, noise_of
from sim.analysis.response_surface import surface
from sim.analysis.sobol_indices import sobol
from sim.analysis.sweep_results import FactorRecord, SweepResults

__all__ = [
    "Analysis",
    "FactorRecord",
    "Findings",
    "Noise",
    "SweepResults",
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
