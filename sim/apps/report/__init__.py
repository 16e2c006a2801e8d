"""A result as one HTML page that opens in a browser without a network or any other file."""

from sim.apps.report.report_page import report

__all__ = ["report"]
