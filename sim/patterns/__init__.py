"""The patterns of the article, judged over draws of the assumed values.

What the article reports is in `sim.patterns.claims` as claims about measures; the runs that a claim compares are
described in `sim.patterns.arms`; `sim.patterns.study` plays them, `sim.patterns.judging` judges a table of runs.
"""

from sim.patterns.study import Study, study

__all__ = ["Study", "study"]
