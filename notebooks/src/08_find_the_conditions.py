# %% [markdown]
# # 8. Find the conditions: scenario discovery
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *reverse* the question: not "what happens?" but "under which conditions does it happen?",
# - *interpret* a box by its coverage and its density,
# - *test* a box with runs it has never seen,
# - *criticise* a finding that rests on ranges somebody chose.
#
# The experiment here is as small as a lesson needs; `sim sweep discovery`, with all assumed values and a year's third,
# is the real size (about 7 minutes).

# %%
import math
import tempfile
from pathlib import Path

import numpy as np
from IPython.display import Markdown, display

import sim
from sim.analysis import SweepResults, prim
from sim.apps.notebook.prediction import answer, predict
from sim.plots.sweeps.prim_box import discovery_box, peeling_trajectory
from sim.results.confidence_intervals import share_interval

PAIRS = 30
SHORT = {"time.horizon_days": 30, "time.tick_h": 3}
MUCH_KM2 = 140  # what counts as a case: more ground than this is taken in 30 days

# %% [markdown]
# ## 256 worlds
#
# Eight assumed values, each anywhere in its range, spread evenly (a Latin hypercube): 256 worlds that the ranges allow,
# of which some have a source and some are invented. Each is played once. In some of them much ground is lost within 30
# days. Which?

# %% [markdown]
# ## Predict first
#
# In which share of the 256 worlds is more than 140 km² lost? And which two values will bound the bad worlds? Write the
# two names down. **Replace the three numbers.**

# %%
my_two = ("drone_strikes.defender.p_hit", "defender.density_per_km")
guess = predict(f"In which share of the worlds is much lost (mostly by {' and '.join(my_two)})?", "%", low=10,
                likely=25, high=60, file="predictions.csv")  # fmt: skip

# %% [markdown]
# ## Play

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


def play(ranges, n, seed):
    """Write an experiment file with these ranges ({}: the value's own), play it, and read what came out."""
    folder = Path(tempfile.mkdtemp())  # a new one each time: a sweep overwrites nothing
    varied = "\n".join(f"  {path}: {span}" for path, span in ranges.items())
    (folder / "worlds.yaml").write_text(f"""\
name: Worlds in which much is lost
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
    return SweepResults.load(sim.sweep(folder / "worlds.yaml", folder / "worlds").folder)


worlds = play(dict.fromkeys(VALUES, "{}"), n=256, seed=1)

# %%
is_case = worlds.means("area_changed_km2") > MUCH_KM2
share, low, high = (100 * end for end in share_interval(is_case))
display(Markdown(f"You predicted {guess}. It is **{share:.0f} %** ({low:.0f} to {high:.0f}) of {len(is_case)} worlds."))

# %% [markdown]
# ## Peel
#
# PRIM starts with all worlds and peels off, again and again, the slice without which cases are densest. *Density*: how
# many of the box's worlds are cases. *Coverage*: how many of all cases the box holds. More of one costs the other.

# %%
found = prim(worlds, "area_changed_km2", above=MUCH_KM2)
picture = peeling_trajectory(found)

# %%
picture = discovery_box(found)


# %%
def ends(row):
    """Return the ends of a limit; of a whole number, the whole ones inside."""
    is_whole = str(worlds.values[row.factor].dtype).startswith("int")
    return (math.ceil(row.low), math.floor(row.high)) if is_whole else (row.low, row.high)


box = found.details["box"]
limits = ["- `{}` lies between {:.3g} and {:.3g}".format(row.factor, *ends(row)) for row in box.itertuples()]
coverage, density = (found.of(name)["value"].item() for name in ("coverage", "density"))
hits = [name for name in my_two if name in set(box["factor"])]
display(Markdown(
    "Cases crowd where\n\n" + "\n".join(limits)
    + f"\n\nThis box holds {coverage:.0%} of the cases (coverage), and {density:.0%} of the worlds in it are cases "
    f"(density), against {share:.0f} % of all. An end that is that of the whole range restricts nothing. You "
    f"named {len(hits)} of these {len(box)} values"
    + (f": {', '.join(hits)}." if hits else ".")
))  # fmt: skip

# %% [markdown]
# *quasi-p* is the chance that the box would be as dense as it is if that limit did nothing; *again in … of halves* says
# how often the same value bounds the box when only half of the worlds are used. A value that comes again in one half of
# ten is no finding. The star in the first picture is the box that is drawn, after limits that hardly help were let go:
# it need not lie on the path.
#
# ## Test the box
#
# A box is found where the cases happened to lie. Does it hold for worlds that it has never seen? Sixty new ones, drawn
# within the box; all other values vary as before.

# %%
inside_box = {}
for row in box.itertuples():
    inside_box[row.factor] = "{{range: [{}, {}]}}".format(*ends(row))
fresh = play(dict.fromkeys(VALUES, "{}") | inside_box, n=60, seed=2)
new, low, high = (100 * end for end in share_interval(fresh.means("area_changed_km2") > MUCH_KM2))
display(
    Markdown(
        f"The box promised {density:.0%} cases; among the new worlds it is **{new:.0f} %** ({low:.0f} to {high:.0f})."
    )
)

# %% [markdown]
# And now one world in the box: the baseline with the box's values at their middle, all others as they are. Thirty
# pairs.

# %%
middle = {}
for row in box.itertuples():
    value = (row.low + row.high) / 2
    middle[row.factor] = round(value) if str(worlds.values[row.factor].dtype).startswith("int") else float(value)
inside = sim.load("baseline", set=SHORT | {"name": "Middle of the box"} | middle)
pairs = sim.compare(sim.load("baseline", set=SHORT), inside, replications=PAIRS, seed=2)
area = [one.outcomes["area_changed_km2"].to_numpy() > MUCH_KM2 for one in pairs.ensembles]
display(Markdown(
    f"More than {MUCH_KM2} km² lost in {np.mean(area[0]):.0%} of {PAIRS} runs of the baseline and in "
    f"**{np.mean(area[1]):.0%}** in the middle of the box; paired difference "
    f"in area {answer(pairs, 'area_changed_km2')}. A box speaks of all worlds in it at once; "
    "one of them may well be no case."
))  # fmt: skip

# %%
picture = sim.plots.exceedance(pairs, outcome="area_changed_km2")

# %% [markdown]
# ## Exercise: the good worlds
#
# Find the conditions under which *little* is lost: less than 70 km². Is it the same box turned round?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# good = prim(worlds, "area_changed_km2", below=70)
# print(good.details["box"][["factor", "low", "high"]])
# print(good.of("coverage")["value"].item(), good.of("density")["value"].item())
# ```
#
# Often the same values return with the other end of their range, but not always, and not with the same limits: what it
# takes to lose much and what it takes to lose little are two questions.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Is the box a reason, or a coincidence of ranges that somebody chose?
# - All worlds in a range counted alike. Who says that they are equally likely?
# - Which condition that you know from history is no value of this model at all?
# - "Under these conditions" is no "therefore do". What would have to come between?
