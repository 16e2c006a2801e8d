"""What a sweep tells: which factors matter, by how much, where the cases of interest lie, and how much is dice.

`SweepResults.load(folder)` reads a sweep; `analyse(results)` does all that fits its design. Every index stands beside
the share of the variance that is dice.
"""

from sim.analysis.analysing import Findings, analyse
from sim.analysis.discovery import prim
from sim.analysis.findings import Analysis
from sim.analysis.given_data import pawn, rank_regression, rbd_fast
from sim.analysis.noise import Noise, noise_of
from sim.analysis.one_at_a_time import one_at_a_time
from sim.analysis.screening import morris
from sim.analysis.surface import surface
from sim.analysis.sweep_results import FactorRecord, SweepResults
from sim.analysis.tree import cart
from sim.analysis.variance_based import sobol

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
