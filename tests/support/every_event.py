"""A run into which every kind of event that has words is put."""

import numpy as np
import pandas as pd

from sim.results.event_texts import WORDS
from sim.world.integer_codes import EVENT_KINDS


def with_every_event(result, days):
    """Return the run with all kinds of events spread over the days: two on the same day, the last on the last day."""
    kinds = [kind for kind in WORDS if kind in EVENT_KINDS]
    hours = np.linspace(0.0, days * 24.0, len(kinds))
    hours[3] = hours[4]
    times = result.series["time"].to_numpy()[0] + (hours * 3600e9).astype("timedelta64[ns]")
    rows = pd.DataFrame({"hour": hours, "time": times, "kind": kinds, "x_km": np.nan, "y_km": np.nan, "value": 0.0})
    events = pd.concat([result.events, rows], ignore_index=True).sort_values("hour", ignore_index=True)
    return type(result)(result.series, events, result.outcomes, result.manifest)
