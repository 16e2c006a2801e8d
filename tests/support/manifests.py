"""Manifests with the fewest values that their schemas ask for, and edits of a JSON document."""

import copy

from hypothesis import strategies as st

from sim.errors import InputError

ROW = {
    "path": "a.b", "value": 1.0, "unit": "km", "kind": "estimated", "range": [0, 2.0], "who": "", "why": "a test",
    "disputed_by": "", "meaning": "b", "where": "x.yaml:1", "replaces": None,
}  # fmt: skip
SCENARIO = {
    "name": "Toy", "question": "?", "article_says": "", "debrief": [], "off": [], "ground": {},
    "time": {"start_date": "2024-08-01", "horizon_days": 4, "tick_h": 12},
    "calendar": {"ceasefire_day": None},
}  # fmt: skip
RUN = {
    "label": "L", "scenario": SCENARIO, "digest": "0", "seed": 1, "n_replications": 1, "assumptions": "central",
    "provenance": [ROW, {**ROW, "range": None, "replaces": ROW}], "versions": {},
}  # fmt: skip
SWEEP = {
    "made_by": "sim sweep", "label": "L", "digest": "0", "version": "0.1.0", "code": "0", "shard": None,
    "experiment": {"name": "Toy", "question": "?", "debrief": [], "outcomes": ["y"], "series": [], "save_map": False,
                   "replications": 1, "seed": 4},
    "design": {"kind": "latin_hypercube", "n_points": 2},
    "factors": [{"path": "a.b", "kind": "real", "low": 0.0, "high": 1.0, "values": [], "central": None, "unit": "km",
                 "meaning": "b"}],
    "scenarios": {"toy": {"scenario": SCENARIO, "provenance": [ROW]}},
}  # fmt: skip
MANIFESTS = {
    "result": {**RUN, "sha256": {}},
    "comparison": {
        "made_by": "sim compare", "label": "L", "sha256": {},
        "scenarios": [{"name": "A", "folder": "01-a"}, {"name": "B", "folder": "02-b"}],
    },
    "sweep": SWEEP,
    "demonstration": {"made_by": "sim demo", "label": "L", "reference": RUN, "variant": RUN, "sha256": {}},
}  # fmt: skip

ODD = [None, True, -1, 0, 1.5, 10**30, "", "../..", "x", "\ud800", [], [[]], [None], {}, {"": None}, float("nan")]


def places_in(document, at=()):
    """Yield the place of each value of a JSON document: the keys and numbers that lead to it."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        yield (*at, key)
        yield from places_in(value, (*at, key))


def edits(document):
    """Return a strategy of copies of a document in which one or two values are replaced or lost."""
    places = list(places_in(document))
    change = st.tuples(st.sampled_from(places), st.sampled_from([*ODD, "lost"]))
    return st.lists(change, min_size=1, max_size=2).map(lambda changes: edited(document, changes))


def lines_of(function, *arguments):
    """Return the lines of the InputError that a call raises; none when it raises nothing."""
    try:
        function(*arguments)
    except InputError as error:
        return error.lines
    return []


def edited(document, changes):
    """Return a copy of a document with values replaced, or lost; a place that an earlier change took is left."""
    found = copy.deepcopy(document)
    for (*above, last), value in changes:
        here = found
        try:
            for key in above:
                here = here[key]
            if value == "lost":
                del here[last]
            else:
                here[last] = value
        except (KeyError, IndexError, TypeError):
            continue
    return found
