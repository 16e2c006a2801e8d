"""A theatre small enough that a campaign takes milliseconds: 12 x 10 km, two axes, one town, a few hundred soldiers.

All values that do not concern the map or the size of the forces are the baseline's, so a mechanism added to the model
acts here too.
"""

from functools import cache

from sim.campaign.mesa_model import Campaign
from sim.scenario.loader import load
from sim.scenario.schema import Scenario


def line(kind, start, end, path, throughput_t_per_day):
    """Return a line of communication."""
    ends = {"name": f"{start} to {end}", "kind": kind, "start": start, "end": end, "path": path}
    return ends | {"throughput_t_per_day": throughput_t_per_day, "source": "theatre_sketch"}


def transfer(name, kind, soldiers, from_day=0.0, over_days=0.0, side="attacker", **more):
    """Return a dated transfer of soldiers."""
    days = {"from_day": from_day, "over_days": over_days}
    return {"name": name, "side": side, "kind": kind, "soldiers": soldiers} | days | more


def returning(day):
    """Return the transfers of 80 soldiers who are diverted, of whom 40 come to the sector on a day."""
    return [
        transfer("Russian", "leave", 60, is_diversion=True),
        transfer("North Korean", "leave", 20, is_diversion=True),
        transfer("returned", "arrive", 40, day, is_diversion=True),
        transfer("in the sector again", "arrive", 40, day),
    ]


SKETCH = {"source": "theatre_sketch"}


def feature(terrain, path, width_km):
    """Return a tree line or a stretch of water."""
    return {"name": terrain, "terrain": terrain, "path": path, "width_km": width_km} | SKETCH


GROUND = {
    "symbolic_objectives": [],
    "x_range_km": [-6.0, 6.0],
    "y_range_km": [-3.0, 7.0],
    "attacker_ground": [[-6.0, 0.0], [6.0, 0.0], [6.0, -3.0], [-6.0, -3.0]],
    "settlements": [
        {
            "name": "Town",
            "x_km": 0.0,
            "y_km": 3.0,
            "radius_km": 1.5,
            "is_contested_city": True,
            "source": "approximate_places",
        }
    ],
    "features": [
        feature("tree_line", [[-6.0, 4.5], [-3.0, 4.5]], 1.0),
        feature("water", [[3.0, 3.5], [4.0, 3.5]], 1.0),
    ],
    "belts": [{"name": "belt", "path": [[-6.0, 1.5], [0.0, 1.5]], "width_km": 1.0, "source": "theatre_sketch"}],
    "axes": [
        {"name": "west", "path": [[-3.0, 0.0], [-3.0, 6.0]], "half_width_km": 3.0, "source": "theatre_sketch"},
        {"name": "east", "path": [[3.0, 0.0], [3.0, 6.0]], "half_width_km": 3.0, "source": "theatre_sketch"},
    ],
    "lines_of_communication": [
        line("road", "rear", "Town", [[0.0, 7.0], [0.0, 3.0]], 14.0),
        line("track", "Town", "west", [[0.0, 3.0], [-3.0, 1.0]], 6.0),
        line("track", "Town", "east", [[0.0, 3.0], [3.0, 1.0]], 6.0),
        line("track", "rear", "west", [[-6.0, 6.0], [-4.0, 1.0]], 3.0),
        line("track", "rear", "east", [[6.0, 6.0], [4.0, 1.0]], 3.0),
    ],
    "kill_zone_km": 4.0,
    "stage_km": 6.0,
}


def all_of(terrain):
    """Return the changes that make the whole map of one terrain (in the open there is no town then)."""
    if terrain == "urban":
        return {"ground.settlements": [GROUND["settlements"][0] | {"radius_km": 50.0}]}
    features = [] if terrain == "open" else [feature(terrain, [[-6.0, 0.0], [6.0, 0.0]], 50.0)]
    return {
        "ground.features": features,
        "ground.settlements": [],
        "ground.lines_of_communication": [],
        "ground.belts": [],
    }


# An attacker's ground that reaches around four cells of the defender.
AROUND_A_POCKET = [
    [-6.0, -3.0], [6.0, -3.0], [6.0, 0.0], [5.0, 0.0], [5.0, 4.0], [1.0, 4.0], [1.0, 1.0], [2.0, 1.0], [2.0, 3.0],
    [4.0, 3.0], [4.0, 1.0], [2.0, 1.0], [1.0, 1.0], [1.0, 0.0], [-6.0, 0.0],
]  # fmt: skip

SIZES = {
    "attacker.troops": 600,
    "attacker.infantry_share": 1.0,
    "attacker.reserve": 0,
    "forces.transfers": returning(3.0),
    "forces.recruit_quality.attacker": 1.0,
    "forces.recruit_quality.defender": 1.0,
    "defender.troops": None,
    "defender.density_per_km": 8.0,
    "defender.reserve": 40,
    "reinforcement.attacker_replacements_per_day": 20.0,
    "reinforcement.defender_replacements_per_day": 8.0,
    "reinforcement.rest_h": 36.0,
    "command.release_share_per_day": 0.25,
    "command.release_soldiers_per_day": 150.0,
    "command.culmination_share": 0.0,  # so small a force is always near it
    "command.n_objectives": 4,
    "detection.n_sensors": 3.0,
    "artillery.shells_per_day": 60.0,
    "supply.interdiction_reach_km": 3.0,
    "drone_strikes.defender.n_crews": 6,
    "drone_strikes.attacker.n_crews": 5,
    "command.doctrine": "frontal",
    "command.effort": {"frontal": {"west": 0.5, "east": 0.5}},
    "time.horizon_days": 8,
}


@cache
def _baseline():
    return load("baseline").model_dump()


def put(values, path, value):
    """Set the value at a dotted path of nested maps, which must be there already."""
    *parents, last = path.split(".")
    for name in parents:
        values = values[name]
    if last not in values:
        raise KeyError(path)
    values[last] = value


def copied(values):
    """Copy nested maps and lists."""
    if isinstance(values, dict):
        return {key: copied(value) for key, value in values.items()}
    return [copied(value) for value in values] if isinstance(values, list) else values


def toy(changes=None, /, **more):
    """Return the toy scenario with some values changed, given by dotted path or (`off`, `name`) by keyword."""
    values = copied(_baseline())
    values["ground"] |= copied(GROUND)
    changes = SIZES | (changes or {}) | more
    for path, value in changes.items():
        put(values, path, value)
    return Scenario.model_validate(values)


def simulated(scenario, seed=1, replication=0, days=None):
    """Return a campaign simulated to its horizon, or for some days."""
    model = Campaign(scenario, seed, replication, collect="nothing")
    until = model.clock[-1].end_h if days is None else days * 24.0
    while model.running and model.hour < until:
        model.step()
    return model
