# %% [markdown]
# # 2. Where the numbers come from
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 30 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *distinguish* reported, estimated and invented values,
# - *trace* a value to its source and to those who dispute it,
# - *change* a source instead of a number, and *justify* the change,
# - *compare* the effect of a disputed value with the effect of an assumed value.

# %%
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict
from sim.scenario.reading.seed_facts import load_facts

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
SHORT = {"time.horizon_days": 60, "time.tick_h": 3}

baseline = sim.load("baseline", set=SHORT)
rows = [row for row in baseline.provenance if row.kind != "setting"]

# %% [markdown]
# ## What the article says
#
# The model starts from one news report of June 2025. These are its statements, in our words. A *claim* is an assertion
# by somebody else that the report passes on.

# %%
facts = load_facts()
said = {name: fact for name, fact in facts.items() if fact.kind in ("reported", "claim", "derived")}
display(Markdown("\n".join(f"- *{fact.kind}*, {fact.attributed_to}: {fact.paraphrase}" for fact in said.values())))

# %%
disputed = {name: fact for name, fact in facts.items() if fact.disputed_by}
display(Markdown("**Who says otherwise**\n\n" + "\n".join(
    f"- `{name}` ({fact.attributed_to.split(',')[0]}): {fact.paraphrase} *But* {fact.disputes}."
    for name, fact in disputed.items()
)))  # fmt: skip

# %% [markdown]
# ## Predict first
#
# What percentage of the values in the baseline did the article report? **Replace the three numbers.**

# %%
share_guess = predict("What share of the values was reported?", "%", low=10, likely=30, high=60, file="predictions.csv")

# %%
kinds = pd.Series([row.kind for row in rows]).value_counts()
display(Markdown(
    f"You predicted {share_guess}. It is {100 * kinds['reported'] / len(rows):.1f} %: "
    + ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in kinds.items())
    + f". The article gives {len(said)} statements, but few of them are numbers that the model can use."
))  # fmt: skip

# %% [markdown]
# Each estimated or invented value has a range and a reason. Read these five. What would *you* have written? The second
# turns the reported soldiers of all arms into the infantry that fights in the model.

# %%
shown = [
    "attacker.troops", "attacker.infantry_share", "artillery.shells_ratio", "defender.density_per_km",
    "drone_strikes.defender.n_crews",
]  # fmt: skip
display(Markdown("\n".join(
    f"- `{row.path}` = {row.value}{'' if row.unit == '1' else ' ' + row.unit}, *{row.kind.replace('_', ' ')}*"
    + (f", could be {row.range[0]:g} to {row.range[1]:g}" if row.range else "") + f": {row.why}"
    for row in rows if row.path in shown
)))  # fmt: skip

# %% [markdown]
# ## Change a source, not a number
#
# How many shells does the attacker fire for each shell of the defender? The source gives a ratio that fell from 7 in
# early 2024 to 1.5 in 2025; the baseline uses 2. What if the ratio had not fallen? A scenario that asks such a question
# names **the source** of its number:

# %%
Path("older-figure.yaml").write_text("""\
extends: baseline.yaml
name: The older figure
question: What if the ratio of shells were that of early 2024?
changes:
  artillery.shells_ratio:
    assume: 7
    range: [1.5, 7]
    source: artillery_ratio
    why: the figure of early 2024, the upper end of what the source reports
""", encoding="utf-8")  # fmt: skip
older = sim.load("older-figure.yaml", set=SHORT)
row = next(row for row in older.provenance if row.path == "artillery.shells_ratio")
print(f"{row.path} = {row.value}: {row.kind}, {row.who}; it replaces {row.replaces.value}")

# %% [markdown]
# **Predict:** how many more defenders are lost in 60 days with the older figure?

# %%
guess = predict(
    "How many more defenders are lost with the older figure?", "soldiers",
    low=100, likely=500, high=2000, file="predictions.csv",
)  # fmt: skip

# %%
reference = sim.replicate(baseline, PAIRS)
comparison = sim.compare(reference, sim.replicate(older, PAIRS))
picture = guess.against(answer(comparison, "defender_losses"))

# %%
table(comparison, "defender_losses", "attacker_losses", "area_changed_km2")

# %% [markdown]
# Were you surprised? The attacker has more shells, and the defender loses *fewer* soldiers. 8,400 shells per day weigh
# some 500 t. With the soldiers' needs that is about twice what the attacker's invented tracks carry, so fewer soldiers
# are sent forward. A side that had so many shells also had the lorries for them: one figure that is changed without
# what belongs to it answers another question.

# %% [markdown]
# ## Exercise: the visible dispute
#
# Other reports of the same briefing say 111,000 soldiers, not 110,000. Write a scenario file that uses the other
# figure, and compare. Which has the larger effect: this disputed number, or the ratio of shells, which is not disputed?
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# Path("rival.yaml").write_text("""\
# extends: baseline.yaml
# name: The rival count
# question: What if there were 111,000?
# changes:
#   attacker.troops: 111000
# """, encoding="utf-8")
# rival = sim.compare(reference, sim.replicate(sim.load("rival.yaml", set=SHORT), PAIRS))
# print(answer(rival, "defender_losses"), "for the count, beside", answer(comparison, "defender_losses"))
# ```
#
# One per cent more soldiers has a small effect, and its interval may contain zero. The disputed figure is not
# necessarily the figure that matters. A value set in this way is marked `set_by_scenario`: you are its source.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Which number would you need that was never published? Who could know it?
# - Two reports that rest on the same briefing: are they one source or two?
# - Who gains when a figure is large, and who when it is small?
# - "Invented for teaching" is an honest label. Does it make the result more or less useful to you?
