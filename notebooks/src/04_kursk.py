# %% [markdown]
# # 4. Kursk: a fair what-if
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 45 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *formulate* a what-if that changes one thing,
# - *predict* a difference before you see it,
# - *interpret* a paired difference with its interval,
# - *evaluate* a claim by using the rival source.
#
# The article passes on a claim: the operation in the Kursk region diverted 70,000 soldiers, and so helped the city to
# hold out. A US assessment of November 2024 says that no soldiers were withdrawn from the east for it.

# %%
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
SHORT = {"time.horizon_days": 60, "time.tick_h": 3}

names = ("baseline", "no-kursk-diversion", "disputed-diversion")
baseline, no_diversion, disputed = (sim.load(name, set=SHORT) for name in names)
for row in no_diversion.provenance:
    if row.kind == "set_by_scenario":
        display(Markdown(f"The one change: `{row.path}` from {row.replaces.value} to {row.value} ({row.meaning})."))

# %% [markdown]
# ## Predict first
#
# If those 70,000 had been there from the first day, how much **more** ground would be taken in 60 days? A negative
# number means less. **Replace the three numbers.**

# %%
guess = predict("How much more ground with the 70,000?", "km²", low=0, likely=200, high=500, file="predictions.csv")

# %% [markdown]
# ## Run both scenarios with common random numbers
#
# Run 7 of both scenarios has the same weather and the same random numbers. The two runs of a pair diverge only where
# the change takes effect. So the difference is the effect of the change, and of nothing else.

# %%
reference = sim.replicate(baseline, PAIRS)
comparison = sim.compare(reference, sim.replicate(no_diversion, PAIRS))
picture = guess.against(answer(comparison, "area_changed_km2"))

# %%
picture = sim.plots.comparison(comparison)

# %% [markdown]
# ## Now the rival source
#
# By the rival source no soldiers left, so none could come back. Make a quick prediction, without writing it down: what
# is the difference between this scenario and the baseline?

# %%
rival = sim.compare(reference, sim.replicate(disputed, PAIRS))
table(rival, "area_changed_km2", "attacker_losses", "city_held")

# %%
claimed, contested = answer(comparison, "area_changed_km2"), answer(rival, "area_changed_km2")
display(Markdown(
    f"By the account of the briefing, Kursk has an effect of **{claimed}** in this model; by the rival account, of "
    f"**{contested}**. The runs are equally valid for both. No run can decide which account is true: that is a "
    "question for witnesses and archives."
))  # fmt: skip

# %% [markdown]
# ## Exercise: what drives the effect?
#
# In the model the attacker sends a fixed *share* of the waiting force forward each day (`command.release`), so a larger
# force sends more soldiers. Set `command.release` to `absolute`, a fixed *number*, in **both** scenarios. Predict how
# much of the effect remains.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# fixed = SHORT | {"command.release": "absolute"}
# pair = [sim.load(name, set=fixed) for name in names[:2]]
# print(answer(sim.compare(*pair, replications=PAIRS), "area_changed_km2"))
# ```
#
# Nothing, or almost nothing, remains. The effect of Kursk in this model depends on one rule about how soldiers are sent
# forward, and no source reports that rule. When a finding depends on one assumption, report both together.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What else could the 70,000 have done? Who would have fed, housed and led them, and where?
# - What did the Kursk operation cost the defender? Where is this cost in the comparison?
# - What evidence would make you believe the briefing? What evidence would make you believe the rival?
# - "It helped the city to hold out" is a comparison with a world that never existed. What makes such a comparison fair?
