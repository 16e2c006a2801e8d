"""A sweep over a few levers as one page of HTML: sliders, outcomes, map and daily series, without a network."""

from sim.explorer.page import write_page

__all__ = ["write_page"]
