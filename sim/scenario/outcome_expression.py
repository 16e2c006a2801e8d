"""Expressions over daily series, by which a scenario defines outcomes of its own, such as `losses.attacker[30]`.

They are read by rules of our own and not by a library: those for Python's expressions allow calls of methods, and an
array has methods that write files; a scenario from elsewhere may not.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from sim.errors import InputError, clip, suggestion

_LONGEST = 500
_NAME = re.compile("[a-z][a-z0-9_]{0,59}")
COLUMNS_OF_RUNS = ("point", "replication", "seed", "random_numbers", "draw", "scenario")
"""Columns of the tables of runs, which no outcome may be called."""
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.BitAnd: np.logical_and, ast.BitOr: np.logical_or, ast.Invert: np.logical_not,
}  # fmt: skip


def _first_day(is_true: np.ndarray) -> float:
    return float(np.argmax(is_true)) if np.any(is_true) else np.nan


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "min": (np.min, "smallest value"),
    "max": (np.max, "largest value"),
    "mean": (np.mean, "mean over the days"),
    "sum": (np.sum, "sum over the days"),
    "diff": (np.diff, "change from each day to the next"),
    "abs": (np.abs, "size without the sign"),
    "days": (np.count_nonzero, "number of days on which a condition is true"),
    "first_day": (_first_day, "first day on which a condition is true; no value when it never is"),
}
"""The functions that an expression may call, with their meaning."""


def own_outcome_problems(own: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the names and expressions of own outcomes, each line begun by its path."""
    for name, text in own.items():
        if not _NAME.fullmatch(name):
            yield f"own_outcomes.{name} must have a name of small letters, digits and _, such as losses_by_day_30"
        if name in COLUMNS_OF_RUNS:
            yield f"own_outcomes.{name} must have another name: that is a column of the tables of runs"
        try:
            parse(text)
        except InputError as error:
            yield f"own_outcomes.{name} {error}"


def parse(text: str) -> ast.expr:
    """Return the tree of an expression; raises InputError for one that is no expression of the allowed kind."""
    if len(text) > _LONGEST:
        raise InputError([f"is longer than {_LONGEST} characters"])
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError([f"is not an expression such as losses.attacker[30]: {clip(text)!r}"]) from None
    _check(tree)
    return tree


def evaluate(tree: ast.expr, series: Mapping[str, np.ndarray]) -> float | bool:
    """Return the value of an expression, NaN where it has none; series holds one row per day, from day 0, by name.

    Raises InputError for an unknown series, a day after the horizon, or a value that is not one number.
    """
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):  # NaN says it
            value = np.asarray(_value(tree, series))
    except (TypeError, ValueError, IndexError, ArithmeticError) as error:
        raise error if isinstance(error, InputError) else InputError([f"cannot be computed: {error}"]) from None
    if value.ndim:
        raise InputError(
            [f"is a series of {len(value)} values; choose a day, as in [30], or use one of {_functions()}"]
        )
    if value.dtype == bool:
        return bool(value)
    return float(value) if np.isfinite(value) else np.nan


def _check(node: ast.AST) -> None:
    """Refuse what no expression may hold."""
    match node:
        case ast.Constant(value=bool()) | ast.Constant(value=complex()):
            raise InputError([f"holds {node.value!r}; only numbers, series and functions are allowed"])
        case ast.Constant(value=int() | float()) | ast.Name():
            pass
        case ast.Attribute() | ast.Subscript() if _series_name(node):
            pass
        case ast.Subscript(value=inner, slice=place):
            _check(inner)
            for index in (place.lower, place.upper, place.step) if isinstance(place, ast.Slice) else (place,):
                if index is not None and not isinstance(_integer(index), int):
                    raise InputError([f"has the day {clip(ast.unparse(index))}; a day is a whole number"])
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            _known_operator(op)
            _check(left)
            _check(right)
        case ast.UnaryOp(op=op, operand=inner):
            _known_operator(op)
            _check(inner)
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]):
            if name not in FUNCTIONS:
                raise InputError([f"calls {clip(name)}; the functions are {_functions()}{suggestion(name, FUNCTIONS)}"])
            _check(inner)
        case _:
            raise InputError([f"holds {clip(ast.unparse(node))!r}, which is not allowed; use series, numbers, "
                              f"+ - * / < > == & | ~, [day] and {_functions()} of one value"])  # fmt: skip


def _known_operator(op: ast.AST) -> None:
    if type(op) not in _OPERATORS:
        raise InputError([f"uses the operator {type(op).__name__}; allowed are + - * / < <= > >= == != & | ~"])


def _value(node: ast.AST, series: Mapping[str, np.ndarray]) -> Any:
    if name := _series_name(node):
        if name not in series:
            inside = [other for other in series if other.startswith(f"{name}.")]
            raise InputError([f"there is no daily series {clip(name)}{suggestion(name, inside or series)}"])
        return series[name]
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Subscript(value=inner, slice=ast.Slice(lower, upper, step)):
            ends = [None if index is None else _integer(index) for index in (lower, upper, step)]
            return _value(inner, series)[slice(*ends)]
        case ast.Subscript(value=inner, slice=place):
            values, day = _value(inner, series), _integer(place)
            if not np.ndim(values):
                raise InputError(["has a [day] after something that is not a series"])
            if day is None or not -len(values) <= day < len(values):
                raise InputError([f"asks for day {day}; the last one is {len(values) - 1}"])
            return values[day]
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return _OPERATORS[type(op)](_value(left, series), _value(right, series))
        case ast.UnaryOp(op=op, operand=inner):
            return _OPERATORS[type(op)](_value(inner, series))
        case ast.Call(func=ast.Name(id=name), args=[inner]):
            return FUNCTIONS[name][0](_value(inner, series))
    raise AssertionError(ast.dump(node))  # `parse` has refused everything else


def _series_name(node: ast.AST) -> str | None:
    """Return the name of a series: `losses.attacker`, or `supply_level["old road"]` where a member has a space."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(), attr=member) | ast.Attribute(value=ast.Attribute(), attr=member):
            return f"{_series_name(node.value)}.{member}"
        case ast.Subscript(value=ast.Name(id=family), slice=ast.Constant(value=str() as member)):
            return f"{family}.{member}"
    return None


def _integer(node: ast.AST) -> int | None:
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
            return -number
    return None


def _functions() -> str:
    return ", ".join(FUNCTIONS)
