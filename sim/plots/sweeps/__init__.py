"""Figures of sweeps: each function draws on a new Axes or on yours, and returns it.

From an analysis: tornado and spider (one factor at a time), morris_plane, index_bars (Sobol and others),
peeling_trajectory and discovery_box (PRIM). From the results of a sweep: heat_map, difference_map (between two
scenarios), parallel_coordinates, exceedance.
"""

from sim.plots.sweeps.design_points import exceedance, parallel_coordinates
from sim.plots.sweeps.difference_map import difference_map
from sim.plots.sweeps.heat_map import heat_map
from sim.plots.sweeps.prim_box import discovery_box, peeling_trajectory
from sim.plots.sweeps.sensitivity_indices import index_bars, morris_plane
from sim.plots.sweeps.tornado import spider, tornado

__all__ = [
    "difference_map",
    "discovery_box",
    "exceedance",
    "heat_map",
    "index_bars",
    "morris_plane",
    "parallel_coordinates",
    "peeling_trajectory",
    "spider",
    "tornado",
]
