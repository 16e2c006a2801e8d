"""The patterns of the article, judged over draws of the assumed values.

`claims` states what the article reports as claims about measures, `scenario_variants` which runs a claim compares;
`pattern_study` runs them, and `verdicts` judges the table of runs.
"""

from sim.validation.patterns.pattern_study import Study, study

__all__ = ["Study", "study"]
