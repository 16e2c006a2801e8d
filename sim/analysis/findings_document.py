"""Findings as a JSON document for other programs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.analysis.analyses_by_design import Findings
from sim.analysis.findings import Analysis
from sim.results.outcome_tables import finite


def document(findings: Findings) -> dict[str, Any]:
    """Return what `sim analyse --json` prints: every index with its interval and noise share; NaN becomes null."""
    results = findings.results
    return {
        "label": results.label,
        "sweep": results.name,
        "design": results.design,
        "n_points": results.n_points,
        "n_replications": results.n_replications,
        "analyses": [_analysis(one) for one in findings.analyses],
        "refused": list(findings.refused),
    }


def details(one: Analysis) -> dict[str, pd.DataFrame]:
    """Return the details of an analysis that are saved as tables: all but the cases, which a note has in words."""
    return {name: table for name, table in one.details.items() if name != "cases"}


def _analysis(one: Analysis) -> dict[str, Any]:
    return {
        "method": one.method,
        "title": one.title,
        "outcome": one.outcome,
        "notes": list(one.notes),
        "noise": finite(dict(vars(one.noise))),
        "indices": _records(one.table),
        **{name: _records(table) for name, table in details(one).items()},
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [finite(row) for row in table.to_dict("records")]
