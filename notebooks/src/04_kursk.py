# %% [markdown]
# # 4. Kursk: a fair what-if
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *formulate* a what-if as one variant against another,
# - *predict* a difference before you see it,
# - *interpret* a paired difference with its interval,
# - *evaluate* a claim by the assumptions under which it is true.
#
# The article passes on a claim: the operation in the Kursk region diverted 70,000 soldiers, and so helped the city to
# hold out. A US assessment of November 2024 says that no soldiers were withdrawn from the east for it. The article does
# not say what the defender sent there.

# %%
from pathlib import Path
from tempfile import mkdtemp

from IPython.display import Markdown, display

import sim
from sim.analysis import SweepResults
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict
from sim.plots.sweeps.difference_map import difference_map

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
PACE = {"time.tick_h": 6}
VARIANTS = ("kursk", "kursk-none", "kursk-attacker-only", "kursk-defender-only")

history, none, attacker_only, defender_only = (sim.load(name, set=PACE) for name in VARIANTS)
for scenario in (none, attacker_only, defender_only):
    for row in scenario.provenance:
        if row.kind == "setting" and row.replaces is not None and row.path.startswith("forces."):
            display(Markdown(f"{scenario.name}: `{row.path}` from {row.replaces.value} to {row.value}."))

# %% [markdown]
# ## What is reported, and what is invented?
#
# Of all the numbers of this comparison, these are in the sources. Everything else, every date and every share, is
# invented for teaching.

# %%
for row in history.provenance:
    if row.path.startswith("forces.transfers") and row.kind == "reported":
        display(
            Markdown(f"- `{row.path}` = {row.value:,} {row.unit} ({row.who}). Disputed by: {row.disputed_by or '-'}")
        )

# %% [markdown]
# ## Predict first
#
# One variant happened: both sides' soldiers were at Kursk. In the variant *none* neither side went. How many days
# **longer** is the city held because of Kursk? A negative number means that it fell earlier. **Replace the three
# numbers.**

# %%
guess = predict("How many days longer because of Kursk?", "days", low=-50, likely=30, high=150, file="predictions.csv")

# %% [markdown]
# ## Run the variants with common random numbers
#
# Run 7 of all variants has the same weather and the same random numbers. The runs differ only by who is where and when.

# %%
variants = [sim.replicate(scenario, PAIRS) for scenario in (history, none)]
both = sim.compare(variants[1], variants[0])
picture = guess.against(answer(both, "days_city_held"))

# %%
picture = sim.plots.timeline(variants[:2], variable="pool_soldiers", events=False)

# %% [markdown]
# Counted is the infantry, three in ten of the soldiers that the scenario names.
#
# Look at the months in which the attacker's force grows: it grows *during* Kursk. The plain series of strength speaks
# against the claim. Only a comparison with a variant that never was can speak for it.
#
# ## Whose soldiers?
#
# The claim counts what the operation cost the attacker. What it cost the defender is another comparison.

# %%
variants += [sim.replicate(scenario, PAIRS) for scenario in (attacker_only, defender_only)]

# %%
for name, variant in (("Only the attacker diverted", variants[2]), ("Only the defender's brigades away", variants[3])):
    display(Markdown(f"**{name}**, compared with neither:"))
    display(table(sim.compare(variants[1], variant), "days_city_held", "city_held", "area_changed_km2"))

# %% [markdown]
# ## The answer is a map
#
# Two shares decide, and no source gives either: how many of the attacker's soldiers at Kursk would have stood before
# the city (the two claims say all, and none), and how many of the defender's brigades would have. A small grid, with
# few runs, shows the shape; `sim sweep kursk-grid` makes the full picture.

# %%
GRID = """
name: Did Kursk delay the fall?
question: For which shares does the operation delay the fall of the city?
debrief: [Where does each claim stand?, What would move the line?]
base: [kursk, kursk-none]
set: {time.tick_h: 6}
levers:
  forces.share_free.attacker: {values: [0.0, 0.5, 1.0]}
  forces.share_free.defender: {values: [0.0, 0.35, 0.7]}
outcomes: [city_held, days_city_held]
design: {kind: full_grid}
replications: 2
"""
folder = Path(mkdtemp())
(folder / "grid.yaml").write_text(GRID, encoding="utf-8")
swept = SweepResults.load(sim.sweep(folder / "grid.yaml", folder / "swept").folder)
picture = difference_map(swept)

# %% [markdown]
# Above the line "no difference" the operation hastens the fall, below it delays it. Hatched cells: in one of the
# two variants the city is held to the end in half of the runs or more, so the length of the runs limits the difference.
#
# ## Exercise: could the sector have used them?
#
# In the model the attacker sends a fixed *share* of the waiting force forward each day (`command.release`), so a larger
# force sends more soldiers. Set `command.release` to `absolute`, a fixed *number*, in **both** variants. Predict how
# much of the effect remains.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# fixed = PACE | {"command.release": "absolute"}
# pair = [sim.load(name, set=fixed) for name in ("kursk-none", "kursk")]
# print(answer(sim.compare(*pair, replications=8), "days_city_held"))
# ```
#
# What remains is what the defender's brigades do. If the sector cannot use more soldiers than it has, it does not
# matter how many are elsewhere. That is how the rival claim could be true even if the soldiers had been free to come.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What else could the 70,000 have done? Who would have fed, housed and led them, and where?
# - Losses at Kursk are not in the model: all who went come back. Which variant does that favour?
# - What evidence would make you believe the briefing? What evidence would make you believe the rival?
# - "It helped the city to hold out" is a comparison with a world that never existed. What makes such a comparison fair?
