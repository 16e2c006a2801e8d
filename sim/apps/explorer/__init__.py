"""A sweep over a few levers as one page of HTML: sliders, outcomes, map and daily series, without a network."""

from sim.apps.explorer.explorer_page import write_page

__all__ = ["write_page"]
