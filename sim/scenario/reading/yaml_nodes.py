"""YAML text to nodes that remember their place; what a scenario has no use for is refused while reading.

Scalars follow the core schema of YAML 1.2 (`NO`, `12:30` are text, `010` is ten, `1e3` a number). Nodes are
built from the event stream, so depth, size and aliases are bounded before anything is built from them.
"""

import math
import os
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml
from yamlcore import CCoreLoader

from sim.errors import InputError, clip, no_such

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 20_000
_YAML_TAG = "tag:yaml.org,2002:"
# What turns the order of the letters around, and the other separators of lines.
_UNSEEN = frozenset("\u2028\u2029\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MAX_INT_DIGITS = 18  # fits a 64-bit integer; Python itself takes quadratic time on long ones


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file; line 0 means that the source has no lines (a command-line option)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def file_line(self) -> str:
        """Return file:line for provenance; the folders of an absolute path belong to one machine."""
        file = Path(self.file).name if Path(self.file).is_absolute() else self.file
        return f"{file}:{self.line}" if self.line else file


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a map or a list of nodes; `replaces` is what a what-if put aside to set this one."""

    value: Any
    mark: Mark
    key_mark: Mark | None = None
    is_change: bool = False
    replaces: "Node | None" = None

    @property
    def is_map(self) -> bool:
        """Say whether this node is a map of keys."""
        return isinstance(self.value, dict)

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


def unseen_character(text: str) -> str:
    """Return what is wrong with a text that holds a control character or one that reverses letters; empty if none.

    Ends of lines and tabs are allowed, and so is every script, with the joiners that some scripts need.
    """
    if text.isprintable():
        return ""
    for char in text:
        if (unicodedata.category(char) == "Cc" and char not in "\n\t") or char in _UNSEEN:
            return f"holds the character U+{ord(char):04X}, which cannot be seen; remove it"
    return ""


def read_file(path: Path, shown: str) -> Node:
    """Read one YAML file, called `shown` in messages; raises InputError with every fault found."""
    try:
        info = os.stat(path)
        if stat.S_ISDIR(info.st_mode):
            raise InputError([f"{shown}: is a folder, not a file"])
        if not stat.S_ISREG(info.st_mode):
            raise InputError([f"{shown}: is not a regular file"])
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError([no_such(shown)]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([f"{shown}: cannot be read ({reason.lower()})"]) from None
    if len(data) > MAX_BYTES:
        raise InputError([f"{shown}: is larger than 1 MB; a scenario is a few kilobytes"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError([f"{shown}:{line}: is not UTF-8 text; save it as UTF-8"]) from None
    return read_text(text, shown)


def read_text(text: str, shown: str, has_lines: bool = True) -> Node:
    """Read YAML text, called `shown` in messages; raises InputError with every fault found."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError([f"{shown}: is not UTF-8 text"])
    composer = _Composer(text, shown, has_lines)
    try:
        node = composer.document()
    except yaml.MarkedYAMLError as error:
        composer.stop(error.problem_mark, _syntax_fault(error, text))
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or "it cannot be read"
        composer.stop(None, f"is not valid YAML: {reason}")
    if composer.faults:
        raise InputError(composer.faults)
    return node


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab is used to indent; use spaces"
    context = f" ({error.context})" if error.context else ""
    return f"is not valid YAML: {error.problem}{context}"


class _Composer:
    """Builds nodes from parse events and collects what is refused on the way."""

    def __init__(self, text: str, shown: str, has_lines: bool) -> None:
        self.shown, self.has_lines = shown, has_lines
        self.loader = CCoreLoader(text)
        self.faults: list[str] = []
        self.n_nodes = 0

    def mark(self, mark: Any) -> Mark:
        if mark is None or not self.has_lines:
            return Mark(self.shown)
        return Mark(self.shown, mark.line + 1, mark.column + 1)

    def fault(self, mark: Any, text: str) -> None:
        self.faults.append(f"{self.mark(mark)}: {text}")

    def stop(self, mark: Any, text: str) -> NoReturn:
        self.fault(mark, text)
        raise InputError(self.faults)

    def document(self) -> Node:
        self.loader.get_event()
        if self.loader.check_event(yaml.StreamEndEvent):
            raise InputError([f"{self.shown}: is empty"])
        self.loader.get_event()
        content = self.loader.peek_event()
        if isinstance(content, yaml.ScalarEvent) and content.implicit[0] and not content.value:
            raise InputError([f"{self.shown}: is empty"])
        node = self.node(1)
        self.loader.get_event()
        if not self.loader.check_event(yaml.StreamEndEvent):
            mark = self.loader.get_event().start_mark
            self.fault(mark, "a second document starts here; a file holds one")
        return node

    def node(self, depth: int) -> Node:
        event = self.loader.get_event()
        self.n_nodes += 1
        if self.n_nodes > MAX_NODES:
            self.stop(event.start_mark, f"holds more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            self.stop(event.start_mark, f"is nested deeper than {MAX_DEPTH} levels")
        mark = self.mark(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            self.fault(event.start_mark, f"alias *{clip(event.anchor)} is not allowed; write the value out")
            return Node(None, mark)
        if event.anchor is not None:
            self.fault(event.start_mark, f"anchor &{clip(event.anchor)} is not allowed; write the value out")
        if event.tag is not None:
            tag = clip(event.tag.replace(_YAML_TAG, "!!"))
            self.fault(event.start_mark, f"tag {tag} is not allowed; a plain value is enough")
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self.mapping(depth), mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self.sequence(depth), mark)
        return Node(self.scalar(event), mark)

    def sequence(self, depth: int) -> list[Node]:
        items = []
        while not self.loader.check_event(yaml.SequenceEndEvent):
            items.append(self.node(depth + 1))
        self.loader.get_event()
        return items

    def mapping(self, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        while not self.loader.check_event(yaml.MappingEndEvent):
            at = self.loader.peek_event().start_mark
            key = self.node(depth + 1)
            child = self.node(depth + 1)
            if not isinstance(key.value, str):
                shown = "a list or map" if isinstance(key.value, (dict, list)) else clip(key.value)
                self.fault(at, f"a key must be text, is {shown}; quote it if it is meant")
            elif key.value in items:
                first = items[key.value].key_mark
                self.fault(at, f"key {clip(key.value)} is given twice; the first is at {first}")
            else:
                items[key.value] = Node(child.value, child.mark, key.mark)
        self.loader.get_event()
        return items

    def scalar(self, event: Any) -> Any:
        if what := unseen_character(event.value):
            self.fault(event.start_mark, what)
        if not event.implicit[0]:
            return event.value
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag.endswith(":int") and len(event.value) > _MAX_INT_DIGITS:
            self.fault(event.start_mark, f"{clip(event.value)} has too many digits")
            return 0
        value = self.loader.construct_object(yaml.ScalarNode(tag, event.value))
        if isinstance(value, float) and not math.isfinite(value):
            self.fault(event.start_mark, f"{clip(event.value)} is not a finite number")
            return 0.0
        return value
