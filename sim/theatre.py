"""What a theatre file says about the ground: the map, its places and what they do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.quantity import Params, quantity, setting

Point = Annotated[list[float], Field(min_length=2, max_length=2)]
Path = Annotated[list[Point], Field(min_length=2)]


class Settlement(Params):
    """A place on the map; its cells are urban."""

    name: str = setting("text", "name of the place")
    x_km: float = quantity("km", "east of the city's centre")
    y_km: float = quantity("km", "north of the city's centre")
    radius_km: float = quantity("km", "radius of the built-up area", gt=0)
    is_contested_city: bool = setting("flag", "true for the one city whose fall is asked about", default=False)
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
    """By how much the rate at which assaulting infantry hits a section is divided."""

    open: float = quantity("1", "divisor of attackers' aimed fire against a section in the open", ge=1)
    belt: float = quantity("1", "the same on a prepared belt", ge=1)
    city: float = quantity("1", "the same in a built-up area", ge=1)


class TerrainSpeed(Params):
    """By how much terrain slows movement."""

    open: float = quantity("1", "factor on speed in the open", gt=0, le=1)
    urban: float = quantity("1", "factor on speed in a built-up area", gt=0, le=1)


class GroundParams(Params):
    """The stylised map."""

    cell_km: float = setting("km", "side of a square cell", ge=0.01, le=100)
    x_range_km: Point = setting("km", "west and east edge of the map")
    y_range_km: Point = setting("km", "south and north edge of the map")
    attacker_ground: Path = quantity("km", "polygon held by the attacker at the start, as [x, y] points")
    settlements: list[Settlement] = setting("list", "places", default=[])
    belts: list[Belt] = setting("list", "prepared lines", default=[])
    symbolic_objectives: list[SymbolicObjective] = setting("list", "places of symbolic worth", default=[])
    axes: Annotated[list[Axis], Field(min_length=1)] = setting("list", "axes of advance")
    lines_of_communication: list[LineOfCommunication] = setting("list", "roads and railways", default=[])
    fortification: Fortification = setting("1", "defender's advantage by ground")
    terrain_speed: TerrainSpeed = setting("1", "movement by terrain")
    kill_zone_km: float = quantity("km", "depth in front of the line that sensors and drones cover", gt=0)
    stage_km: float = quantity("km", "distance from the staging area to the objective", gt=0)

    @property
    def supplied_places(self) -> list[str]:
        """Names of the settlements that a line of communication leads to, in the order of the list."""
        ends = {end for line in self.lines_of_communication for end in (line.start, line.end)}
        return [place.name for place in self.settlements if place.name in ends]
