# %% [markdown]
# # 9. Make your own scenario and mechanism
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 90 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *compose* a scenario file that asks one question,
# - *read* what the loader says about a mistake,
# - *write* a mechanism in under 40 lines,
# - *test* that it does what it says and nothing else,
# - *defend* its place in the model, and *name* what it leaves out.

# %%
from pathlib import Path

import numpy as np

import sim
from sim.apps.notebook.prediction import answer, predict, table
from sim.campaign.phases import PHASES
from sim.errors import InputError

PAIRS = 30  # runs of each scenario, pair by pair with the same dice
SHORT = {"time.horizon_days": 40, "time.tick_h": 3}

# %% [markdown]
# ## A scenario is a question
#
# Five lines: what it extends, its name, its question, its one change.

# %%
mine = Path("my-question.yaml")
mine.write_text("""\
extends: baseline.yaml
name: Foggy summer
question: What if two days in three were bad for small drones?
changes:
  calendar.p_good_weather: 0.33
""", encoding="utf-8")  # fmt: skip
foggy = sim.load(mine, set=SHORT)
print(f"{foggy.name}: {foggy.question}")

# %% [markdown]
# A mistake is told with file, line and column. Here are two on purpose:

# %%
Path("with-faults.yaml").write_text("""\
extends: baseline.yaml
name: With faults
question: What does the loader say?
changes:
  calendar.p_good_wether: 0.33
  control.hold_h: a day
""", encoding="utf-8")  # fmt: skip
try:
    sim.load("with-faults.yaml")
except InputError as error:
    print(error)

# %% [markdown]
# ## Predict first
#
# Both sides' drones see less in bad weather. Does the attacker take more ground, or less? By how much in 40 days?
# **Replace the three numbers.**

# %%
guess = predict("How much more ground in a foggy summer?", "km²", low=-20, likely=20, high=80, file="predictions.csv")

# %%
reference = sim.replicate(sim.load("baseline", set=SHORT), PAIRS)
comparison = sim.compare(reference, sim.replicate(foggy, PAIRS))
picture = guess.against(answer(comparison, "area_changed_km2"))

# %% [markdown]
# ## A mechanism of your own
#
# [What the model cannot tell](../docs/limitations.md) says that the line falls back on what was prepared: nothing
# new is built. So let the line dig in: each day that a section stands, its ground protects it a little better.
#
# A mechanism is a class that says which arrays it reads and writes, takes its values once, and acts in every tick. The
# model calls the mechanisms in the order of `PHASES`:

# %%
print(" -> ".join(PHASES))


# %%
class Digging:
    """Let every section of the line dig in.

    Each morning f <- min(f (1 + rate), max(most, f)) on each cell of the line, f its fortification.
    """

    reads = frozenset({"line_cells", "line_count", "fortification"})
    writes = frozenset({"fortification"})
    # Invented for teaching, range 0 to 0.05: no figure was found for how fast a line is dug in.
    rate_per_day = 0.02
    # Invented for teaching, range 2 to 6: where digging deeper stops to help.
    most = 4.0

    def __init__(self, scenario):
        pass  # a mechanism of the model takes its values from the scenario here

    def __call__(self, state, ground, tick, draws):
        if tick.is_new_day:
            cells = ground.line_cells[: ground.line_count[1]]
            deeper = ground.fortification[cells] * (1.0 + self.rate_per_day)
            ground.fortification[cells] = np.minimum(deeper, np.maximum(self.most, ground.fortification[cells]))


mechanisms = {**PHASES, "digging": Digging}

# %% [markdown]
# That is all: the new one acts last in the tick. Before you trust it, test it. First, one that does nothing must change
# nothing, run for run. Second, a day's digging must raise the line's ground by the rate, and no other:


# %%
class Idle(Digging):
    """Dig at rate 0."""

    rate_per_day = 0.0


small = sim.load("one-hill")
same = sim.replicate(small, 5, workers=1), sim.replicate(small, 5, mechanisms={**PHASES, "idle": Idle})
assert same[0].outcomes.equals(same[1].outcomes)
print("At rate 0 all runs are the same. The label tells what was added:", same[1].label, sep="\n")

model = sim.Campaign(sim.load("baseline", set=SHORT))
before, line = model.ground.fortification.copy(), model.ground.line_cells[: model.ground.line_count[1]]
Digging(model.inputs)(model.state, model.ground, model.tick, model.draws)
risen = model.ground.fortification / before
assert np.allclose(risen[line], 1.0 + Digging.rate_per_day)
assert np.all(np.delete(risen, line) == 1.0)

# %% [markdown]
# Now predict what digging does, then play the 30 pairs. One change: the mechanism.

# %%
dig_guess = predict("How much less ground is lost when the line digs in?", "km²", low=0, likely=20, high=60,
                    file="predictions.csv")  # fmt: skip

# %%
digging = sim.load("baseline", set=SHORT | {"name": "Digging in"})
dug = sim.compare(sim.replicate(digging, PAIRS, mechanisms=mechanisms), reference)
picture = dig_guess.against(answer(dug, "area_changed_km2"))

# %%
table(dug, "area_changed_km2", "attacker_losses", "defender_losses")

# %% [markdown]
# ## Exercise: dig with dice
#
# Let a section dig only on the days on which its own die allows it, with probability one half. Draw from `OWN_STREAM`,
# the stream that no mechanism of the model uses: `uniforms(draws.stream(OWN_STREAM, tick), cells, 0)` gives a number
# between 0 and 1 for each cell. Nobody else's dice move.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# from sim.world.keyed_draws import uniforms
# from sim.campaign.phases import OWN_STREAM
#
#
# class DiggingByChance(Digging):
#     """Dig on a cell with probability one half a day."""
#
#     def __call__(self, state, ground, tick, draws):
#         if tick.is_new_day:
#             cells = ground.line_cells[: ground.line_count[1]]
#             cells = cells[uniforms(draws.stream(OWN_STREAM, tick), cells, 0) < 0.5]
#             deeper = ground.fortification[cells] * (1.0 + self.rate_per_day)
#             ground.fortification[cells] = np.minimum(deeper, np.maximum(self.most, ground.fortification[cells]))
#
#
# by_chance = sim.replicate(digging, PAIRS, mechanisms={**PHASES, "digging": DiggingByChance})
# print(answer(sim.compare(by_chance, reference), "area_changed_km2"), "beside", answer(dug, "area_changed_km2"))
# ```
#
# It digs half as fast. Whether the effect is smaller, thirty pairs may not tell: look at the two intervals, or compare
# the two ensembles pair by pair. If it is to stay, it needs what every mechanism has: its values in the
# scenario with their sources, a number of its own for the dice, and a test against something known
# ([how to contribute](../CONTRIBUTING.md)).
#
# </details>
#
# ## Debrief: what is missing?
#
# - What would the other side do about a line that digs in? Your mechanism does not know.
# - Your rate is invented. Who could measure it, and what would you accept as a source?
# - Which is better evidence that the mechanism is right: that it runs, that it helps, or that it meets a known answer?
# - Who does the digging, with what, and who lives in the houses?
