# %% [markdown]
# # 1. Five minutes with the baseline
#
# *Hypothetical teaching illustration, not a forecast.* The map is stylised, and most values are assumed.
#
# **Time needed:** 5 minutes to run, 15 minutes to discuss.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
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
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict

RUNS = 30  # each with its own random numbers

# Ninety days in steps of three hours: coarse, but quick enough for a lesson.
baseline = sim.load("baseline", set={"time.horizon_days": 90, "time.tick_h": 3})
display(Markdown(f"**{baseline.question}** {baseline.article_says}"))

# %% [markdown]
# ## Predict first
#
# In this model, how much ground does the attacker take in 90 days? The whole of Berlin has about 890 km², a square of
# 10 by 10 km has 100 km². Write down the most likely number, and two numbers between which the answer would not
# surprise you. **Replace the three numbers before you continue.** They are saved in `predictions.csv` beside this
# notebook.

# %%
guess = predict("How much ground is taken in 90 days?", "km²", low=50, likely=150, high=400, file="predictions.csv")

# %% [markdown]
# ## Run
#
# The model simulates the same 90 days 30 times. The runs differ only in their random numbers: they decide the weather,
# which soldiers are seen and which are hit.

# %%
runs = sim.replicate(baseline, RUNS)
picture = sim.plots.timeline(runs)

# %% [markdown]
# The line is the median of the runs. The bands contain the middle 50 % and the middle 90 % of the runs.
#
# Now look at your prediction beside the runs.

# %%
picture = guess.against(answer(runs, "area_changed_km2"))

# %% [markdown]
# ## Read the map
#
# The end of one run. Where ground changed hands depends on the random numbers of this run.

# %%
picture = sim.plots.map(runs.run(0))

# %%
table(runs, "city_held", "area_changed_km2", "attacker_losses", "defender_losses", "loss_exchange_ratio")

# %% [markdown]
# ## What this is not

# %%
held, kinds = answer(runs, "city_held"), [row.kind for row in baseline.provenance]
display(Markdown(
    f"- **No forecast.** Of the model's values {kinds.count('reported')} were reported; the other "
    f"{len(kinds) - kinds.count('reported') - kinds.count('setting')} were derived, estimated or assumed.\n"
    f"- **No certainty.** The city is held in {held}. This interval shows random variation only. "
    "Parameter uncertainty is not in it.\n"
    "- **No map.** The front, the axes and the roads are invented. They show no real position.\n"
    "- **Not the war.** Civilians, politics, air power, engineers and learning are left out."
))  # fmt: skip

# %% [markdown]
# ## Exercise: another random seed
#
# Repeat the 30 runs with another random seed (`seed=2`) and change nothing else. By how much does the mean area change?
# Guess first: by more or by less than the width of the interval above?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# again = sim.replicate(baseline, RUNS, seed=2)
# print(answer(runs, "area_changed_km2"), "and", answer(again, "area_changed_km2"))
# ```
#
# The two means usually differ by less than the width of the interval. A 95 % interval is constructed so that, 19 times
# in 20, it contains the mean of *very many* runs of this model. Another thirty runs have their own mean and their own
# interval. Neither interval says anything about the world.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What did you consider in your prediction that is not in the model?
# - Some civilians stayed. What would a picture have to show so that they are not forgotten?
# - Who counted the 110,000 soldiers, and why might another count differ? In the model three in ten of them are the
#   infantry, who alone go forward. Who said so?
# - If more runs make the interval narrower, does parameter uncertainty become smaller? Notebook 3 returns to this.
