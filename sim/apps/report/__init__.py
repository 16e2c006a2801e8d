"""A result as one page of HTML that needs nothing beside it: no network, no other file, no program but a browser."""

from sim.apps.report.report_page import report

__all__ = ["report"]
