"""The limits of PRIM's box in numbers and names, and how they change between random halves of the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.factor_box import Box, Limits
from sim.analysis.prim_peeling import Columns, quasi_p_values
from sim.analysis.prim_validation import boxes_at

_HALVES = 20
_MIDDLE = (0.1, 0.9)
_COLUMNS = ("factor", "low", "high", "lowest", "highest", "categories", "all_categories", "quasi_p", "reproduced",
            "low_from", "low_to", "high_from", "high_to")  # fmt: skip


def over_halves(mass: float, columns: Columns, is_case: np.ndarray, seed: int) -> list[Box]:
    """Return the pruned boxes of the given mass of 20 halves of the points: ten random halves and what they leave.

    Complementary pairs as in Shah and Samworth, Journal of the Royal Statistical Society B 75, 2013.
    """
    rng, found = np.random.default_rng(seed), []
    for _ in range(_HALVES // 2):
        order = rng.permutation(len(is_case))
        for half in np.array_split(order, 2):
            own = {path: column[half] for path, column in columns.items()}
            found += boxes_at(np.array([mass]), own, is_case[half])
    return found


def limits_table(
    box: Box, columns: Columns, names: Mapping[str, Sequence[object]], is_case: np.ndarray, halves: Sequence[Box]
) -> pd.DataFrame:
    """Return one row per limited factor, the strongest first; `names` are those of a category's codes.

    `reproduced` is the share of the halves' boxes that limit the factor; `low_from` to `low_to` and `high_from` to
    `high_to` are the middle 80 % of its limits there.
    """
    chances = quasi_p_values(box, columns, is_case) if box.limits else {}
    found = [
        {"factor": path, **_in_numbers(limits, columns[path], names.get(path)), "quasi_p": chances[path],
         **_in_halves(path, columns[path], halves)}
        for path, limits in box.limits.items()
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(_COLUMNS)).sort_values("quasi_p", kind="stable", ignore_index=True)


def _in_numbers(limits: Limits, column: np.ndarray, names: Sequence[object] | None) -> dict[str, Any]:
    """Return limits and the whole range, of numbers or of categories."""
    if limits.categories is not None and names is not None:
        inside = sorted(str(names[int(code)]) for code in limits.categories)
        return {"categories": ", ".join(inside), "all_categories": ", ".join(sorted(map(str, names)))}
    lowest, highest = float(column.min()), float(column.max())
    ends = {"low": max(limits.low, lowest), "high": min(limits.high, highest)}
    return {**ends, "lowest": lowest, "highest": highest, "categories": "", "all_categories": ""}


def _in_halves(path: str, column: np.ndarray, halves: Sequence[Box]) -> dict[str, float]:
    own = [box.limits[path] for box in halves if path in box.limits]
    found = {"reproduced": len(own) / max(1, len(halves))}
    if not own or own[0].categories is not None:
        return found
    lows = np.quantile([max(limits.low, column.min()) for limits in own], _MIDDLE)
    highs = np.quantile([min(limits.high, column.max()) for limits in own], _MIDDLE)
    return found | dict(zip(("low_from", "low_to", "high_from", "high_to"), map(float, [*lows, *highs]), strict=True))
