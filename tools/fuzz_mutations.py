"""Texts with faults in them, for `tools/fuzz.py`."""

from __future__ import annotations

import random
from pathlib import Path

Random = random.Random
NASTY = (
    "", "null", "~", "true", "No", "-1", "0", "1", "2", "0.5", "1e308", "-1e308", "1e400", ".nan", "nan", "-.inf",
    "1_000", "0x10", "0o17", "1.1e5", "30.0", "1e-320", "9" * 400, "1/0", "100 %", "1,5", "12:30:45", "2262-04-11",
    "1600-01-01", "9999-12-31", "2025-02-30", "text", "'", '"', "[]", "{}", "[1, 2]", "[[1, 2], [3, 4]]", "{a: 1}",
    "{fact: x}", "{fact: troops_near_pokrovsk}", "{assume: 1, range: [2, 1], why: x}", "{assume: .nan, why: x}",
    "{assume: 1, range: [0, 2], why: x}", "&a [*a]", "*x", "!!python/object:os.system x", "<<: *a", "? x", "|", ">-",
    "a" * 5000, "[" * 600, "{a: " * 300, "a: " * 300, "-" * 50, "$\\frac{1}{2}$", "<script>alert(1)</script>", "城",
    "\u202eabc", "\x00", "\x1b[2J", "\ufeff", "\t", "\u2028", "\x85", "é", "🙂", "../../etc/passwd", "baseline.yaml",
    "/", "-", "--", "=", ":", ";", "{kind: csv}", "one-hill", "full_grid", "city_held", "defender", "north",
)  # fmt: skip


class NotMadeError(Exception):
    """A folder or file that this tool itself could not make of an input."""


def mutated(rng: Random, text: str, most: int = 4) -> str:
    """Return a text with a few lines, values or characters changed."""
    for _ in range(rng.randint(1, most)):
        lines = text.split("\n")
        i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
        key, colon, value = lines[i].partition(":")
        match rng.randrange(11):
            case 0:
                del lines[i]
            case 1:
                lines.insert(j, lines[i])
            case 2:
                lines[i], lines[j] = lines[j], lines[i]
            case 3 | 4 if colon:
                lines[i] = f"{key}: {rng.choice(NASTY)}"
            case 5:
                words = lines[i].split(" ")
                words[rng.randrange(len(words))] = rng.choice(NASTY)
                lines[i] = " ".join(words)
            case 6:
                lines[i] = " " * rng.randint(0, 4) + lines[i].lstrip()
            case 7:
                at = rng.randint(0, len(lines[i]))
                lines[i] = lines[i][:at] + rng.choice(("\x00", "'", "{", "]", ":", "#", "\t", "é", "9", ",", "\\"))
                lines[i] += value
            case 8:
                lines.insert(i, rng.choice(NASTY))
            case 9:
                lines = lines[: i + 1]
            case _:
                lines[i] = f"{rng.choice(NASTY)}{colon}{value}"
        text = "\n".join(lines)
    return text


def write(name: str, text: str) -> Path:
    """Write an input into a file of the current folder."""
    path = Path(name)
    try:
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise NotMadeError from error
    return path
