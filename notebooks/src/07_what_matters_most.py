# %% [markdown]
# # 7. What matters most: tornado, Morris, Sobol, and noise
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 90 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *rank* assumed values by the effect of each one alone (tornado),
# - *screen* many values with few runs (Morris),
# - *apportion* variance to values and to their interactions (Sobol),
# - *recognise* noise: random variation that looks like an effect.
#
# The experiments here are small enough for a lesson. Experiments of full size come with the package: `sim sweep
# tornado`, `sim sweep morris-screen` and `sim sweep sobol-screened` take some minutes each.

# %%
import tempfile
from pathlib import Path

from IPython.display import Markdown, display

import sim
from sim.analysis import SweepResults, morris, one_at_a_time, sobol
from sim.apps.notebook.prediction import predict
from sim.plots.sweeps.sensitivity_indices import index_bars, morris_plane
from sim.plots.sweeps.tornado import tornado

HEAD = """\
base: baseline
set: {time.horizon_days: 20, time.tick_h: 3}
outcomes: [area_changed_km2, attacker_losses]
"""


def sweep(name, text):
    """Write an experiment file, run it into a folder of the same name, and return the results."""
    folder = Path(tempfile.mkdtemp())  # a new folder each time: a sweep overwrites nothing
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return SweepResults.load(sim.sweep(folder / f"{name}.yaml", folder / name).folder)


# %% [markdown]
# ## Predict first
#
# There are six assumed values. Each one alone is changed from one end of its range to the other. Which of them changes
# the ground taken in 20 days most? Write its name down, and predict by how many km² it changes the mean. **Replace the
# name and the numbers.**
#
# - `control.hold_h`: how long a won cell must be held before it counts
# - `defender.density_per_km`: soldiers per kilometre of the line
# - `drone_strikes.defender.p_hit`: probability that a drone hits
# - `calendar.p_good_weather`: share of days good for small drones
# - `artillery.shells_ratio`: the attacker's shells per shell of the defender
# - `command.n_objectives`: how many cells are attacked at once

# %%
my_first = "drone_strikes.defender.p_hit"
guess = predict(f"By how much does the strongest value (my guess: {my_first}) change the ground taken?", "km²", low=5,
                likely=20, high=60, file="predictions.csv")  # fmt: skip

# %% [markdown]
# ## Tornado: one value at a time
#
# There are thirteen points: the centre, and both ends of each range. Each has 30 runs with common random numbers, so
# each bar rests on 30 pairs.

# %%
found = sweep("tornado", HEAD + """\
name: Six values, one at a time
question: Which of six assumed values moves the ground taken most?
uncertainties:
  - control.hold_h
  - defender.density_per_km
  - drone_strikes.defender.p_hit
  - calendar.p_good_weather
  - artillery.shells_ratio
  - command.n_objectives
design: {kind: one_at_a_time}
replications: 30
""")  # fmt: skip
alone = one_at_a_time(found, "area_changed_km2")
picture = tornado(alone)

# %%
means = alone.details["steps"].groupby("factor")["mean"]
swing = (means.max() - means.min()).to_dict()
first = max(swing, key=swing.get)
display(Markdown(
    f"You named `{my_first}` and predicted {guess}. From end to end, `{first}` changes the mean most, by "
    f"**{swing[first]:.0f} km²**; `{my_first}` changes it by {swing.get(my_first, float('nan')):.0f} km²."
))  # fmt: skip

# %% [markdown]
# The length of a bar depends on the chosen range. With other ranges the tornado looks different.
#
# ## Morris: many values, few runs
#
# A tornado changes one value while all others stay at their centre. Morris's method walks through the whole space: each
# step changes one value, starting from the current point of the walk. mu* is the mean absolute effect of a value's
# steps. sigma shows how much the effects differ, because of non-linearity, interactions or noise.

