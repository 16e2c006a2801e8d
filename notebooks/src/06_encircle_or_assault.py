# %% [markdown]
# # 6. Encircle or assault: supply as a network
#
# *Hypothetical teaching illustration, not a forecast.* The capacities of the roads are invented.
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *represent* roads and railways as a network with capacities,
# - *determine* the largest flow into a city and the smallest cut that stops it,
# - *compare* two ways to attack by what they cost,
# - *judge* whether a cut matters at once, later, or not at all.

# %%
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict
from sim.validation.theory import smallest_cut

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
LONG = {"time.horizon_days": 100, "time.tick_h": 3}

baseline = sim.load("baseline", set=LONG)

# %% [markdown]
# ## The network
#
# Each line of communication has a throughput in tonnes per day. `rear` stands for everything beyond the map. The table
# shows the lines between places, without the tracks from a place to its part of the front:

# %%
lines = [line for line in baseline.ground.lines_of_communication if line.kind != "track"]
pd.DataFrame(
    {"line": line.name, "kind": line.kind, "from": line.start, "to": line.end, "t per day": line.throughput_t_per_day}
    for line in lines
)


# %%
def network(closed=()):
    """Return throughput by (from, to), both ways, without the lines that are closed."""
    throughput = {}
    for line in lines:
        if (line.name, line.kind) not in closed:
            for ends in ((line.start, line.end), (line.end, line.start)):
                throughput[ends] = throughput.get(ends, 0.0) + line.throughput_t_per_day
    return throughput


flow = smallest_cut(network(), "rear", "Pokrovsk")
into = [f"{line.name}, {line.kind} ({line.throughput_t_per_day:.0f})" for line in lines
        if "Pokrovsk" in (line.start, line.end)]  # fmt: skip
display(Markdown(
    f"Lines that end in Pokrovsk: {'; '.join(into)}. The largest flow from the rear is **{flow:.0f} t per day**. It is "
    "equal to the capacity of the smallest cut between the rear and the city (Ford and Fulkerson)."
))  # fmt: skip

# %% [markdown]
# ## Predict first
#
# The road **and** the railway from the west, Pokrovsk-Pavlohrad, are closed. What share of the flow into the city is
# left? Look at the table and **replace the three numbers**.

# %%
guess = predict("What share of the flow is left?", "%", low=0, likely=10, high=30, file="predictions.csv")

# %%
west = [("Pokrovsk-Pavlohrad", "road"), ("Pokrovsk-Pavlohrad", "rail")]
left = smallest_cut(network(west), "rear", "Pokrovsk")
display(Markdown(f"You predicted {guess}. It is **{100 * left / flow:.0f} %**: {left:.0f} of {flow:.0f} t per day."))

# %% [markdown]
# A network has detours. So a cut on the map does not always mean a city without supply.
#
# ## The same cut in a campaign
#
# One thing changes: both lines are closed from day 60 on. Predict: how much **more** ground is taken by day 100?

# %%
area_guess = predict("How much more ground with the cut?", "km²", low=0, likely=50, high=200, file="predictions.csv")

# %%
reference = sim.replicate(baseline, PAIRS)
cut_off = sim.compare(reference, sim.replicate(sim.load("supply-cut-both", set=LONG), PAIRS))
picture = area_guess.against(answer(cut_off, "area_changed_km2"))

# %%
picture = sim.plots.timeline(cut_off)

# %%
DAYS = [60, 70, 80, 90, 100]
supply = {one.name: one.series["supply_level"].mean("replication") for one in cut_off.ensembles}
pd.DataFrame(
    {(name, axis): level.sel(axis=axis).isel(time=DAYS).to_numpy()
     for axis in ("south", "northeast", "frontal") for name, level in supply.items()},
    index=pd.Index(DAYS, name="supply level on day"),
).T.round(2)  # fmt: skip

# %% [markdown]
# Follow one chain of effects: fewer tonnes arrive; stocks last for some days; then the guns and crews of an axis slow
# down; then ground is lost. Each step delays the next.
#
# ## Encircle or assault?
#
# One thing changes: the doctrine. The baseline attacks around the city from the south and the northeast; `frontal`
# sends most of the effort straight at it. The force and its fireteams are the same.

# %%
frontal = sim.load("baseline", set=LONG | {"name": "Straight at the city", "command.doctrine": "frontal"})
cost_guess = predict("How many more attackers are lost?", "soldiers", low=-5000, likely=3000, high=10000,
                     file="predictions.csv")  # fmt: skip

# %%
doctrines = sim.compare(reference, sim.replicate(frontal, PAIRS))
picture = cost_guess.against(answer(doctrines, "attacker_losses"))

# %%
display(
    table(doctrines, "city_held", "attacker_losses", "area_changed_km2", "city_supply_level", "encirclement_fraction")
)
cost = {
    one.name: (one.outcomes["attacker_losses"].mean() / one.outcomes["area_changed_km2"].mean())
    for one in doctrines.ensembles
}
display(Markdown("Attackers lost per km²: " + ", ".join(f"{name} {value:,.0f}" for name, value in cost.items())))

# %% [markdown]
# ## Exercise: which single line?
#
# Which single line, if closed permanently, reduces the largest flow into Pokrovsk most? Which one reduces the flow into
# Kostiantynivka most? Use `network`.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# for city in ("Pokrovsk", "Kostiantynivka"):
#     whole = smallest_cut(network(), "rear", city)
#     lost = {line.name + ", " + line.kind: whole - smallest_cut(network([(line.name, line.kind)]), "rear", city)
#             for line in lines}
#     print(city, f"{whole:.0f} t per day;", sorted(lost.items(), key=lambda item: -item[1])[:3])
# ```
#
# A line matters as far as the other lines cannot replace it. The capacities are invented: learn the method, not the
# answer.
#
# </details>
#
# ## Debrief: what is missing?
#
# - The attacker's railheads and tracks are invented, too. Which fact about them would change the comparison most?
# - Bridges, repair crews, night, weather: which would you model first?
# - Who else depends on these roads? What does a cut mean for the civilians who stayed?
# - "Encircled", "cut off" and "lost" have three different meanings here. Which of them do news reports mean?
