"""A teaching simulator of a contested city on a long front: hypothetical illustrations, never forecasts.

`import sim` is light; what a name needs is imported when the name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.apps.notebook.panel import explore
    from sim.apps.report import report
    from sim.campaign.mesa_model import Campaign
    from sim.campaign.replications import replicate, run
    from sim.experiment.experiment_loader import load_experiment
    from sim.experiment.run_sweep import sweep
    from sim.plots.animation.animate import animate
    from sim.results.comparison.comparison import Comparison, compare
    from sim.results.result import Ensemble, Result
    from sim.scenario.loader import load
    from sim.scenario.schema import Scenario

_WHERE = {
    "animate": "sim.plots.animation.animate",
    "explore": "sim.apps.notebook.panel",
    "load": "sim.scenario.loader",
    "load_experiment": "sim.experiment.experiment_loader",
    "run": "sim.campaign.replications",
    "sweep": "sim.experiment.run_sweep",
    "replicate": "sim.campaign.replications",
    "compare": "sim.results.comparison.comparison",
    "report": "sim.apps.report",
    "Campaign": "sim.campaign.mesa_model",
    "Comparison": "sim.results.comparison.comparison",
    "Ensemble": "sim.results.result",
    "Result": "sim.results.result",
    "Scenario": "sim.scenario.schema",
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
