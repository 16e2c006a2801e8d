"""Looks up the factors of an experiment: each path in the base scenarios, each value checked against the schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from math import lcm
from typing import Any, Literal, get_args, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError

from sim.errors import clip, suggestion
from sim.experiment.factors import BASE, Factor, FactorKind, Role
from sim.quantity import Provenance, Scalar, plain, value_type
from sim.scenario.parameter_sampling import assumed, multiples, whole_step
from sim.scenario.reading.dotted_paths import keys
from sim.scenario.reading.error_wording import describe, show
from sim.scenario.reading.file_lookup import shipped_names
from sim.scenario.reading.value_sources import Faults
from sim.scenario.reading.yaml_nodes import Mark, Node
from sim.scenario.schema import Scenario

ALL = "all"
_KINDS: dict[Any, FactorKind] = {bool: "flag", int: "whole", float: "real"}


def look_up_factors(tree: Node, scenarios: Mapping[str, Scenario], faults: Faults) -> tuple[Factor, ...]:
    """Return the factors of an experiment's tree, sorted by path; faults are added to `faults`."""
    found: dict[str, Factor] = {}
    marks: dict[str, Mark] = {}
    reader = _FactorReader(scenarios, faults)
    roles: tuple[tuple[str, Role], ...] = (("uncertainties", "uncertainty"), ("levers", "lever"))
    for key, role in roles:
        for path, node in _entries(tree, key).items():
            at = node.key_mark or node.mark
            if path in marks:
                faults.add(at, f"{key}.{path}", f"is varied twice; the first is at {marks[path]}")
                continue
            marks[path] = at
            is_all = path == ALL and role == "uncertainty"
            factor = None if is_all else reader.factor(path, node, key)
            if factor is not None:
                label = node.value["label"].value if "label" in node.value else ""
                found[path] = replace(factor, role=role, label=label)
    if ALL in _entries(tree, "uncertainties"):
        found = reader.all_assumed(_entries(tree, "uncertainties")[ALL], marks) | found
    if len(scenarios) > 1:
        names, meaning = tuple(scenarios), "which scenario runs"
        found[BASE] = Factor(
            BASE, "category", values=names, central=names[0], role="base", unit="text", meaning=meaning
        )
    return tuple(found[path] for path in sorted(found))


def _entries(tree: Node, key: str) -> dict[str, Node]:
    return tree.value[key].value if key in tree.value else {}


