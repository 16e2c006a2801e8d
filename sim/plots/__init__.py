"""Figures of results: each function draws on a new Axes or on yours, and returns it.

Every figure states that it is a hypothetical teaching illustration, how many of its values are reported and how many
are assumed, how many replications it shows, and what its intervals are.
"""

from sim.plots.drawing.labelled_figure import alt_text
from sim.plots.event_timeline import events
from sim.plots.exceedance import exceedance
from sim.plots.front_map import map
from sim.plots.losses_ledger import losses_ledger
from sim.plots.paired_comparison import comparison
from sim.plots.scenario_panels import small_multiples
from sim.plots.time_series import timeline

__all__ = [
    "alt_text", "comparison", "events", "exceedance", "losses_ledger", "map", "small_multiples", "timeline",
]  # fmt: skip
