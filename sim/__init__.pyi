"""The public names of the package, and where each comes from: read at run time too (see `sim/__init__.py`)."""

from . import analysis, plots
from .apps.notebook.panel import explore
from .apps.report import report
from .campaign.compare_scenarios import compare
from .campaign.mesa_model import Campaign
from .campaign.replications import replicate, run
from .errors import InputError
from .experiment.experiment_loader import load_experiment
from .experiment.run_sweep import sweep
from .mechanisms.mechanism_interface import Mechanism
from .plots.animation.animate import animate
from .results.comparison.comparison import Comparison
from .results.result import Ensemble, Result
from .scenario.loader import load
from .scenario.schema import Scenario

__all__ = [
    "Campaign",
    "Comparison",
    "Ensemble",
    "InputError",
    "Mechanism",
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
