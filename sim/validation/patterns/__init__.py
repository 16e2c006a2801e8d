"""The patterns of the article, judged over parameter samples: each sample draws the assumed values from their ranges.

`claims` states the findings of the article as claims about measures, `scenario_variants` the runs that a claim
compares; `pattern_study` runs them, `verdicts` judges the table of runs, and `plot_patterns` draws the verdicts.
"""

from sim.validation.patterns.pattern_figure import plot_patterns
from sim.validation.patterns.pattern_study import Study, study

__all__ = ["Study", "plot_patterns", "study"]
