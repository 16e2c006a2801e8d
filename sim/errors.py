"""Errors that a user sees: wrong input, and runs that fail."""

_MOST_LINES = 40
_LONGEST_LINE = 400


class InputError(Exception):
    """Bad input: `lines` holds one plain sentence for each thing that is wrong."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines: list[str] = [printable(clip(line, _LONGEST_LINE)) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            self.lines.append(f"... and {len(lines) - _MOST_LINES} more")

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows in place of a traceback: IPython asks for it by this name."""
        return self.lines


class RunError(Exception):
    """A run that failed, reported on one line."""

    def __init__(self, what: BaseException | str) -> None:
        text = " ".join(str(what).split()) or type(what).__name__
        super().__init__(printable(clip(f"the run failed: {text}", _LONGEST_LINE)))


def printable(text: str) -> str:
    """Escape what would move a terminal's cursor or break the one-line promise."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def clip(value: object, length: int = 40) -> str:
    """Show a value from a file briefly: a file may hold a megabyte of text in one place."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= length else text[: length - 3] + "..."
