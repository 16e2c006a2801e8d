# %% [markdown]
# # 4. Kursk: a fair what-if
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 45 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *formulate* a what-if that changes one thing,
# - *predict* a difference before you see it,
# - *interpret* a paired difference with its interval,
# - *evaluate* a claim by trying the rival source.
#
# The article passes on a claim: the operation in the Kursk region drew 70,000 soldiers away, and so helped the city to
# hold. A US assessment of November 2024 says that nobody was withdrawn from the east for it.

# %%
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import answer, predict, table

PAIRS = 30  # runs of each scenario, pair by pair with the same dice
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
# ## Play both worlds with the same dice
#
# Run 7 of both scenarios has the same weather and the same luck for as long as its story is the same. So the difference
# is the work of the change, and of nothing else.

# %%
reference = sim.replicate(baseline, PAIRS)
comparison = sim.compare(reference, sim.replicate(no_diversion, PAIRS))
picture = guess.against(answer(comparison, "area_changed_km2"))

# %%
picture = sim.plots.comparison(comparison)

# %% [markdown]
# ## Now the rival source
#
# In the rival's world nobody left, so nobody could come back. Predict in your head: what is the difference between this
# world and the baseline?

# %%
rival = sim.compare(reference, sim.replicate(disputed, PAIRS))
table(rival, "area_changed_km2", "attacker_losses", "city_held")

# %%
claimed, contested = answer(comparison, "area_changed_km2"), answer(rival, "area_changed_km2")
display(Markdown(
    f"By the briefing's account Kursk is worth **{claimed}** in this model; by the rival's **{contested}**. The runs "
    "are equally good in both. No run can tell which account is true: that is a question to witnesses and archives."
))  # fmt: skip

# %% [markdown]
# ## Exercise: what drives the effect?
#
# In the model a fixed *share* of the waiting force is sent forward each day (`command.release`), so a larger force
# sends more. Set `command.release` to `absolute`, a fixed *number*, in **both** scenarios. Predict what is left of the
# effect.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# fixed = SHORT | {"command.release": "absolute"}
# pair = [sim.load(name, set=fixed) for name in names[:2]]
# print(answer(sim.compare(*pair, replications=PAIRS), "area_changed_km2"))
# ```
#
# Nothing, or next to nothing, is left. The effect of Kursk in this model rests on one rule about how soldiers are sent
# forward, and nobody reported that rule. A finding that hangs on one assumption must be told together with it.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What else could the 70,000 have done? Where would they have been fed, billeted, led?
# - What did the Kursk operation cost the defender, and where is that in the comparison?
# - Which evidence would make you believe the briefing, which the rival?
# - "It helped the city to hold" compares with a world that never was. What makes such a comparison fair?