class _FactorReader:
    """Reads one factor after the other and checks it against the base scenarios."""

    def __init__(self, scenarios: Mapping[str, Scenario], faults: Faults) -> None:
        self.scenarios, self.faults = scenarios, faults
        self.rows = {name: {row.path: row for row in one.provenance} for name, one in scenarios.items()}
        self.first_rows = next(iter(self.rows.values()))

    def all_assumed(self, node: Node, named: Mapping[str, Mark]) -> dict[str, Factor]:
        """Return a factor for each value that is assumed in every base scenario and not named by another entry."""
        shared = set.intersection(*({row.path for row in assumed(one)} for one in self.scenarios.values()))
        found = {}
        if node.value:
            self.faults.add(
                node.mark, f"uncertainties.{ALL}", "takes no range and no values: each value has its own range"
            )
        for path in sorted(shared - set(named)):
            factor = self._by_provenance(path, node.key_mark or node.mark, f"uncertainties.{ALL}: {path}")
            if factor is not None and not _is_fixed(factor):
                found[path] = factor
        return found

    def factor(self, path: str, node: Node, key: str) -> Factor | None:
        """Return the factor of one entry, or None after noting what is wrong with it."""
        where, at = f"{key}.{path}", node.key_mark or node.mark
        if not self._is_known(path, at, where):
            return None
        kind = kind_of(path)
        if kind is None:
            self.faults.add(at, where, "is a list, not a single value; only single values can vary")
            return None
        given = {name: child for name, child in node.value.items() if child.value is not None}
        if "values" in given:
            return self._of_values(path, kind, given["values"], where)
        if "range" in given:
            return self._of_range(path, kind, given["range"], where)
        options = options_of(path)
        if options:
            return replace(self._bare(path, kind), values=options)
        factor = self._by_provenance(path, at, where)
        if factor is not None and _is_fixed(factor):
            self.faults.add(at, where, "its range has only one value; give {range: [a, b]} or {values: [...]}")
            return None
        return factor

    def _is_known(self, path: str, at: Mark, where: str) -> bool:
        for name, rows in self.rows.items():
            if path in rows:
                continue
            inside = [other for other in rows if other.startswith((f"{path}.", f"{path}["))]
            which = f"the scenario {clip(name)}" if len(self.rows) > 1 else "the scenario"
            listed_by = f"sim provenance {name}" if name in shipped_names() else ""
            text = f"{which} has no such path{suggestion(path, rows, listed_by)}"
            self.faults.add(at, where, f"has several values; name one, such as {inside[0]}" if inside else text)
            return False
        return True

    def _bare(self, path: str, kind: FactorKind) -> Factor:
        row, central = self.first_rows[path], self.first_rows[path].value
        step = lcm(*(whole_step(one, path) for one in self.scenarios.values())) if kind == "whole" else 1
        central = float(central) if kind == "real" and central is not None else central
        return Factor(path, kind, step=step, central=central, unit=row.unit, meaning=row.meaning)

    def _by_provenance(self, path: str, at: Mark, where: str) -> Factor | None:
        rows = [rows[path] for rows in self.rows.values()]
        row, kind = rows[0], kind_of(path)
        give = "give {range: [a, b]} or {values: [...]}"
        if kind not in ("real", "whole") or row.range is None:
            self.faults.add(at, where, f"is {_source_in_words(row)}, without a range; {give}")
            return None
        if len({(one.range, one.value) for one in rows}) > 1:
            self.faults.add(at, where, f"has another value or range in another base scenario; {give}")
            return None
        bare = self._bare(path, kind)
        assert not isinstance(bare.central, str)
        return replace(bare, low=row.range[0], high=row.range[1], median=bare.central)

    def _of_range(self, path: str, kind: FactorKind, node: Node, where: str) -> Factor | None:
        if kind not in ("real", "whole"):
            self.faults.add(node.mark, f"{where}.range", "only numbers can have a range; give {values: [...]}")
            return None
        ends = [self._valid(path, end, f"{where}.range") for end in node.value]
        if None in ends:
            return None
        factor = replace(self._bare(path, kind), low=ends[0], high=ends[1])
        if _is_fixed(factor):
            text = f"contains fewer than two multiples of {factor.step}; the value must be such a multiple"
            self.faults.add(node.mark, f"{where}.range", text)
            return None
        return factor

    def _of_values(self, path: str, kind: FactorKind, node: Node, where: str) -> Factor | None:
        values = [self._valid(path, item, f"{where}.values") for item in node.value]
        if None in values:
            return None
        if len(values) < 2 or len(set(values)) < len(values):
            text = (
                "has the same value twice"
                if len(values) > 1
                else "needs two or more values; set a single value under set:"
            )
            self.faults.add(node.mark, f"{where}.values", text)
            return None
        factor = replace(self._bare(path, kind), values=tuple(values))
        for value, item in zip(values, node.value, strict=True):
            if kind == "whole" and value % factor.step:
                self.faults.add(item.mark, f"{where}.values", f"must be a multiple of {factor.step}, is {value}")
                return None
        return factor

    def _valid(self, path: str, node: Node, where: str) -> Any:
        """Return a value as it would be in the scenario, or None after noting why it is not valid."""
        value = node.plain()
        if value is None or isinstance(value, (dict, list)):
            self.faults.add(node.mark, where, f"must be a number, text or true or false, is {show(value)}")
            return None
        try:
            valid = _adapter(path).validate_json(json.dumps(value))
        except ValidationError as error:
            self.faults.add(node.mark, where, describe(error.errors(include_url=False)[0], value))
            return None
        return valid if isinstance(valid, (bool, int, float)) else value


@lru_cache(maxsize=1)  # one lever may list thousands of values
def _adapter(path: str) -> TypeAdapter[Any]:
    return TypeAdapter(value_type(Scenario, keys(path)), config=ConfigDict(strict=True, allow_inf_nan=False))


def kind_of(path: str) -> FactorKind | None:
    """Return the kind of factor that the value at a path would be; None for a list."""
    inner = plain(value_type(Scenario, keys(path)))
    if get_origin(inner) in (list, tuple, dict):
        return None
    return _KINDS.get(inner, "category")


def options_of(path: str) -> tuple[Scalar, ...]:
    """Return all possible values of a flag or of a choice; empty for numbers and free text."""
    inner = plain(value_type(Scenario, keys(path)))
    if inner is bool:
        return (False, True)
    return get_args(inner) if get_origin(inner) is Literal else ()


def _is_fixed(factor: Factor) -> bool:
    assert factor.low is not None
    assert factor.high is not None
    n_values = len(multiples(factor.low, factor.high, factor.step)) if factor.kind == "whole" else 2
    return factor.low == factor.high or n_values < 2


def _source_in_words(row: Provenance) -> str:
    return "a setting" if row.kind == "setting" else row.kind.replace("_", " ")
