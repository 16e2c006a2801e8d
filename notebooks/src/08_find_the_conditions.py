# %% [markdown]
# # 8. Find the conditions: scenario discovery
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 75 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *reverse* the question: not "what happens?" but "under which conditions does it happen?",
# - *interpret* a box by its coverage and its density,
# - *test* a box with new runs,
# - *explain* why chance decides near a threshold and nowhere else,
# - *criticise* a finding that depends on the chosen ranges.
#
# The experiment here is small enough for a lesson. `sim sweep discovery`, with all assumed values and a third of a
# year, has full size (about 7 minutes).

# %%
import math
import tempfile
from pathlib import Path

import numpy as np
from IPython.display import Markdown, display

import sim
from sim.analysis import SweepResults, prim
from sim.apps.notebook.answers import answer
from sim.apps.notebook.prediction import predict
from sim.plots.sweeps.heat_map import heat_map
from sim.plots.sweeps.prim_box import discovery_box, peeling_trajectory
from sim.results.confidence_intervals import share_interval

PAIRS = 30
SHORT = {"time.horizon_days": 30, "time.tick_h": 3}
MUCH_KM2 = 100  # a point is a case when more ground than this is taken in 30 days

# %% [markdown]
# ## 256 points
#
# Eight assumed values vary over their ranges, evenly spread (a Latin hypercube). This gives 256 points: possible worlds
# within the ranges. Some of the ranges have a source, and some are invented. Each point is run once. At some points
# much ground is lost within 30 days. Which ones?

# %% [markdown]
# ## Predict first
#
# At what share of the 256 points is more than 100 km² lost? And which two values will limit the box of bad points?
# Write the two names down. **Replace the names and the three numbers.**

# %%
my_two = ("drone_strikes.defender.p_hit", "defender.density_per_km")
guess = predict(f"At what share of the points is much lost (mostly because of {' and '.join(my_two)})?", "%", low=10,
                likely=25, high=60, file="predictions.csv")  # fmt: skip

# %% [markdown]
# ## Run

# %%
VALUES = [
    "artillery.shells_ratio",
    "calendar.p_good_weather",
    "command.n_objectives",
    "control.hold_h",
    "defender.density_per_km",
    "direct_fire.attacker_loss_per_defender_h",
    "drone_strikes.defender.n_crews",
    "drone_strikes.defender.p_hit",
]


def run_points(ranges, n, seed):
    """Write an experiment file with these ranges ({}: the value's own), run it, and return the results."""
    folder = Path(tempfile.mkdtemp())  # a new folder each time: a sweep overwrites nothing
    varied = "\n".join(f"  {path}: {span}" for path, span in ranges.items())
    (folder / "points.yaml").write_text(f"""\
name: Points at which much is lost
question: Under which of eight assumed values is much ground lost within 30 days?
base: baseline
set: {SHORT}
uncertainties:
{varied}
outcomes: [area_changed_km2, attacker_losses]
design: {{kind: latin_hypercube, n: {n}}}
replications: 1
seed: {seed}
""", encoding="utf-8")  # fmt: skip
    return SweepResults.load(sim.sweep(folder / "points.yaml", folder / "points").folder)


points = run_points(dict.fromkeys(VALUES, "{}"), n=256, seed=1)

# %%
is_case = points.means("area_changed_km2") > MUCH_KM2
share, low, high = (100 * end for end in share_interval(is_case))
display(Markdown(f"You predicted {guess}. It is **{share:.0f} %** ({low:.0f} to {high:.0f}) of {len(is_case)} points."))

# %% [markdown]
# ## Peel
#
# PRIM starts with all points. Again and again it looks for the cut that separates cases from others best, and removes a
# thin slice on the poor side. It then frees the values whose limits chance may explain. *Density* is the share of the
# points in the box that are cases. *Coverage* is the share of all cases that are in the box. A higher density means a
# lower coverage.

# %%
found = prim(points, "area_changed_km2", above=MUCH_KM2)
picture = peeling_trajectory(found)

# %%
picture = discovery_box(found)


# %%
def ends(row):
    """Return the two ends of a limit; for a value that is a whole number, the whole numbers inside."""
    is_whole = str(points.values[row.factor].dtype).startswith("int")
    return (math.ceil(row.low), math.floor(row.high)) if is_whole else (row.low, row.high)


box = found.details["box"]
limits = ["- `{}` lies between {:.3g} and {:.3g}".format(row.factor, *ends(row)) for row in box.itertuples()]
coverage, density = (found.of(name)["value"].item() for name in ("coverage", "density"))
hits = [name for name in my_two if name in set(box["factor"])]
display(Markdown(
    "Cases are frequent where\n\n" + "\n".join(limits)
    + f"\n\nThis box contains {coverage:.0%} of the cases (coverage), and {density:.0%} of the points in it are cases "
    f"(density), compared with {share:.0f} % of all points. A limit at the end of the whole range restricts nothing. "
    f"You named {len(hits)} of these {len(box)} values"
    + (f": {', '.join(hits)}." if hits else ".")
))  # fmt: skip

