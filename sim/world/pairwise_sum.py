"""Sums of many numbers in kernels, rounded as numpy rounds them."""

from __future__ import annotations

from sim.world.compiled_code import allocating_kernel

FEW, BLOCK = 8, 128


# It calls itself, so that it cannot be inlined: no `kernel`.
@allocating_kernel
def sum_in_pairs(values):
    """Return the sum of numbers (float64), half by half and eight at a time.

    It has the same bits as numpy's sum of the same array: a plain loop rounds more, and gives other last digits.
    """
    n = len(values)
    if n > BLOCK:
        half = n // 2 - (n // 2) % FEW
        return sum_in_pairs(values[:half]) + sum_in_pairs(values[half:])
    if n < FEW:
        total = 0.0
        for value in values:
            total += value
        return total
    a, b, c, d, e, f, g, h = values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]
    whole = n - n % FEW
    for i in range(FEW, whole, FEW):
        a, b, c, d = a + values[i], b + values[i + 1], c + values[i + 2], d + values[i + 3]
        e, f, g, h = e + values[i + 4], f + values[i + 5], g + values[i + 6], h + values[i + 7]
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, n):
        total += values[i]
    return total
