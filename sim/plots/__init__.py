"""Pictures of results: each function draws on an Axes, its own or yours, and returns it.

Every picture says that it is a hypothetical teaching illustration, how many of its values are reported and how many
assumed, how many replications it shows and what its intervals are.
"""

from sim.plots.chance_beyond import exceedance
from sim.plots.figure import alt_text
from sim.plots.ledger import losses_ledger
from sim.plots.multiples import small_multiples
from sim.plots.over_time import timeline
from sim.plots.paired import comparison
from sim.plots.pattern_shares import patterns
from sim.plots.review import events
from sim.plots.theatre import map

__all__ = [
    "alt_text", "comparison", "events", "exceedance", "losses_ledger", "map", "patterns", "small_multiples", "timeline",
]  # fmt: skip
