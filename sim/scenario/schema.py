"""The scenario: every value the model knows, with its unit and meaning, in sections named after the mechanisms."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from sim.mechanisms.artillery import ArtilleryParams
from sim.mechanisms.calendar import CalendarParams
from sim.mechanisms.cohesion import CohesionParams
from sim.mechanisms.command import CommandParams
from sim.mechanisms.control import ControlParams
from sim.mechanisms.depth import DepthParams
from sim.mechanisms.detection import DetectionParams
from sim.mechanisms.direct_fire import DirectFireParams
from sim.mechanisms.drone_strikes import DroneStrikesParams
from sim.mechanisms.forces import ForcesParams
from sim.mechanisms.lift import LiftParams
from sim.mechanisms.movement import MovementParams
from sim.mechanisms.pockets import PocketsParams
from sim.mechanisms.reinforcement import ReinforcementParams
from sim.mechanisms.reserves import ReservesParams
from sim.mechanisms.supply import SupplyParams
from sim.quantity import Name, Params, Prose, Provenance, setting
from sim.scenario import consistency
from sim.scenario.outcome_expression import own_outcome_problems
from sim.scenario.outcome_names import asks_problems
from sim.world.force_values import AttackerParams, DefenderParams
from sim.world.map_values import GroundParams


class TimeParams(Params):
    """When the campaign takes place, and how finely time is divided."""

    start_date: dt.date = setting("date", "first day of the campaign")
    horizon_days: int = setting("day", "length of the campaign", ge=1, le=3660)
    tick_h: float = setting("h", "length of a tick; a day holds a whole number of them", ge=0.25, le=24)


class Resolution(Params):
    """How finely the forces are cut into rows."""

    team_size: int = setting("soldiers", "soldiers of one fireteam, which is one row of the state", ge=1, le=100)


class Scenario(Params):
    """One campaign, complete: nothing physical is left to a default in Python."""

    name: Name = setting("text", "name of the scenario")
    question: Prose = setting("text", "question that the scenario asks")
    asks: Annotated[list[Name], Field(max_length=100)] = setting(
        "list",
        "outcomes that the question asks about, by name; a comparison judges all others more strictly",
        default=[],
    )
    article_says: Prose = setting("text", "the article's statement about the question, in other words", default="")
    debrief: Annotated[list[Prose], Field(max_length=100)] = setting(
        "list", "questions for discussion after the run", default=[]
    )
    off: Annotated[list[Name], Field(max_length=100)] = setting("list", "mechanisms switched off, by name", default=[])
    own_outcomes: dict[str, str] = setting(
        "text",
        "outcomes of your own: a name, and an expression over daily series such as losses.attacker[30]",
        default={},
    )
    time: TimeParams = setting("", "dates and time steps of the campaign")
    resolution: Resolution = setting("", "sizes of the smallest units in the model")
    ground: GroundParams = setting("", "the stylised map")
    attacker: AttackerParams = setting("", "the force that attacks")
    defender: DefenderParams = setting("", "the force that defends")
    calendar: CalendarParams = setting("", "weather and dated events")
    reinforcement: ReinforcementParams = setting("", "flows of soldiers into the fight")
    command: CommandParams = setting("", "decision rules of the two sides")
    movement: MovementParams = setting("", "speeds of teams")
    detection: DetectionParams = setting("", "sensors and signatures")
    drone_strikes: DroneStrikesParams = setting("", "drones of both sides and the requests made to them")
    artillery: ArtilleryParams = setting("", "guns, shells and effects of a shell")
    direct_fire: DirectFireParams = setting("", "direct fire in a contested cell")
    cohesion: CohesionParams = setting("", "effects of raids, shells and isolation on a line section")
    supply: SupplyParams = setting("", "demand, stocks and the reach of interdiction")
    control: ControlParams = setting("", "conditions of holding a won cell")
    forces: ForcesParams = setting("", "transfers, replacements and training of the two forces")
    depth: DepthParams = setting("", "a line of the soldiers there are, with stocks by sector")
    reserves: ReservesParams = setting("", "units in reserve, their journeys, counter-attacks and refits")
    lift: LiftParams = setting("", "limits of mass: approach routes, readiness and congestion")
    pockets: PocketsParams = setting("", "what becomes of ground that is cut off")

    _provenance: tuple[Provenance, ...] = PrivateAttr(default=())

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Where each value comes from, one row per value."""
        return self._provenance

    @property
    def digest(self) -> str:
        """SHA-256 of all values in canonical JSON: equal digests and seeds mean equal results."""
        values = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(values.encode()).hexdigest()

    def __repr__(self) -> str:
        return f"<Scenario {self.name!r}, {self.digest[:8]}>"

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        forces = None if "forces" in self.off else self.forces
        n_attackers = consistency.most_attackers(self.attacker, self.reinforcement, forces, self.time.horizon_days)
        found = [
            *consistency.resolution_problems(self.resolution.team_size, self.time.tick_h, self.attacker, n_attackers),
            *consistency.time_problems(self.time.start_date, self.time.horizon_days),
            *consistency.map_problems(self.ground),
            *consistency.section_problems(self.ground, self.defender, self.command),
            *consistency.command_problems(self.command, [axis.name for axis in self.ground.axes]),
            *consistency.cut_problems(self.supply.cuts, self.ground.lines_of_communication),
            *consistency.off_problems(self.off, mechanism_names()),
            *own_outcome_problems(self.own_outcomes),
            *asks_problems(self.asks, self.own_outcomes),
        ]
        if found:
            raise ValueError("; ".join(found))
        return self


def mechanism_names() -> list[str]:
    """Return the names of the mechanisms: the sections that a file of `sim.mechanisms` declares."""
    annotated = ((name, field.annotation) for name, field in Scenario.model_fields.items())
    return [name for name, kind in annotated if getattr(kind, "__module__", "").startswith("sim.mechanisms.")]
