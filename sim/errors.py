"""Errors that a user sees, wrong input and runs that fail, and the words that they share."""

import difflib
import math
import numbers
import operator
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_MOST_LINES = 40
_LONGEST_LINE = 400
_LONGEST_WORD = 200


class InputError(ValueError):
    """Bad input: `lines` holds one plain sentence for each thing that is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines: list[str] = [printable(_without_middle(line)) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            self.lines.append(f"... and {len(lines) - _MOST_LINES} more")

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback: IPython asks for it by this name."""
        return self.lines


class SavedElsewhere(InputError):
    """Finished work that is whole on disk at `path`: the place that was asked for was taken meanwhile."""

    def __init__(self, asked: Path, path: Path) -> None:
        super().__init__([f"{asked}: was made by something else meanwhile and is untouched; saved as {path}"])
        self.path: Path = path


class RunError(Exception):
    """A run that failed, reported on one line."""

    def __init__(self, what: BaseException | str) -> None:
        text = " ".join(str(what).split()) or type(what).__name__
        super().__init__(printable(clip(f"the run failed: {text}", _LONGEST_LINE)))


def _without_middle(line: str) -> str:
    """Shorten a line that holds a long name: where it is stands at the beginning, what is wrong at the end."""
    n_ends = (_LONGEST_LINE - 3) // 2
    return line if len(line) <= _LONGEST_LINE else f"{line[:n_ends]}...{line[-n_ends:]}"


def no_such(name: object, what: str = "file", near: str = "") -> str:
    """Return the one wording for what does not exist; `near` is a `suggestion`."""
    return f"{clip(str(name), _LONGEST_WORD)}: no such {what}{near}"


def reason_of(error: OSError | ValueError) -> str:
    """Return why the system refused a file, in its own words; a ValueError is about characters of its name."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return "the name holds characters that no file name can hold"


def printable(text: str) -> str:
    """Escape what would move a terminal's cursor or break the one-line promise."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def clip(value: object, length: int = 40) -> str:
    """Show a value from a file briefly: a file may hold a megabyte of text in one place."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:  # Python writes no whole number of more than 4,300 digits
        text = "a number with too many digits"
    return text if len(text) <= length else text[: length - 3] + "..."


def suggestion(word: str, known: Iterable[str], listed_by: str = "") -> str:
    """Return `; did you mean X?` for the nearest known word, and the command that lists all of them."""
    options, word = list(known), clip(word, _LONGEST_WORD)
    ending = [option for option in options if option.endswith("." + word)]
    nearest = ending[:1] or difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    # A part, as `area` of `area_changed_km2`, or an abbreviation, as `reps` of `replications`.
    parts = [option for option in options if word in option]
    short = [option for option in options if option[:1] == word[:1] and _are_in_order(word, option)]
    nearest = nearest or sorted(parts or short, key=len)[: len(word) > 2]
    near = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"{near or ';'} {listed_by} shows all" if listed_by else near


def _are_in_order(letters: str, word: str) -> bool:
    rest = iter(word)
    return all(letter in rest for letter in letters)


def whole_number(name: str, value: Any, low: int, high: int) -> int:
    """Return a number of Python or NumPy as an int; raises InputError unless it is whole and from low to high.

    True, None, "1" and 1.0 are no whole numbers.
    """
    try:
        number = None if isinstance(value, bool) or type(value).__name__ == "bool" else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise InputError([f"{name}: must be a whole number, is {clip(value)!r}"])
    if not low <= number <= high:
        raise InputError([f"{name}: must lie between {low} and {high}, is {clip(number)}"])
    return number


def is_finite_number(value: object) -> bool:
    """Whether a value is a number of Python or NumPy that a float can hold; True and "1" are none."""
    try:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False
