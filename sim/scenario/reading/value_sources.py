"""How a value names its source: {fact: id}, {assume: v, range, why, source?}, or plain where enough."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.errors import InputError, clip, suggestion
from sim.quantity import Kind, Leaf, Provenance
from sim.scenario.reading.error_wording import bound_fault, show
from sim.scenario.reading.seed_facts import Fact
from sim.scenario.reading.yaml_nodes import Mark, Node

_ASSUME_KEYS = ("assume", "range", "why", "source", "unit")
_MOST_FAULTS = 30


@dataclass
class Faults:
    """What is wrong, each with its place and path."""

    found: list[tuple[Mark, str, str]] = field(default_factory=list)

    def add(self, mark: Mark, path: str, text: str) -> None:
        """Note one fault; a file with very many is given up, for each costs a search for what was meant."""
        self.found.append((mark, path, text))
        if len(self.found) >= _MOST_FAULTS:
            raise InputError([*self.lines(), f"{mark.file}: holds more faults; these are the first"])

    def lines(self) -> list[str]:
        """Return one line per fault, in the order of the files."""
        ordered = sorted(self.found, key=lambda fault: (fault[0].file, fault[0].line, fault[0].column))
        lines = [f"{mark}: {clip(path, 120)}: {text}" if path else f"{mark}: {text}" for mark, path, text in ordered]
        return list(dict.fromkeys(lines))


@dataclass(frozen=True)
class Place:
    """A field of the schema at one path: what it is, and the source that covers the map around it."""

    leaf: Leaf
    metadata: tuple[Any, ...] = ()
    source: Node | None = None
    is_change: bool = False

    def at(self, path: str, annotation: Any) -> "Place":
        """Return the place of an item, which inherits what is said of this one."""
        is_annotated = get_origin(annotation) is Annotated
        metadata = tuple(_flat(get_args(annotation)[1:])) if is_annotated else ()
        return replace(self, leaf=replace(self.leaf, path=path, annotation=annotation), metadata=metadata)


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    for rule in metadata:
        yield from rule.metadata if isinstance(rule, FieldInfo) else (rule,)


def is_source_form(node: Node) -> bool:
    """Say whether a map is `{fact: ...}` or `{assume: ...}`."""
    return node.is_map and ("fact" in node.value or "assume" in node.value)


class SourceReader:
    """Takes one value with its source from a node; what is wrong goes to `faults`."""

    def __init__(self, facts: dict[str, Fact], faults: Faults) -> None:
        self.facts: dict[str, Fact] = facts
        self.faults: Faults = faults

    def row(self, node: Node, place: Place) -> Provenance | None:
        """Return the provenance of one value, or None after noting what is wrong with it."""
        leaf, where = place.leaf, node.mark.file_line
        if not leaf.source_required:
            row: Provenance | None = new_row(leaf, node.plain(), "setting", where)
        elif node.is_map and "fact" in node.value:
            row = self._from_fact(node, place)
        elif node.is_map:
            row = self._assumed(node, place)
        elif place.is_change:
            row = new_row(leaf, node.plain(), "set_by_scenario", where, who=where.rsplit(":", 1)[0])
        elif place.source is not None:
            row = self._covered(node, place, place.source)
        else:
            self.faults.add(
                node.mark,
                leaf.path,
                f"needs its source: {{fact: id}} or {{assume: {_brief(node)}, range: [a, b], why: ...}};"
                " a what-if sets it under changes:",
            )
            row = None
        if row is None or node.replaces is None:
            return row
        before = replace(place, is_change=node.replaces.is_change)
        return replace(row, replaces=self.row(node.replaces, before))

    def _from_fact(self, node: Node, place: Place) -> Provenance | None:
        leaf = place.leaf
        self._only(node, ("fact",), leaf.path)
        fact = self._fact(node.value["fact"], leaf.path)
        if fact is None:
            return None
        fact_id, mark = node.value["fact"].value, node.value["fact"].mark
        if fact.unit != leaf.unit:
            self.faults.add(mark, leaf.path, f"must be in {leaf.unit}, but {fact_id} is in {fact.unit}")
            return None
        if fact.value is None:
            text = f"{fact_id} is a range; write {{assume: v, range: [a, b], source: {fact_id}, why: ...}}"
            self.faults.add(mark, leaf.path, text)
            return None
        row = new_row(leaf, fact.value, fact.provenance_kind, node.mark.file_line)
        return replace(row, range=fact.range, who=fact.attributed_to, why=fact.paraphrase, disputed_by=fact.disputes)

    def _assumed(self, node: Node, place: Place) -> Provenance | None:
        leaf, keys = place.leaf, node.value
        n_faults = len(self.faults.found)
        self._only(node, _ASSUME_KEYS, leaf.path)
        if "assume" not in keys:
            self.faults.add(node.mark, leaf.path, "needs fact: or assume:")
            return None
        why = keys["why"].value if "why" in keys else None
        if not isinstance(why, str) or not why.strip():
            self.faults.add(node.mark, leaf.path, "needs why: a few words on the choice of the value")
        if "unit" in keys and str(keys["unit"].value) != leaf.unit:  # 1 may be written unquoted
            text = f"must be in {leaf.unit}, is in {_brief(keys['unit'])}"
            self.faults.add(keys["unit"].mark, leaf.path, text)
        fact = self._fact(keys["source"], leaf.path) if "source" in keys else None
        value = keys["assume"].plain()
        span = self._range(node, value, place)
        if len(self.faults.found) > n_faults:
            return None
        row = replace(new_row(leaf, value, "invented_for_teaching", node.mark.file_line), range=span, why=str(why))
        if fact is None:
            return row
        kind: Kind = fact.kind if fact.kind == "invented_for_teaching" else "estimated"
        return replace(row, kind=kind, who=fact.attributed_to, disputed_by=fact.disputes)

    def _range(self, node: Node, value: Any, place: Place) -> tuple[float, float] | None:
        path = place.leaf.path
        if not _is_number(value):
            if "range" in node.value:
                self.faults.add(node.value["range"].mark, path, "a range is for a single number")
            return None
        if "range" not in node.value:
            self.faults.add(node.mark, path, "needs range: [low, high]")
            return None
        mark, ends = node.value["range"].mark, node.value["range"].plain()
        if not isinstance(ends, list) or len(ends) != 2 or not all(map(_is_number, ends)):
            self.faults.add(mark, path, f"range must be two numbers [low, high], is {show(ends)}")
            return None
        low, high = ends
        if not low <= value <= high:
            text = f"{show(value)} must lie in its range [low, high], is outside [{low}, {high}]"
            self.faults.add(mark, path, text)
        for end in ends:
            if fault := bound_fault(end, place.metadata):
                self.faults.add(mark, path, f"an end of the range {fault}")
        return low, high

    def _covered(self, node: Node, place: Place, source: Node) -> Provenance | None:
        fact = self._fact(source, place.leaf.path)
        if fact is None:
            return None
        row = new_row(place.leaf, node.plain(), fact.provenance_kind, node.mark.file_line)
        return replace(row, who=fact.attributed_to, why=fact.paraphrase, disputed_by=fact.disputes)

    def _fact(self, node: Node, path: str) -> Fact | None:
        fact = self.facts.get(node.value) if isinstance(node.value, str) else None
        if fact is None:
            near = suggestion(node.value, self.facts) if isinstance(node.value, str) else ""
            self.faults.add(node.mark, path, f"seeds/ holds no entry {_brief(node)}{near}")
        return fact

    def _only(self, node: Node, known: tuple[str, ...], path: str) -> None:
        for key, child in node.value.items():
            if key not in known:
                mark = child.key_mark or child.mark
                self.faults.add(mark, path, f"no such key {clip(key)}{suggestion(key, known)}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _brief(node: Node) -> str:
    return "..." if isinstance(node.value, (dict, list)) else clip(str(node.value))


def new_row(leaf: Leaf, value: Any, kind: Kind, where: str, who: str = "") -> Provenance:
    """Return a row without range and dispute."""
    return Provenance(leaf.path, value, leaf.unit, kind, None, who, "", "", leaf.meaning, where)
