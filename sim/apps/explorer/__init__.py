"""A sweep over a few levers as one HTML page with sliders, outcomes, a map and daily series; it needs no network."""

from sim.apps.explorer.explorer_page import write_page

__all__ = ["write_page"]
