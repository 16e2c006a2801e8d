"""Columns of arrays: declared once, in the body of the class that holds them, and allocated from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import DTypeLike

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """One array of State or Ground: its shape by the names of its dimensions, type, unit, meaning and first value."""

    shape: tuple[str | int, ...]
    dtype: DTypeLike
    unit: str
    meaning: str
    reset: float = 0.0

    def allocate(self, sizes: Mapping[str, int]) -> np.ndarray:
        """Return a new array at the reset value; sizes gives the length of each named dimension."""
        shape = tuple(size if isinstance(size, int) else sizes[size] for size in self.shape)
        # The pages of an array of zeros are touched only when they are used, which matters for the longest ones.
        return np.full(shape, self.reset, self.dtype) if self.reset else np.zeros(shape, self.dtype)


def column(shape: str | tuple[str | int, ...], dtype: DTypeLike, unit: str, meaning: str, reset: float = 0.0) -> Any:
    """Declare a column in a class body; `allocate_columns` puts the array into its place."""
    return Column((shape,) if isinstance(shape, str) else shape, dtype, unit, meaning, reset)


def columns_of(holder: type) -> dict[str, Column]:
    """Return the columns that a class declares, by name, in their order."""
    return {name: value for name, value in vars(holder).items() if isinstance(value, Column)}


def with_columns_described(holder: type[T]) -> type[T]:
    """Add a line for each column to the docstring of a class: its dimensions, type, unit and meaning."""
    lines = [
        f"    {name} ({', '.join(map(str, one.shape))}; {np.dtype(one.dtype).name}) [{one.unit}]: {one.meaning}"
        for name, one in columns_of(holder).items()
    ]
    holder.__doc__ = "\n".join(
        [f"{holder.__doc__ or ''}".rstrip(), "", "    Columns (dimensions; type) [unit]:", *lines]
    )
    return holder


def allocate_columns(holder: object, sizes: Mapping[str, int]) -> None:
    """Give an object every array that its class declares."""
    for name, declared in columns_of(type(holder)).items():
        setattr(holder, name, declared.allocate(sizes))
