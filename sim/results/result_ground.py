"""The ground that a result was played on, from its manifest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pydantic import ValidationError

from sim.world.ground import Ground
from sim.world.map_values import GroundParams

if TYPE_CHECKING:
    from sim.results.result import Result


def ground_of(result: Result) -> Ground:
    """Rebuild the ground that a result was played on from its manifest.

    Raises ValueError when another version of the package, with another map, wrote the manifest.
    """
    try:
        params = GroundParams.model_validate_json(json.dumps(result.manifest["scenario"]["ground"]))
    except ValidationError as error:
        version = result.manifest["versions"]["pokrovsk-sim"]
        raise ValueError(f"{result.name}: version {version} of pokrovsk-sim described its map differently") from error
    return Ground(params)
