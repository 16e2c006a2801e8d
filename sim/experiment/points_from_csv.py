"""Reads a CSV table of the user's own points: one column of values per factor, one row per point.

Columns are separated by commas, or by semicolons as spreadsheets write them where the comma is the decimal mark. In a
table with semicolons a number has a decimal comma or a decimal point, the same in the whole table.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, clip, no_such, reason_of, suggestion
from sim.experiment.experiment_schema import MAX_CELLS, MAX_POINTS
from sim.experiment.factors import Factor
from sim.quantity import Scalar
from sim.scenario.reading.error_wording import show
from sim.scenario.reading.file_lookup import ScenarioFile
from sim.scenario.reading.yaml_nodes import Node

_MAX_FAULTS = 30
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
# 1.250 is 1250 where points group thousands, and 1.25 where they are decimal.
_WITH_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
if TYPE_CHECKING:  # the type of csv.reader has no public name at run time
    from _csv import Reader as CsvReader

_NUMBERS = ("real", "whole")
_FLAGS = {"true": True, "false": False}


def read_points(named: Node, file: ScenarioFile, factors: Sequence[Factor]) -> tuple[dict[str, Scalar], ...]:
    """Return the points of the table that an experiment file names, in its folder or below.

    Raises InputError with every fault found, as `file:line: path: what is wrong`.
    """
    name, here = named.value, f"{named.mark}: design.file"
    try:
        path = (file.path.parent / name).resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, or no name of a file
        path = None
    if path is None or not path.is_relative_to(file.path.parent):
        raise InputError([f"{here}: {clip(name)} is outside the experiment's folder"])
    if not os.path.isfile(path):  # False, and no error, for a name that is too long
        near = suggestion(name, [other.name for other in file.path.parent.glob("*.csv")])
        raise InputError([f"{here}: {no_such(clip(name), near=near)}"])
    shown = str(Path(file.shown).parent / name)
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return _points(stream, shown, factors)
    except UnicodeDecodeError:
        raise InputError([f"{shown}: is not UTF-8 text; save it as UTF-8"]) from None
    except OSError as error:
        raise InputError([f"{here}: {clip(name)} cannot be read ({reason_of(error).lower()})"]) from None


def _points(stream: Iterable[str], shown: str, factors: Sequence[Factor]) -> tuple[dict[str, Scalar], ...]:
    lines = iter(stream)
    names, before = next(lines, ""), []
    if names.strip().lower() in ("sep=;", "sep=,"):  # a spreadsheet writes it above the header
        names, before = next(lines, ""), ["\n"]  # an empty line, so that the others keep their numbers
    if "\t" in names.strip():
        raise InputError([f"{shown}:1: has tabs; separate the columns by commas or semicolons"])
    separator = "," if "," in names else ";"
    reader = csv.reader(chain(before, [names], lines), delimiter=separator, strict=True)
    (line, header), *rows = _rows(reader, shown, factors)
    header, by_path = [name.strip() for name in header], {factor.path: factor for factor in factors}
    _check_header(header, f"{shown}:{line}", by_path)
    if not rows:
        raise InputError([f"{shown}: has no points, only the names of the factors"])
    if separator == ";":
        _make_marks_points(rows, [at for at, name in enumerate(header) if by_path[name].kind in _NUMBERS], shown)
    points: list[dict[str, Scalar]] = []
    faults: list[str] = []
    for line, row in rows:
        if len(faults) < _MAX_FAULTS:
            points.append(_point(row, header, by_path, f"{shown}:{line}", faults))
    if faults:
        raise InputError(faults)
    return tuple(points)


def _rows(reader: CsvReader, shown: str, factors: Sequence[Factor]) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, each with the number of its line; the names of the factors come first."""
    most = min(MAX_POINTS, MAX_CELLS // max(1, len(factors)))
    try:
        rows = list(islice(((reader.line_num, row) for row in reader if any(map(str.strip, row))), most + 2))
    except csv.Error as error:
        raise InputError([f"{shown}:{reader.line_num}: is not valid CSV: {error}"]) from None
    if not rows:
        raise InputError([f"{shown}: is empty; its first line must name the factors"])
    if len(rows) > most + 1:
        raise InputError([f"{shown}: has more than {most:,} points, the most that {len(factors)} factors can have"])
    return rows


def _make_marks_points(rows: list[tuple[int, list[str]]], columns: Sequence[int], shown: str) -> None:
    """Turn decimal commas into points, in place; raises InputError for a table whose decimal mark is not clear."""
    commas: list[tuple[int, str]] = []
    points: list[tuple[int, str]] = []
    grouped: list[tuple[int, str]] = []
    for line, row in rows:
        for at in columns:
            text = row[at].strip() if at < len(row) else ""
            if _WITH_COMMA.fullmatch(text):
                row[at] = text.replace(",", ".")
                commas = commas or [(line, text)]
            elif _WITH_GROUPS.fullmatch(text):
                grouped = grouped or [(line, text)]
            elif "." in text:
                points = points or [(line, text)]
    if commas and (others := points or grouped):
        (first, comma), (second, point) = commas[0], others[0]
        text = f"{comma} has a comma and {point} in line {second} has a point"
        raise InputError([f"{shown}:{first}: {text}; write every number with the same decimal mark"])
    if grouped and not points:
        line, text = grouped[0]
        meant = text.replace(".", ""), text.replace(".", ",", 1).replace(".", "")
        raise InputError([f"{shown}:{line}: {text} can mean {meant[0]} or {meant[1]}; write one of these"])


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
        if value not in factor.places:
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
    wanted = "a whole number" if factor.kind == "whole" else "a number"
    try:
        value = _whole(text) if factor.kind == "whole" else float(text)
        is_number = "_" not in text and math.isfinite(value)
    except (ValueError, OverflowError):  # a whole number beyond the largest float
        is_number = False
    if not is_number:
        raise ValueError(f"must be {wanted}, is {show(text)}")
    return value


def _whole(text: str) -> int:
    """Return a whole number, which a spreadsheet may have written with a point; raises ValueError for another."""
    try:
        return int(text)
    except ValueError:
        if not (value := float(text)).is_integer():
            raise
        return int(value)
