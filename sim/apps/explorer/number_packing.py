"""Numbers in few bytes: whole numbers in typed arrays as base64, and sequences of classes in run-length code."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable

import numpy as np

from sim.errors import InputError

MISSING = -(2**31)
"""The scaled number that stands for no value."""
_LARGEST = 2**31 - 1
_CLASS_BITS, _LONGEST = 5, 31


def base64_of(array: np.ndarray) -> str:
    """Return an array's bytes, lowest first, as base64."""
    return base64.b64encode(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()).decode("ascii")


def size_of(n_bytes: int) -> int:
    """Return the length of so many bytes in base64 [characters]."""
    return 4 * math.ceil(n_bytes / 3)


def scaled(values: Iterable[float], decimals: int, factor: float = 1.0) -> np.ndarray:
    """Return values x factor in units of their last decimal, with exactly the digits that formatting shows.

    NaN and infinities become MISSING.
    """
    return np.array([_scaled(float(value) * factor, decimals) for value in values], np.int32)


def _scaled(value: float, decimals: int) -> int:
    if not math.isfinite(value):
        return MISSING
    # The formatted digits themselves: value x 10^decimals can round to another digit where the product is not exact.
    number = int(f"{value:.{decimals}f}".replace(".", ""))
    if abs(number) > _LARGEST:
        raise InputError([f"a value of {value:g} is too large for the page"])
    return number


def on_scale(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return the places of values between low and high in 254 steps; 255 stands for no value."""
    share = (values - low) / (high - low) if high > low else np.zeros_like(values)
    return np.where(np.isfinite(values), np.rint(254 * np.clip(share, 0, 1)), 255).astype(np.uint8)


def run_length_code(classes: np.ndarray) -> bytes:
    """Return a sequence of classes 0 to 7 as bytes: class in the upper three bits, length - 1 in the lower five.

    A length - 1 of 31 or more is 31, followed by the rest in bytes of seven bits, the lowest first; all but the last
    of these bytes have the eighth bit set.
    """
    flat = np.ascontiguousarray(classes).ravel()
    starts = np.flatnonzero(np.diff(flat, prepend=flat[0] ^ 1 if len(flat) else 0))
    lengths = np.diff(starts, append=len(flat)) - 1
    codes = ((flat[starts].astype(np.uint8) << _CLASS_BITS) | np.minimum(lengths, _LONGEST).astype(np.uint8)).tobytes()
    out, done = bytearray(), 0
    for at in np.flatnonzero(lengths >= _LONGEST).tolist():
        out += codes[done : at + 1] + _seven_bits(int(lengths[at]) - _LONGEST)
        done = at + 1
    return bytes(out + codes[done:])


def _seven_bits(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))
