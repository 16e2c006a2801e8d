"""What is wrong with a value, in words that a student can act on."""

from collections.abc import Iterable
from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from sim.errors import clip, suggestion

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_TYPES = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a map of keys",
    "model_type": "a map of keys",
    "model_attributes_type": "a map of keys",
    "date_type": "a date (2025-06-24)",
    "date_parsing": "a date (2025-06-24)",
    "date_from_datetime_parsing": "a date (2025-06-24)",
    "date_from_datetime_inexact": "a date (2025-06-24)",
    "datetime_type": "a date and time (2025-06-24T06:00)",
    "datetime_parsing": "a date and time (2025-06-24T06:00)",
    "datetime_from_date_parsing": "a date and time (2025-06-24T06:00)",
}


def show(value: Any) -> str:
    """Show a value from a file with the kind of thing it is."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {clip(value)!r}"
    if isinstance(value, (dict, list, tuple)):
        return "a map" if isinstance(value, dict) else f"a list of {len(value)}"
    return clip(value)


def describe(fault: Any, value: Any) -> str:
    """Translate one pydantic error about `value`."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"must be {words} {_bound(context[bound])}, is {show(value)}"
    if kind in _TYPES:
        return f"must be {_TYPES[kind]}, is {show(value)}"
    if kind in ("too_short", "too_long"):
        key, words = ("min_length", "at least") if kind == "too_short" else ("max_length", "at most")
        return f"must hold {words} {context[key]}, is {show(value)}"
    if kind == "string_too_long":
        return f"must have at most {context['max_length']} characters, has {len(value)}"
    if kind in ("literal_error", "enum"):
        options = context["expected"].replace("'", "")
        known = options.replace(" or ", ", ").split(", ")
        nearest = suggestion(value, known) if isinstance(value, str) else ""
        return f"must be {options}, is {show(value)}{nearest}"
    message = str(fault["msg"]).removeprefix("Value error, ").removeprefix("Assertion failed, ")
    return message[:1].lower() + message[1:]


def bound_fault(value: float, metadata: Iterable[Any]) -> str:
    """Say which bound of a field `value` breaks; empty if none."""
    for rule in metadata:
        if isinstance(rule, Ge) and not value >= rule.ge:  # type: ignore[operator]
            return f"must be at least {_bound(rule.ge)}, is {value:g}"
        if isinstance(rule, Gt) and not value > rule.gt:  # type: ignore[operator]
            return f"must be more than {_bound(rule.gt)}, is {value:g}"
        if isinstance(rule, Le) and not value <= rule.le:  # type: ignore[operator]
            return f"must be at most {_bound(rule.le)}, is {value:g}"
        if isinstance(rule, Lt) and not value < rule.lt:  # type: ignore[operator]
            return f"must be less than {_bound(rule.lt)}, is {value:g}"
    return ""


def _bound(value: Any) -> str:
    """Return a bound as it is written in a file: 1000000 and not 1e+06."""
    return f"{value:.0f}" if abs(value) < 1e12 and value == int(value) else f"{value:g}"


_MOVED = {
    "attacker.diversion": (
        "is now forces.transfers (who is away, and from when to when), with forces.diversion (away, or stays) and "
        "forces.share_free"
    ),
    "command.reserve_threshold": (
        "is now command.gap_trigger (share of the front with gaps) and command.depth_trigger_km (how deep a break is), "
        "from which on the reserve is needed"
    ),
    "reinforcement.reserve_delay_h": (
        "is now reserves.prep_h (until a unit sets out); the way, reserves.behind_km at depth.road_km_per_night, comes "
        "on top"
    ),
}


def moved(path: str) -> str | None:
    """Return what a key of older versions is now; None for any other path."""
    return next((text for old, text in _MOVED.items() if f"{path}.".startswith(f"{old}.")), None)
