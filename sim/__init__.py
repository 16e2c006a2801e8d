"""A teaching simulator of a contested city on a long front: hypothetical illustrations, never forecasts.

`import sim` is light; what a name needs is imported when the name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.comparison import Comparison, compare
    from sim.experiment.loading import load_experiment
    from sim.experiment.sweep import sweep
    from sim.loader import load
    from sim.model import Campaign
    from sim.notebook.panel import explore
    from sim.plots.animation import animate
    from sim.replication import replicate, run
    from sim.reporting import report
    from sim.result import Ensemble, Result
    from sim.schema import Scenario

_WHERE = {
    "animate": "sim.plots.animation",
    "explore": "sim.notebook.panel",
    "load": "sim.loader",
    "load_experiment": "sim.experiment.loading",
    "run": "sim.replication",
    "sweep": "sim.experiment.sweep",
    "replicate": "sim.replication",
    "compare": "sim.comparison",
    "report": "sim.reporting",
    "Campaign": "sim.model",
    "Comparison": "sim.comparison",
    "Ensemble": "sim.result",
    "Result": "sim.result",
    "Scenario": "sim.schema",
    "analysis": "sim.analysis",
    "plots": "sim.plots",
}

__all__ = [
    "Campaign",
    "Comparison",
    "Ensemble",
    "Result",
    "Scenario",
    "analysis",
    "animate",
    "compare",
    "explore",
    "load",
    "load_experiment",
    "plots",
    "replicate",
    "report",
    "run",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    module = import_module(_WHERE[name])
    return module if _WHERE[name] == f"sim.{name}" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
