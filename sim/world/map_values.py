"""What a theatre file says about the ground: the map, its places and what they do."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.quantity import Params, quantity, setting

Point = Annotated[list[float], Field(min_length=2, max_length=2)]
Path = Annotated[list[Point], Field(min_length=2)]

TERRAINS = ("open", "urban", "tree_line", "water")


class PerTerrain(Params):
    """One factor for each terrain, 1 where it changes nothing; the field that holds it says what it scales."""

    open: float = Field(gt=0, le=1)
    urban: float = Field(gt=0, le=1)
    tree_line: float = Field(gt=0, le=1)
    water: float = Field(gt=0, le=1)

    def as_array(self) -> NDArray[np.float64]:
        """Return the factors in the order of TERRAINS."""
        return np.array([self.open, self.urban, self.tree_line, self.water], dtype=np.float64)


class Settlement(Params):
    """A place on the map; its cells are urban."""

    name: str = setting("text", "name of the place")
    x_km: float = quantity("km", "east of the city's centre")
    y_km: float = quantity("km", "north of the city's centre")
    radius_km: float = quantity("km", "radius of the built-up area", gt=0)
    is_contested_city: bool = setting("flag", "true for the one city whose fall is asked about", default=False)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class Feature(Params):
    """A tree line, or a stream or pond: the cells whose centre lies within half its width of its course."""

    name: str = setting("text", "name of the feature")
    terrain: Literal["tree_line", "water"] = setting("text", "what its cells are; urban is made by settlements")
    path: Path = quantity("km", "its course, as [x, y] points")
    width_km: float = quantity("km", "how broad it is on the map", gt=0)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class Belt(Params):
    """A prepared line of fortifications."""

    name: str = setting("text", "name of the belt")
    path: Path = quantity("km", "its course, as [x, y] points")
    width_km: float = quantity("km", "its depth on the ground", gt=0)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class Axis(Params):
    """An axis of advance: the attacker's cells of interest lie within its lane."""

    name: str = setting("text", "name of the axis, the word used for effort and series")
    path: Path = quantity("km", "from the front to its goals, as [x, y] points")
    half_width_km: float = quantity("km", "how far the lane reaches to either side", gt=0)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class SymbolicObjective(Params):
    """A place whose capture is announced whatever it is worth: a border, a sign at a town's edge."""

    name: str = setting("text", "name of the objective")
    path: Path = quantity("km", "its course, as [x, y] points")
    width_km: float = quantity("km", "how broad it is on the map", gt=0)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class LineOfCommunication(Params):
    """A road, railway or track that supply moves on."""

    name: str = setting("text", "the places it joins")
    kind: Literal["road", "rail", "track"] = setting("text", "road, rail, or a track to an axis of advance")
    start: str = setting("text", "where it begins: a settlement, or `rear`")
    end: str = setting("text", "where it ends: a settlement, or an axis, which it then feeds one way")
    path: Path = quantity("km", "its course, as [x, y] points")
    throughput_t_per_day: float = quantity("t/day", "what it carries when the enemy is far", ge=0, le=100_000)
    source: str = setting("id", "entry of seeds/ that covers this item's numbers")


class Fortification(Params):
    """By how much the rate at which assaulting infantry, or a shell, hits a section is divided; the best counts."""

    open: float = quantity("1", "divisor of attackers' fire against a section in the open", ge=1)
    tree_line: float = quantity("1", "the same in a tree line", ge=1)
    water: float = quantity("1", "the same behind a stream or pond", ge=1)
    belt: float = quantity("1", "the same on a prepared belt", ge=1)
    city: float = quantity("1", "the same in a built-up area", ge=1)


class GroundParams(Params):
    """The stylised map."""

    cell_km: float = setting("km", "side of a square cell", ge=0.01, le=100)
    x_range_km: Point = setting("km", "west and east edge of the map")
    y_range_km: Point = setting("km", "south and north edge of the map")
    attacker_ground: Path = quantity("km", "polygon held by the attacker at the start, as [x, y] points")
    settlements: list[Settlement] = setting("list", "places", default=[])
    features: list[Feature] = setting("list", "tree lines, streams and ponds", default=[])
    belts: list[Belt] = setting("list", "prepared lines", default=[])
    symbolic_objectives: list[SymbolicObjective] = setting("list", "places of symbolic worth", default=[])
    axes: Annotated[list[Axis], Field(min_length=1)] = setting("list", "axes of advance")
    lines_of_communication: list[LineOfCommunication] = setting("list", "roads and railways", default=[])
    fortification: Fortification = setting("1", "defender's advantage by ground")
    terrain_speed: PerTerrain = quantity("1", "factor on the speed of teams bound for a cell of this terrain")
    terrain_signature: PerTerrain = quantity("1", "factor on the sweep width against groups bound for, or in, it")
    terrain_cover: PerTerrain = quantity("1", "factor on what a shell or a hit by a drone takes of soldiers in it")
    kill_zone_km: float = quantity("km", "depth in front of the line that sensors and drones cover", gt=0)
    stage_km: float = quantity("km", "distance from the staging area to the objective", gt=0)

    @property
    def supplied_places(self) -> list[str]:
        """Names of the settlements that a line of communication leads to, in the order of the list."""
        ends = {end for line in self.lines_of_communication for end in (line.start, line.end)}
        return [place.name for place in self.settlements if place.name in ends]