# %% [markdown]
# *quasi-p* is the probability that chance alone makes the box at least this dense, without the effect of that limit.
# *in … of half samples* shows how often the same value limits the box when only half of the points are used, and the
# black line where its limit then lies. Blue lines are the limits when a point counts as a case a little later or
# earlier. A value that appears again in one of ten halves is no finding. Coverage and density are measured on points
# that were left out when the box was made (cross-validation): on its own points a box looks better than it is.
#
# ## Test the box
#
# The interval of the density is a claim about new points. Does it hold? Here are sixty new points within the box; all
# other values vary as before.

# %%
inside_box = {}
for row in box.itertuples():
    inside_box[row.factor] = "{{range: [{}, {}]}}".format(*ends(row))
fresh = run_points(dict.fromkeys(VALUES, "{}") | inside_box, n=60, seed=2)
new, low, high = (100 * end for end in share_interval(fresh.means("area_changed_km2") > MUCH_KM2))
display(
    Markdown(f"The box had {density:.0%} cases; of the new points **{new:.0f} %** are cases ({low:.0f} to {high:.0f}).")
)

# %% [markdown]
# Now one point in the box: the baseline, with the values of the box at the middle of their limits and all other values
# unchanged. There are thirty pairs.

# %%
middle = {}
for row in box.itertuples():
    value = (row.low + row.high) / 2
    middle[row.factor] = round(value) if str(points.values[row.factor].dtype).startswith("int") else float(value)
inside = sim.load("baseline", set=SHORT | {"name": "Middle of the box"} | middle)
pairs = sim.compare(sim.load("baseline", set=SHORT), inside, replications=PAIRS, seed=2)
area = [one.outcomes["area_changed_km2"].to_numpy() > MUCH_KM2 for one in pairs.ensembles]
display(Markdown(
    f"More than {MUCH_KM2} km² lost in {np.mean(area[0]):.0%} of {PAIRS} runs of the baseline and in "
    f"**{np.mean(area[1]):.0%}** in the middle of the box; paired difference "
    f"in area {answer(pairs, 'area_changed_km2')}. A box describes all its points together; "
    "a single point in it is not always a case."
))  # fmt: skip

# %%
picture = sim.plots.exceedance(pairs, outcome="area_changed_km2")

# %% [markdown]
# ## From a box to a line: the threshold
#
# A box asks which values matter. A grid of two of them shows how the answer changes between its points. Here are the
# soldiers that each side brings per day, over a **year**: the replacements of the defender, and the attackers who are
# sent forward. Both count infantry. The baseline sends 440 forward and has 60 replacements. Predict: with its 60
# replacements, up to how many attackers per day is the city held for the year?

# %%
need = predict("Up to how many attackers per day is the city held?", "soldiers per day", low=50, likely=200, high=440,
               file="predictions.csv")  # fmt: skip

# %%
THRESHOLD = """\
name: The threshold, coarse
question: Up to how many attackers per day does the defender hold the city for a year?
base: baseline
set: {time.horizon_days: 365, time.tick_h: 6, command.release: absolute}
levers:
  reinforcement.defender_replacements_per_day: {values: [20, 60, 100, 140, 180]}
  command.release_soldiers_per_day: {values: [40, 140, 240, 340, 440]}
outcomes: [city_held, days_city_held]
design: {kind: full_grid}
replications: 3
"""
folder = Path(tempfile.mkdtemp())
(folder / "threshold.yaml").write_text(THRESHOLD, encoding="utf-8")
line = SweepResults.load(sim.sweep(folder / "threshold.yaml", folder / "threshold").folder)
picture = heat_map(line, "city_held")

# %%
held = line.values.assign(share=100 * line.means("city_held"))
own = held[held["reinforcement.defender_replacements_per_day"] == 60].set_index("command.release_soldiers_per_day")
shares = ", ".join(f"{release:.0f} per day {share:.0f} %" for release, share in own["share"].items())
between = int(held["share"].between(1, 99).sum())
display(Markdown(
    f"You predicted {need}. With 60 replacements per day the city is held in so many of the runs: {shares}. "
    f"{len(held) - between} of all {len(held)} points have 0 or 100 %, {between} something between them."
))  # fmt: skip

# %% [markdown]
# Soldiers make the line, so there is a threshold. On one side of it the city is held in every run, on the other it is
# lost in every run, and neither a few more soldiers nor chance changes that. Near the line the same values hold the
# city in one run and lose it in the next. Fewer soldiers make a thinner line, a thinner line loses more ground, and
# lost ground makes the line longer. **Near the line chance decides, far from it nothing does.**
#
# Three runs per point show the shape only. `sim sweep threshold` makes the full picture. The line is made of assumed
# values: move one of them, and it lies elsewhere.
#
# ## Exercise: the good points
#
# Find the conditions under which *little* is lost: less than 50 km². Is it the same box with opposite limits?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# good = prim(points, "area_changed_km2", below=50)
# print(good.details["box"][["factor", "low", "high"]])
# print(good.of("coverage")["value"].item(), good.of("density")["value"].item())
# ```
#
# Often the same values appear with the other end of their range, but not always, and not with the same limits. "When is
# much lost?" and "when is little lost?" are two different questions.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Does the box show a cause, or only the effect of the chosen ranges?
# - All points in a range have the same weight. Is there any reason to think that they are equally likely?
# - Which condition that you know from history is not a value of this model?
# - Whom does the threshold help: the one who says that a decision saved the city, or the one who says that it made no
#   difference?
# - "Under these conditions it happens" does not mean "so do this". Which steps are missing between the two?
