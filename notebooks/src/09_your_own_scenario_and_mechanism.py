# %% [markdown]
# # 9. Make your own scenario and mechanism
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 90 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *compose* a scenario file that asks one question,
# - *read* an error message of the loader,
# - *write* a mechanism in under 40 lines,
# - *test* that it does what its description says and nothing else,
# - *defend* its place in the model, and *name* what it leaves out.

# %%
from pathlib import Path

import numpy as np

import sim
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict
from sim.campaign.phases import PHASES
from sim.errors import InputError
from sim.world.clock import Tick
from sim.world.ground import Ground
from sim.world.keyed_draws import Draws
from sim.world.state import State

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
SHORT = {"time.horizon_days": 40, "time.tick_h": 3}

# %% [markdown]
# ## A scenario is a question
#
# It names the scenario that it extends, its own name, its question and its one change:

# %%
mine = Path("my-question.yaml")
mine.write_text("""\
extends: baseline.yaml
name: Foggy summer
question: What if two days out of three were bad for small drones?
changes:
  calendar.p_good_weather: 0.33
""", encoding="utf-8")  # fmt: skip
foggy = sim.load(mine, set=SHORT)
print(f"{foggy.name}: {foggy.question}")

# %% [markdown]
# An error message names the file, the line and the column. Here are two deliberate mistakes:

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
# In the model, soldiers dig in within days, until a position protects them as well as its kind of ground can
# (`fortification_full`), and no better. Let them dig on: each day that a section stays, its position can become a
# little stronger. `depth`, the mechanism that digs, does the rest: it lets the position grow into what it can be.
#
# A mechanism is a class that names the arrays which it reads and writes, takes its values once, and acts in every tick.
# The model calls the mechanisms in the order of `PHASES`:

# %%
print(" -> ".join(PHASES))


# %%
class Digging(sim.Mechanism):
    """Let every section of the line build stronger positions.

    Each morning f <- min(f (1 + rate), max(most, f)) on each cell of the line, where f is its full fortification.
    """

    reads = frozenset({"line_cells", "line_count", "fortification_full"})
    writes = frozenset({"fortification_full"})
    # Invented for teaching, range 0 to 0.05: no source was found for how fast soldiers build on.
    rate_per_day: float = 0.02
    # Invented for teaching, range 2 to 6: the fortification at which more digging no longer helps.
    most: float = 4.0

    def __init__(self, scenario: sim.Scenario) -> None:
        pass  # a mechanism with values of the scenario would take them here

    def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
        if tick.is_new_day:
            cells = ground.line_cells[: ground.line_count[1]]
            full = ground.fortification_full[cells]
            ground.fortification_full[cells] = np.minimum(full * (1.0 + self.rate_per_day), np.maximum(self.most, full))


mechanisms = {**PHASES, "digging": Digging}

# %% [markdown]
# That is all: the new mechanism acts last in the tick. Test it before you trust it. First, a mechanism that does
# nothing must leave every run unchanged. Second, one day of digging must raise the full fortification of the line's
# cells by the rate, and of no other cell:


# %%
class Idle(Digging):
    """Dig at rate 0."""

    rate_per_day: float = 0.0


small = sim.load("one-hill")
same = sim.replicate(small, 5, workers=1), sim.replicate(small, 5, mechanisms={**PHASES, "idle": Idle})
assert same[0].outcomes.equals(same[1].outcomes)
print("At rate 0 all runs are the same. The label names the added mechanism:", same[1].label, sep="\n")

model = sim.Campaign("baseline", seed=1, **SHORT)
before, line = model.ground.fortification_full.copy(), model.ground.line_cells[: model.ground.line_count[1]]
Digging(model.inputs)(model.state, model.ground, model.tick, model.draws)
risen = model.ground.fortification_full / before
assert np.allclose(risen[line], 1.0 + Digging.rate_per_day)
assert np.all(np.delete(risen, line) == 1.0)

# %% [markdown]
# Now predict the effect of digging, then run the 30 pairs. One thing changes: the mechanism.

# %%
dig_guess = predict("How much less ground is lost when the line digs on?", "km²", low=0, likely=20, high=60,
                    file="predictions.csv")  # fmt: skip

# %%
digging = sim.load("baseline", set=SHORT | {"name": "Digging on"})
dug = sim.compare(sim.replicate(digging, PAIRS, mechanisms=mechanisms), reference)
picture = dig_guess.against(answer(dug, "area_changed_km2"))

# %%
table(dug, "area_changed_km2", "attacker_losses", "defender_losses")

# %% [markdown]
# ## Exercise: dig at random
#
# Let each section dig on a day with probability one half. Use `OWN_STREAM`, the random stream that no mechanism of the
# model uses: `uniforms(draws.stream(OWN_STREAM, tick), cells, 0)` gives a random number between 0 and 1 for each cell.
# The random numbers of all other mechanisms stay unchanged.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# from sim.world.keyed_draws import uniforms
# from sim.campaign.phases import OWN_STREAM
#
#
# class DiggingAtRandom(Digging):
#     """Dig on each cell with probability one half per day."""
#
#     def __call__(self, state: State, ground: Ground, tick: Tick, draws: Draws) -> None:
#         if tick.is_new_day:
#             cells = ground.line_cells[: ground.line_count[1]]
#             cells = cells[uniforms(draws.stream(OWN_STREAM, tick), cells, 0) < 0.5]
#             full = ground.fortification_full[cells]
#             most = np.maximum(self.most, full)
#             ground.fortification_full[cells] = np.minimum(full * (1.0 + self.rate_per_day), most)
#
#
# at_random = sim.replicate(digging, PAIRS, mechanisms={**PHASES, "digging": DiggingAtRandom})
# print(answer(sim.compare(at_random, reference), "area_changed_km2"), "beside", answer(dug, "area_changed_km2"))
# ```
#
# It digs half as fast. Thirty pairs may not be enough to show that the effect is smaller: look at the two intervals, or
# compare the two ensembles pair by pair. To become part of the model, it needs what every mechanism has: its values in
# the scenario with their sources, a random stream of its own, and a test against a known result
# ([how to contribute](../CONTRIBUTING.md)).
#
# </details>
#
# ## Debrief: what is missing?
#
# - How would the other side react to a line that digs on? Your mechanism does not model it.
# - Your rate is invented. Who could measure it, and what would you accept as a source?
# - Which is the best evidence that the mechanism is right: that it runs, that it helps, or that it gives a known
#   result?
# - Who digs, and with which tools? Who lives in the houses?
