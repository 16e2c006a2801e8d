"""Reads a CSV table of the user's own points: one column of values per factor, one row per point."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, clip, suggestion
from sim.experiment.experiment_schema import MAX_POINTS
from sim.experiment.factors import Factor
from sim.quantity import Scalar
from sim.scenario.reading.error_wording import show
from sim.scenario.reading.file_lookup import ScenarioFile
from sim.scenario.reading.yaml_nodes import Node

_MAX_FAULTS = 30
if TYPE_CHECKING:  # the type of csv.reader has no public name at run time
    from _csv import Reader as CsvReader

_FLAGS = {"true": True, "false": False}


def read_points(named: Node, file: ScenarioFile, factors: Sequence[Factor]) -> tuple[dict[str, Scalar], ...]:
    """Return the points of the table that an experiment file names, in its folder or below.

    Raises InputError with every fault found, as `file:line: path: what is wrong`.
    """
    name, here = named.value, f"{named.mark}: design.file"
    path = None if "\0" in name else (file.path.parent / name).resolve()
    if path is None or not path.is_relative_to(file.path.parent):
        raise InputError([f"{here}: {clip(name)} is outside the experiment's folder"])
    if not path.is_file():
        near = suggestion(name, [other.name for other in file.path.parent.glob("*.csv")])
        raise InputError([f"{here}: there is no file {clip(name)}{near}"])
    shown = str(Path(file.shown).parent / name)
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return _points(csv.reader(stream, strict=True), shown, factors)
    except UnicodeDecodeError:
        raise InputError([f"{shown}: is not UTF-8 text; save it as UTF-8"]) from None
    except OSError as error:
        raise InputError([f"{here}: {clip(name)} cannot be read ({(error.strerror or str(error)).lower()})"]) from None


def _points(rows: CsvReader, shown: str, factors: Sequence[Factor]) -> tuple[dict[str, Scalar], ...]:
    try:
        header = [name.strip() for name in next(rows)]
        by_path = {factor.path: factor for factor in factors}
        _check_header(header, f"{shown}:{rows.line_num}", by_path)
        points: list[dict[str, Scalar]] = []
        faults: list[str] = []
        for row in rows:
            if row and len(faults) < _MAX_FAULTS:
                points.append(_point(row, header, by_path, f"{shown}:{rows.line_num}", faults))
            if len(points) > MAX_POINTS:
                raise InputError([f"{shown}: has more than {MAX_POINTS} points"])
    except StopIteration:
        raise InputError([f"{shown}: is empty; its first line must name the factors"]) from None
    except csv.Error as error:
        raise InputError([f"{shown}:{rows.line_num}: is not valid CSV: {error}"]) from None
    if not points:
        faults.append(f"{shown}: has no points, only the names of the factors")
    if faults:
        raise InputError(faults)
    return tuple(points)


def _check_header(header: list[str], at: str, known: dict[str, Factor]) -> None:
    unknown = [name for name in header if name not in known]
    faults = [f"{at}: {clip(name)!r} is not a factor of the experiment{suggestion(name, known)}" for name in unknown]
    faults += [f"{at}: {name} has two columns" for name in known if header.count(name) > 1]
    faults += [f"{at}: {name} has no column" for name in known if name not in header]
    if faults:
        raise InputError(faults)


def _point(
    row: list[str], header: list[str], known: dict[str, Factor], at: str, faults: list[str]
) -> dict[str, Scalar]:
    if len(row) != len(header):
        faults.append(f"{at}: has {len(row)} values, but there are {len(header)} factors")
        return {}
    point = {}
    for path, text in zip(header, row, strict=True):
        try:
            point[path] = _value(text.strip(), known[path])
        except ValueError as error:
            faults.append(f"{at}: {path}: {error}")
    return point


def _value(text: str, factor: Factor) -> Scalar:
    """Return a cell's value; raises ValueError with what is wrong."""
    value = _parsed(text, factor)
    if factor.values:
        if value not in factor.values:
            options = ", ".join(map(_as_text, factor.values))
            raise ValueError(f"must be one of {options}, is {clip(text)}")
        return value
    low, high = factor.ends
    if isinstance(value, str) or not low <= value <= high:
        raise ValueError(f"must lie in [{low:g}, {high:g}], is {clip(text)}")
    if factor.kind == "whole" and value % factor.step:
        raise ValueError(f"must be a multiple of {factor.step}, is {clip(text)}")
    return value


def _as_text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parsed(text: str, factor: Factor) -> Scalar:
    if factor.kind == "category":
        return text
    if factor.kind == "flag":
        if text.lower() not in _FLAGS:
            raise ValueError(f"must be true or false, is {show(text)}")
        return _FLAGS[text.lower()]
    wanted, read = ("a whole number", int) if factor.kind == "whole" else ("a number", float)
    try:
        value = read(text)
    except ValueError:
        raise ValueError(f"must be {wanted}, is {show(text)}") from None
    if "_" in text or not math.isfinite(value):
        raise ValueError(f"must be {wanted}, is {show(text)}")
    return value
