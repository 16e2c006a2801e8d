# %% [markdown]
# # 1. Five minutes with the baseline
#
# *Hypothetical teaching illustration, not a forecast.* The map is stylised, most values are assumed.
#
# **Time needed:** 5 minutes to play, 15 to talk.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *state* what the baseline asks and what it takes from a news report of June 2025,
# - *predict* an outcome with a range before you see it,
# - *read* a band of runs and an interval,
# - *explain* why the picture is no forecast.
#
# Run the cells from top to bottom with Shift+Enter.

# %%
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import answer, predict, table

RUNS = 30  # each with its own dice

# Ninety days at steps of three hours: coarse, and quick enough for a lesson.
baseline = sim.load("baseline", set={"time.horizon_days": 90, "time.tick_h": 3})
display(Markdown(f"**{baseline.question}** {baseline.article_says}"))

# %% [markdown]
# ## Predict first
#
# In this model, how much ground does the attacker take in 90 days? The whole of Berlin has about 890 km², a square of
# 10 by 10 km has 100 km². Write down the most likely number, and two numbers between which the answer would not
# surprise you. **Replace the three numbers before you go on.** They are kept in `predictions.csv` beside this notebook.

# %%
guess = predict("How much ground is taken in 90 days?", "km²", low=50, likely=150, high=400, file="predictions.csv")

# %% [markdown]
# ## Play
#
# The same 90 days are played 30 times. Nothing differs between the runs but the dice: the weather, who is seen, who is
# hit.

# %%
runs = sim.replicate(baseline, RUNS)
picture = sim.plots.timeline(runs)

# %% [markdown]
# The line is the median of the runs, the bands hold the middle half and nine tenths of them.
#
# Now look at your prediction beside the runs.

# %%
picture = guess.against(answer(runs, "area_changed_km2"))

# %% [markdown]
# ## Read the map
#
# One run, as it ends. Where the ground changed hands is a matter of this run's dice.

# %%
picture = sim.plots.map(runs.run(0))

# %%
table(runs, "city_held", "area_changed_km2", "attacker_losses", "defender_losses", "loss_exchange_ratio")

# %% [markdown]
# ## What this is not

# %%
held, kinds = answer(runs, "city_held"), [row.kind for row in baseline.provenance]
display(Markdown(
    f"- **No forecast.** Of the model's values {kinds.count('reported')} were reported; all others, "
    f"{len(kinds) - kinds.count('reported') - kinds.count('setting')} of them, somebody estimated or assumed.\n"
    f"- **No certainty.** The city is held in {held}. That interval is of dice only. What nobody knows is not in it.\n"
    "- **No map.** Front, lanes and roads are invented. Nobody could find anything by them.\n"
    "- **Not the war.** Civilians, politics, air power, mines and learning are left out."
))  # fmt: skip

# %% [markdown]
# ## Exercise: other dice
#
# Play the 30 runs again with other dice (`seed=2`) and nothing else changed. By how much does the mean area move? Guess
# first: more or less than the width of the interval above?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# again = sim.replicate(baseline, RUNS, seed=2)
# print(answer(runs, "area_changed_km2"), "and", answer(again, "area_changed_km2"))
# ```
#
# The two means mostly differ by less than the interval is wide. It is made to hold, nineteen times in twenty, the mean
# of *very many* runs of this model; another thirty runs have an interval of their own around theirs. Neither promises
# anything about the world.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What did you take into account when you predicted that the model does not have?
# - Some civilians stayed. What would a picture have to show so that they are not forgotten?
# - Who counted the 110,000 soldiers, and why might another count differ?
# - If the interval shrinks with more runs, does the doubt shrink? Notebook 3 takes this up.
