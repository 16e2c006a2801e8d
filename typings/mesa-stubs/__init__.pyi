"""What this package uses of Mesa, which ships no types."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from mesa.agent import AgentSet

class Model:
    running: bool
    steps: int
    rng: np.random.Generator
    def __init__(self, *, rng: int | None = None) -> None: ...
    def step(self) -> None: ...
    @property
    def agents(self) -> AgentSet: ...
    @property
    def agents_by_type(self) -> dict[type[Agent], AgentSet]: ...

class Agent:
    model: Any
    unique_id: int | None
    def __init__(self, model: Any) -> None: ...
    def step(self) -> None: ...

class DataCollector:
    def __init__(self, model_reporters: Mapping[str, Callable[..., Any]] | None = None) -> None: ...
    def collect(self, model: Any) -> None: ...
    def get_model_vars_dataframe(self) -> pd.DataFrame: ...