# %%
found = sweep("morris", HEAD + """\
name: Twelve values screened
question: Which of twelve assumed values matter at all?
uncertainties:
  - artillery.shells_per_day
  - artillery.shells_ratio
  - calendar.p_good_weather
  - command.n_objectives
  - control.hold_h
  - defender.density_per_km
  - direct_fire.attacker_loss_per_defender_h
  - drone_strikes.attacker.p_casualty
  - drone_strikes.defender.n_crews
  - drone_strikes.defender.p_hit
  - reinforcement.defender_replacements_per_day
  - supply.demand_t_per_soldier_day
design: {kind: morris, trajectories: 10}
replications: 2
""")  # fmt: skip
picture = morris_plane(morris(found, "area_changed_km2"))

# %% [markdown]
# Look at the error bars and at the grey zone before the order: ten walks are few. In the grey zone lies what random
# variation alone gives to a value without any effect. Values inside it, or with bars that overlap, cannot be ranked.
#
# ## Sobol, and the effect of noise
#
# Sobol's indices decompose the *variance*: the first-order index of a value is its own share, and its total index also
# contains its part in all interactions. For this we return to the small hill (notebook 3), where random variation is
# large and runs are fast. There are three assumed values. One of them has no effect there: the hill has no drones.
#
# Predict: with one run per point, what will be the total index of the value that has no effect?

# %%
nothing_guess = predict("Total index of a value without any effect?", "of the variance", low=0, likely=0, high=0.1,
                        file="predictions.csv")  # fmt: skip

# %%
hill = sweep("sobol", """\
name: Three values on the hill
question: Which value causes the variance on the hill?
base: one-hill
set: {time.horizon_days: 4, time.tick_h: 3}
uncertainties: [direct_fire.assault_ratio, defender.density_per_km, drone_strikes.defender.p_hit]
outcomes: [attacker_losses]
design: {kind: saltelli, n: 16}
replications: 30
""")  # fmt: skip


# %%
def with_runs(results, n, own_numbers=False):
    """Return the sweep with only n runs per point, which a step from point to point has in common, or with others."""
    runs = results.runs.copy()
    if own_numbers:  # each point takes other runs out of the thirty
        runs["replication"] = (runs["replication"] + 7 * runs["point"]) % results.n_replications
    few = runs[runs["replication"] < n]
    return SweepResults(results.factors, results.unit, few, results.design, results.values, results.outcomes)


lines = []
for n, own_numbers, words in (
    (1, True, "1 run per point, each with its own random numbers"),
    (10, True, "10 runs per point, each with its own random numbers"),
    (1, False, "1 run per point, steps with the same random numbers"),
):
    row = sobol(with_runs(hill, n, own_numbers), "attacker_losses").of("ST").loc["drone_strikes.defender.p_hit"]
    ends = f"({row['low']:.2f} to {row['high']:.2f})" if row["low"] == row["low"] else "(no interval)"
    lines.append(f"- {words}: **{row['value']:.2f}** {ends}")
display(Markdown(f"You predicted {nothing_guess}. For a value without any effect:\n\n" + "\n".join(lines)))

# %%
picture = index_bars(sobol(hill, "attacker_losses"))

# %% [markdown]
# Noise looks like an interaction of all values. With one run per point that has its own random numbers, a value without
# any effect seems to have one. With more runs, what differs between runs of the same point is known and taken out: the
# index is close to zero. A sweep also uses the same random numbers for the points of a step, and there it is exactly
# zero. Sixteen base points are too few for intervals; the experiment of full size has 128.
#
# ## Exercise: the other outcome
#
# Draw the Morris plane for `attacker_losses` from the same runs. Do the same values matter?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# picture = morris_plane(morris(found, "attacker_losses"))
# ```
#
# Where the bars allow an answer, it is a different one: the values that decide ground are not always those that decide
# losses. "What matters most?" has no answer until you say *for which outcome, over which ranges, and who chose them*.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Which of the values that matter could be measured, and which could not?
# - A value that is not in the list does not appear in any of these pictures. What is missing from the list, and from
#   the model?
# - Would you rather know one value exactly, or all of them a little better?
# - What follows if the value that matters most is a choice of the modeller (`control.hold_h`)?
