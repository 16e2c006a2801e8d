"""Hughes's salvo model: fire in pulses, some of which the defence stops."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from sim.validation.theory.valid_inputs import Numbers, require_not_negative, require_positive


def salvo(
    a: ArrayLike,
    b: ArrayLike,
    a_strike: ArrayLike,
    b_strike: ArrayLike,
    a_defence: ArrayLike,
    b_defence: ArrayLike,
    a_staying: ArrayLike,
    b_staying: ArrayLike,
) -> tuple[Numbers, Numbers]:
    """Return the units (lost by A, lost by B) when both sides fire one salvo at the same time.

    dB = clip((a_strike A - b_defence B) / b_staying, 0, B), and dA with the sides swapped; A, B: units; strike: shots
    per unit that would hit; defence: shots that one unit stops; staying: hits that put a unit out of action.
    Source: Hughes 1995, A salvo model of warships in missile combat used to evaluate their staying power. Errors:
    ValueError for a negative or infinite number, or a staying power of 0.
    """
    require_not_negative(a=a, b=b, a_strike=a_strike, b_strike=b_strike, a_defence=a_defence, b_defence=b_defence)
    require_positive(a_staying=a_staying, b_staying=b_staying)
    return _lost(a, b, b_strike, a_defence, a_staying), _lost(b, a, a_strike, b_defence, b_staying)


def _lost(own: ArrayLike, other: ArrayLike, strike: ArrayLike, defence: ArrayLike, staying: ArrayLike) -> Numbers:
    units, attackers = np.asarray(own, float), np.asarray(other, float)
    hits = np.asarray(strike, float) * attackers - np.asarray(defence, float) * units
    return np.clip(hits / np.asarray(staying, float), 0.0, units)[()]
