"""What a theatre file says about the ground: the map, its places and what they do."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sim.quantity import MAX_KM, Name, Params, quantity, setting
from sim.world.integer_codes import DEFENDER, SIDES

Coordinate = Annotated[float, Field(ge=-MAX_KM, le=MAX_KM)]
Point = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
Path = Annotated[list[Point], Field(min_length=2, max_length=1000)]
MAX_AXES = 100  # a column of the cells holds the number of the axis in one byte
MAX_PLACES = 1000

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

    name: Name = setting("text", "name of the place")
    x_km: float = quantity("km", "distance east of the city's centre", ge=-MAX_KM, le=MAX_KM)
    y_km: float = quantity("km", "distance north of the city's centre", ge=-MAX_KM, le=MAX_KM)
    radius_km: float = quantity("km", "radius of the built-up area", gt=0, le=MAX_KM)
    is_contested_city: bool = setting("flag", "whether this is the contested city", default=False)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class Feature(Params):
    """A tree line, or a stream or pond: the cells whose centre lies within half its width of its course."""

    name: Name = setting("text", "name of the feature")
    terrain: Literal["tree_line", "water"] = setting(
        "text", "terrain of the feature's cells; settlements make urban cells"
    )
    path: Path = quantity("km", "course of the feature, as [x, y] points")
    width_km: float = quantity("km", "width of the feature on the map", gt=0, le=MAX_KM)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class Belt(Params):
    """A prepared line of fortifications."""

    name: Name = setting("text", "name of the belt")
    path: Path = quantity("km", "course of the belt, as [x, y] points")
    width_km: float = quantity("km", "depth of the belt on the ground", gt=0, le=MAX_KM)
    ready: float = setting("1", "share of the belt that is finished at the start", default=1.0, ge=0, le=1)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class Axis(Params):
    """An axis of advance; a cell belongs to the nearest axis in whose lane it lies."""

    name: Name = setting("text", "name of the axis, the word used for effort and series")
    path: Path = quantity("km", "path of the axis from the front to its goals, as [x, y] points")
    half_width_km: float | None = quantity("km", "half the width of the axis's lane (null: no edge)", gt=0, le=MAX_KM)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class SymbolicObjective(Params):
    """A place whose capture is announced whatever it is worth: a border, a sign at a town's edge."""

    name: Name = setting("text", "name of the objective")
    path: Path = quantity("km", "course of the objective, as [x, y] points")
    width_km: float = quantity("km", "width of the objective on the map", gt=0, le=MAX_KM)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class LineOfCommunication(Params):
    """A road, railway or track that supply moves on."""

    name: Name = setting("text", "places that the line joins")
    kind: Literal["road", "rail", "track"] = setting(
        "text", "kind of the line: road, rail, or a track to an axis of advance"
    )
    start: Name = setting("text", "start of the line: a settlement, or `rear`")
    end: Name = setting("text", "end of the line: a settlement, or an axis, which it then feeds one way")
    side: Literal["attacker", "defender"] = setting("text", "side that the line supplies", default="defender")
    path: Path = quantity("km", "course of the line, as [x, y] points")
    throughput_t_per_day: float = quantity("t/day", "throughput of the line when the enemy is far", ge=0, le=100_000)
    source: Name = setting("id", "entry of seeds/ that covers this item's numbers")


class Fortification(Params):
    """By how much the rate at which assaulting infantry, or a shell, hits a section is divided; the best counts."""

    open: float = quantity("1", "divisor of attackers' fire against a section in the open", ge=1, le=1000)
    tree_line: float = quantity("1", "divisor of attackers' fire against a section in a tree line", ge=1, le=1000)
    water: float = quantity("1", "divisor of attackers' fire against a section behind water", ge=1, le=1000)
    belt: float = quantity("1", "divisor of attackers' fire against a section on a prepared belt", ge=1, le=1000)
    city: float = quantity("1", "divisor of attackers' fire against a section in a built-up area", ge=1, le=1000)


class GroundParams(Params):
    """The stylised map."""

    cell_km: float = setting("km", "side of a square cell", ge=0.01, le=100)
    x_range_km: Point = setting("km", "west and east edge of the map")
    y_range_km: Point = setting("km", "south and north edge of the map")
    attacker_ground: Path = quantity("km", "polygon held by the attacker at the start, as [x, y] points")
    settlements: Annotated[list[Settlement], Field(max_length=MAX_PLACES)] = setting("list", "places", default=[])
    features: Annotated[list[Feature], Field(max_length=MAX_PLACES)] = setting(
        "list", "tree lines, streams and ponds", default=[]
    )
    belts: Annotated[list[Belt], Field(max_length=MAX_PLACES)] = setting("list", "prepared lines", default=[])
    symbolic_objectives: Annotated[list[SymbolicObjective], Field(max_length=MAX_PLACES)] = setting(
        "list", "places of symbolic worth", default=[]
    )
    axes: Annotated[list[Axis], Field(min_length=1, max_length=MAX_AXES)] = setting("list", "axes of advance")
    lines_of_communication: Annotated[list[LineOfCommunication], Field(max_length=MAX_PLACES)] = setting(
        "list", "roads and railways", default=[]
    )
    fortification: Fortification = setting("1", "defender's advantage by ground")
    terrain_speed: PerTerrain = quantity("1", "factor of the objective's terrain on the speed of teams")
    terrain_signature: PerTerrain = quantity("1", "factor of the objective's terrain on the sweep width against groups")
    terrain_cover: PerTerrain = quantity("1", "factor of the terrain on losses to shells and drone hits")
    kill_zone_km: float = quantity(
        "km", "depth of the zone before the line that sensors and drones cover", gt=0, le=MAX_KM
    )
    stage_km: float = quantity("km", "distance from the staging area to the objective", gt=0, le=MAX_KM)

    def lines_of(self, side: int) -> list[LineOfCommunication]:
        """Return the lines of communication that supply a side."""
        return [line for line in self.lines_of_communication if line.side == SIDES[side]]

    @property
    def supplied_places(self) -> list[str]:
        """Names of the settlements that a line of the defender leads to, in the order of the list."""
        ends = {end for line in self.lines_of(DEFENDER) for end in (line.start, line.end)}
        return [place.name for place in self.settlements if place.name in ends]
