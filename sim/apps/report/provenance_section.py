"""What a result rests on: what was changed, where the values come from, and how wide the assumed ranges are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from sim.apps.report.report_inputs import Source, provenance_of, runs_of
from sim.apps.report.text_table import Grid
from sim.quantity import Kind, Provenance, show_unit
from sim.results.number_format import fixed
from sim.results.result import Result
from sim.scenario.provenance import COLUMNS, cells, first_of, show_value
from sim.scenario.reading.seed_facts import load_facts
from sim.scenario.strengths import strengths
from sim.scenario.teaching_label import label_line, used_paths

STORY = ("name", "question", "asks", "article_says", "debrief")  # no effect on the runs
GENERAL_QUESTIONS = (
    "What did you expect, and which part of the result surprised you?",
    "Which of the differences are clear, beyond random variation?",
    "Which assumed value is the least certain, and what would a rival value change?",
    "What matters here but is not in the model at all?",
)
"""Questions for discussion that fit every scenario, for one that has none of its own."""
_WIDEST = 10
_WORDS = {
    "reported": "reported by the article",
    "derived": "derived from what is reported",
    "estimated": "estimated, with a public source",
    "invented_for_teaching": "invented for teaching",
    "set_by_scenario": "set by the scenario",
    "setting": "settings, which need no source",
}


def question(source: Source) -> dict[str, Any]:
    """Return what each scenario asks and what the article says about it."""
    return {"scenarios": [run.manifest["scenario"] for run in runs_of(source)]}


def changes(source: Source) -> dict[str, Any]:
    """Return what the reference changes in the scenario it extends, and how each variant differs from the reference."""
    reference, *variants = runs_of(source)
    tables = [_against_parent(reference)] + [_against(reference, variant) for variant in variants]
    return {"tables": tables}


def assumptions(source: Source) -> dict[str, Any]:
    """Return the assumptions: counts by kind for each scenario, the tables of `card_of` for the reference."""
    runs = runs_of(source)
    rows, is_drawn = provenance_of(runs[0]), runs[0].draws is not None
    return {
        "is_drawn": is_drawn,
        "counts": counts_of({run.name: provenance_of(run) for run in runs}),
        **card_of(rows),
        "strengths": strength_table(runs[0].manifest["scenario"]),
    }


def strength_table(scenario: Mapping[str, Any]) -> Grid:
    """Return the strength of both sides at the start, like with like, with what is reported of the ratio."""
    reported = load_facts()["force_ratio"].range
    rows = []
    for one in strengths(scenario):
        ratio = one.force_ratio
        sizes = ["not counted" if n is None else fixed(n) for n in (one.attacker, one.defender)]
        rows.append((one.of.capitalize(), *sizes, "" if ratio is None else fixed(ratio, 1)))
    span = f" (attackers per defender in public sources: {reported[0]:g} to {reported[1]:g})" if reported else ""
    head = ("Soldiers at the start", "Attacker", "Defender", "Attackers per defender")
    return Grid(f"Strength of both sides, like with like{span}", head, rows, n_text=1)


def card_of(rows: Sequence[Provenance]) -> dict[str, Grid]:
    """Return a table each of the reported values, the disputed values and the widest assumed ranges."""
    return {
        "reported": Grid(
            "What the article reports, and its source",
            ("Value", "Path", "Source"),
            [(_size(row), row.path, row.who) for row in rows if row.kind == "reported"],
            n_text=3,
        ),
        "disputed": disputed(rows),
        "widest": _widest(rows),
    }


def origin_of(row: Provenance) -> list[tuple[str, str]]:
    """Return where one value comes from, as pairs of a heading and a text; empty texts are left out."""
    span = first_of(row, lambda one: one.range)
    texts = (
        ("Value in the base scenario", _size(row)),
        ("Where it comes from", _WORDS[row.kind]),
        ("Range", f"{_shown(span[0])} to {_shown(span[1])}" if span else ""),
        ("Source", row.who),
        ("Reason", row.why),
        ("Disputed by", _dispute(row)),
        ("Path", row.path),
    )
    return [(heading, text) for heading, text in texts if text]


def provenance(source: Source) -> dict[str, Any]:
    """Return the whole table of provenance of each scenario."""
    return {"tables": [whole_table(run.name, provenance_of(run)) for run in runs_of(source)]}


def whole_table(name: str, rows: Sequence[Provenance]) -> Grid:
    """Return every value of a scenario with where it comes from."""
    return Grid(f"{name}. {label_line(rows)}", COLUMNS, [cells(row) for row in rows], n_text=len(COLUMNS))


def _against_parent(run: Result) -> Grid:
    own = _file_of(run)
    changed = [
        row for row in provenance_of(run) if row.path not in STORY and (row.replaces is not None or _place(row) == own)
    ]
    rows = [
        (row.path, row.meaning, _shown(row.replaces.value) if row.replaces else "absent", _shown(row.value),
         show_unit(row.unit), row.where)
        for row in changed
    ]  # fmt: skip
    head = ("Path", "Meaning", "Before", "Now", "Unit", "File and line")
    return Grid(f"{run.name}: changes of the scenario it extends", head, rows, n_text=6)


def _file_of(run: Result) -> str:
    """Return the file that has the question of a scenario: the other values in it are the changes of the scenario."""
    return next((_place(row) for row in provenance_of(run) if row.path == "question"), "")


def _place(row: Provenance) -> str:
    return row.where.rsplit(":", 1)[0]


def _against(reference: Result, variant: Result) -> Grid:
    before, now = ({row.path: row for row in provenance_of(run)} for run in (reference, variant))
    rows = []
    for path in sorted({*before, *now} - set(STORY)):
        ours, theirs = before.get(path), now.get(path)
        either = theirs or ours
        if either is not None and (ours is None or theirs is None or ours.value != theirs.value):
            values = [_shown(row.value) if row else "absent" for row in (ours, theirs)]
            rows.append((path, either.meaning, *values, show_unit(either.unit), either.where))
    head = ("Path", "Meaning", reference.name, variant.name, "Unit", "File and line")
    return Grid(f"{variant.name}: differences from {reference.name}", head, rows, n_text=6)


def _dispute(row: Provenance) -> str:
    """Return who disputes a value, and what they say.

    An assumption in place of a reported value is not disputed, whatever was said about that one.
    """
    is_assumed = row.kind in ("estimated", "invented_for_teaching")
    return str((row.disputed_by if is_assumed else first_of(row, lambda one: one.disputed_by)) or "")


def disputed(rows: Sequence[Provenance]) -> Grid:
    """Return the table of the disputed values."""
    return Grid(
        "Disputed values, and the rival values",
        ("Path", "Value here", "Who disputes it, and the rival value"),
        [(row.path, _size(row), text) for row in rows if (text := _dispute(row))],
        n_text=3,
    )


def counts_of(scenarios: Mapping[str, Sequence[Provenance]]) -> Grid:
    """Return the number of values in use of each kind in each scenario; `scenarios` has the rows by scenario name."""
    used = {name: used_paths({row.path: row.value for row in rows}) for name, rows in scenarios.items()}
    kinds = {name: [row.kind for row in rows if row.path in used[name]] for name, rows in scenarios.items()}
    rows = [
        (_WORDS[kind], *(f"{found.count(kind)}" for found in kinds.values()))
        for kind in get_args(Kind)
        if any(kind in found for found in kinds.values())
    ]
    return Grid("Number of values in use, by where they come from", ("Where they come from", *kinds), rows)


def _widest(rows: Sequence[Provenance]) -> Grid:
    assumed = [
        ((row.range[1] - row.range[0]) / abs(row.value), row)
        for row in rows
        if row.range is not None and isinstance(row.value, (int, float)) and row.value
    ]
    widest = sorted(assumed, key=lambda pair: (-pair[0], pair[1].path))[:_WIDEST]
    return Grid(
        "The widest assumed ranges, relative to the value",
        ("Path", "Meaning", "Value", "Range", "Range / value"),
        [
            (
                row.path,
                row.meaning,
                _size(row),
                f"{_shown(row.range[0])} to {_shown(row.range[1])}",
                fixed(w, 1),
            )
            for w, row in widest
            if row.range is not None
        ],
        n_text=2,
    )


def _size(row: Provenance) -> str:
    value = _shown(row.value)
    return value if row.unit == "1" else f"{value} {row.unit}"


def _shown(value: Any) -> str:
    """Return a value as every table of the page shows it: thousands with commas from 1,000 on."""
    is_whole = isinstance(value, (int, float)) and not isinstance(value, bool) and float(value).is_integer()
    return fixed(value) if is_whole else show_value(value)
