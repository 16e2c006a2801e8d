# %% [markdown]
# # 7. What matters most: tornado, Morris, Sobol, and noise
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 90 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *rank* assumed values by what each does alone (tornado),
# - *screen* many values with few runs (Morris),
# - *apportion* variance to values and to their interplay (Sobol),
# - *recognise* what is dice and not effect (noise).
#
# The experiments here are as small as a lesson needs. Those of real size are shipped: `sim sweep tornado`,
# `sim sweep morris-screen` and `sim sweep sobol-screened` take some minutes each.

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
    """Write an experiment file, play it into a folder of the same name, and read what came out."""
    folder = Path(tempfile.mkdtemp())  # a new one each time: a sweep overwrites nothing
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return SweepResults.load(sim.sweep(folder / f"{name}.yaml", folder / name).folder)


# %% [markdown]
# ## Predict first
#
# Six assumed values. Each is moved from one end of its range to the other, alone. Which of them moves the ground taken
# in 20 days most? Write its name down, and predict by how many km² it moves the mean. **Replace the numbers.**
#
# - `control.hold_h`: how long a won cell must be held before it counts
# - `defender.density_per_km`: soldiers on a kilometre of the line
# - `drone_strikes.defender.p_hit`: probability that a drone hits
# - `calendar.p_good_weather`: share of days good for small drones
# - `artillery.shells_ratio`: the attacker's shells for one of the defender
# - `command.n_objectives`: how many cells are attacked at once

# %%
my_first = "drone_strikes.defender.p_hit"
guess = predict(f"How far does the strongest value, by my guess {my_first}, move the ground taken?", "km²", low=5,
                likely=20, high=60, file="predictions.csv")  # fmt: skip

# %% [markdown]
# ## Tornado: one value at a time
#
# Thirteen points (the centre, and both ends of each range), each with the same 30 dice: 30 pairs for every bar.

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
    f"You named `{my_first}` and predicted {guess}. From end to end `{first}` moves the mean most, by "
    f"**{swing[first]:.0f} km²**; `{my_first}` moves it by {swing.get(my_first, float('nan')):.0f} km²."
))  # fmt: skip

# %% [markdown]
# A bar is as long as the range that somebody chose. A tornado of other ranges looks different.
#
# ## Morris: many values, few runs
#
# A tornado moves one value while all others rest at their centre. Morris walks through the whole space: each step
# moves one value from wherever the walk has come to. mu* is the mean size of a value's steps; sigma tells how much
# they differ, through bends, interplay or dice.

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
design: {kind: morris, trajectories: 4}
replications: 3
""")  # fmt: skip
picture = morris_plane(morris(found, "area_changed_km2"))

# %% [markdown]
# Read the bars before the order: four walks are few. Two or three values stand clear of zero; among those whose bars
# reach zero, nothing can be ranked. The shipped experiment walks longer.
#
# ## Sobol, and what dice do to it
#
# Sobol's indices take the *variance* apart: a value's first-order index is its own share, its total index has its part
# in every interplay too. For this we go back to the small hill (notebook 3), where dice are loud and runs are cheap.
# Three assumed values, one of which can do nothing there: nobody flies.
#
# Predict: with two runs a point, what will be the total index of the value that does nothing?

# %%
nothing_guess = predict("Total index of a value without any effect?", "of the variance", low=0, likely=0, high=0.1,
                        file="predictions.csv")  # fmt: skip

# %%
hill = sweep("sobol", """\
name: Three values on the hill
question: Whose variance is it on the hill?
base: one-hill
set: {time.horizon_days: 4, time.tick_h: 3}
uncertainties: [direct_fire.assault_ratio, defender.density_per_km, drone_strikes.defender.p_hit]
outcomes: [attacker_losses]
design: {kind: saltelli, n: 16}
replications: 30
""")  # fmt: skip


# %%
def with_runs(results, n, own_dice):
    """Return the sweep as if only n runs of each point had been played, all with the same dice or each with its own."""
    runs = results.runs.copy()
    if own_dice:  # point after point takes other ones of the thirty
        runs["replication"] = (runs["replication"] + 7 * runs["point"]) % results.n_replications
    few = runs[runs["replication"] < n]
    return SweepResults(results.factors, results.unit, few, results.design, results.values, results.outcomes)


lines = []
for n, own_dice in ((2, True), (10, True), (2, False)):
    result = sobol(with_runs(hill, n, own_dice), "attacker_losses")
    row = result.of("ST").loc["drone_strikes.defender.p_hit"]
    dice = "dice of its own" if own_dice else "the same dice"
    lines.append(
        f"- {n} runs a point, each point with {dice}: **{row['value']:.2f}** ({row['low']:.2f} to {row['high']:.2f})"
    )
display(Markdown(f"You predicted {nothing_guess}. For a value that does nothing:\n\n" + "\n".join(lines)))

# %%
picture = index_bars(sobol(hill, "attacker_losses"))

# %% [markdown]
# Dice look like an interplay of everything with everything. Where each point has dice of its own, a value that does
# nothing seems to do something. With the same dice at every point it reads nothing; but a value that does a little
# still stirs the dice of those who come after. So an index is worth reading only beside the noise, which the picture
# prints. Wide intervals: sixteen base points are few.
#
# ## Exercise: the other outcome
#
# Draw the Morris plane for `attacker_losses` from the runs that are there already. Do the same values matter?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# picture = morris_plane(morris(found, "attacker_losses"))
# ```
#
# Where the bars allow an answer it is not the same one: what decides ground need not decide losses. "What matters most"
# has no answer before somebody says *for which outcome, over which ranges, by whose choice*.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Which of the values that matter could somebody find out, and which can nobody?
# - A value outside the list cannot matter in any of these pictures. What was left out of the list, and out of the
#   model?
# - Would you rather know one value exactly or all of them a little better?
# - What follows if the value that matters most is a choice of the modeller (`control.hold_h`)?
