"""Regenerate the table of wrong values in docs/verification.md: which the suite notices, at quick and full sampling.

Each assumed value is raised for the model and not for theory, and the case that follows it is run; takes some minutes.
"""

from pathlib import Path

from sim.validation.verification.wrong_values import followed, is_caught

PAGE = Path(__file__).parents[1] / "docs" / "verification.md"
BEGIN, END = "<!-- wrong values: begin -->\n", "<!-- wrong values: end -->\n"
COLUMNS = {
    "quick, +20 %": (1.2, True),
    "quick, +10 %": (1.1, True),
    "quick, +5 %": (1.05, True),
    "full, +5 %": (1.05, False),
}


def table() -> str:
    """Return the table: by part of the scenario, how many of its values are noticed, and which are not at +5 %."""
    parts: dict[str, list[dict[str, bool]]] = {}
    missed: dict[str, list[str]] = {}
    for path, case in followed().items():
        part, name = path.split(".", 1)
        row = {column: is_caught(case, path, *how) for column, how in COLUMNS.items()}
        parts.setdefault(part, []).append(row)
        missed.setdefault(part, []).extend([] if row["full, +5 %"] else [f"`{name}`"])
    lines = [f"| part | values | {' | '.join(COLUMNS)} | not at +5 % |", f"|---|{'---|' * (len(COLUMNS) + 2)}"]
    rows = [*parts.items(), ("all", [row for part in parts.values() for row in part])]
    for part, found in rows:
        counts = [str(sum(row[column] for row in found)) for column in COLUMNS]
        lines.append(f"| {part} | {len(found)} | {' | '.join(counts)} | {', '.join(missed.get(part, [])) or '-'} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table between its two marks."""
    text = PAGE.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
