"""Draw the rooms of the package and who imports whom, from the code, into docs/images/rooms.svg; --check only compares.

A row is a room with the sentence of its own docstring, a column is a room that others import. The number in a cell is
how many imports run from the row to the column. The order is that of the import rules in pyproject.toml: all numbers
lie on one side of the diagonal, because a room imports only rooms below it.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections import Counter
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "rooms.svg"
ROW_PX, NAME_PX, TEXT_PX, CELL_PX, TOP_PX = 46, 150, 780, 90, 96
BOX = 'rx="6" fill="#eef3f8" stroke="#5b7a99"'


def rooms() -> list[str]:
    """Return the rooms from the top, as the import rules order them."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return next(list(rule["layers"]) for rule in rules if rule["type"] == "layers")


def sentence(room: str) -> str:
    """Return the first line of a room's docstring."""
    path = ROOT / room.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").splitlines()[0]


def imports_between(names: list[str]) -> Counter[tuple[str, str]]:
    """Count the imports from modules of one room to modules of another."""
    graph = grimp.build_graph("sim", cache_dir=None)
    room_of = {module: room for room in names for module in {room, *graph.find_descendants(room)}}
    return Counter(
        (room_of[importer], room_of[imported])
        for importer in room_of
        for imported in graph.find_modules_directly_imported_by(importer)
        if imported in room_of and room_of[importer] != room_of[imported]
    )


def picture() -> str:
    """Return the drawing as SVG."""
    names = rooms()
    counts = imports_between(names)
    matrix_px = NAME_PX + TEXT_PX
    width, height = matrix_px + CELL_PX * len(names) + 20, TOP_PX + ROW_PX * len(names) + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="16">',
        "<title>The rooms of the package from the top, and how many imports run from each to those below it</title>",
        f'<rect width="{width}" height="{height}" fill="white"/>',
        '<text x="10" y="30" font-size="20" font-weight="bold">A room imports only rooms below it</text>',
        f'<text x="{matrix_px}" y="30">imports of the row\'s modules from modules of the column</text>',
    ]
    for i, name in enumerate(names):
        y, x = TOP_PX + ROW_PX * i, matrix_px + CELL_PX * i
        short = name.removeprefix("sim.")
        lines += [
            f'<rect x="10" y="{y}" width="{matrix_px - 20}" height="{ROW_PX - 8}" {BOX}/>',
            f'<text x="22" y="{y + 25}" font-weight="bold">{short}</text>',
            f'<text x="{NAME_PX}" y="{y + 25}" font-size="14">{escape(clipped(sentence(name)))}</text>',
            f'<text x="{x + CELL_PX / 2}" y="{TOP_PX - 12}" font-size="13" text-anchor="middle">{short}</text>',
            f'<rect x="{x}" y="{y}" width="{CELL_PX - 6}" height="{ROW_PX - 8}" fill="#d5d9de"/>',
        ]
        for j, other in enumerate(names):
            if counts[name, other]:
                centre = matrix_px + CELL_PX * (j + 0.5) - 3
                lines.append(f'<text x="{centre}" y="{y + 25}" text-anchor="middle">{counts[name, other]}</text>')
    return "\n".join([*lines, "</svg>", ""])


def clipped(text: str, most: int = 112) -> str:
    """Return a sentence that fits into a row."""
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."


def main() -> None:
    """Draw, or compare with what is drawn."""
    new = picture()
    if sys.argv[1:] == ["--check"]:
        is_fresh = PICTURE.exists() and PICTURE.read_text("utf-8") == new
        sys.exit(0 if is_fresh else f"{PICTURE.name}: the drawing is out of date; run: make architecture")
    PICTURE.write_text(new, "utf-8")


if __name__ == "__main__":
    main()
