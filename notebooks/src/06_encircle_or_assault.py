# %% [markdown]
# # 6. Encircle or assault: supply as a network
#
# *Hypothetical teaching illustration, not a forecast.* The roads' capacities are invented.
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *represent* roads and railways as a network with capacities,
# - *determine* the largest flow into a city and the smallest cut that stops it,
# - *compare* two ways to attack by what they cost,
# - *judge* whether a cut matters at once, later, or not at all.

# %%
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import answer, predict, table
from sim.validation.theory import smallest_cut

PAIRS = 30  # runs of each scenario, pair by pair with the same dice
LONG = {"time.horizon_days": 100, "time.tick_h": 3}

baseline = sim.load("baseline", set=LONG)

# %% [markdown]
# ## The network
#
# Each line has a throughput in tonnes a day. `rear` stands for everything beyond the map. These are the lines between
# places (the tracks from a place to its part of the front are left out):

# %%
lines = [line for line in baseline.ground.lines_of_communication if line.kind != "track"]
pd.DataFrame(
    {"line": line.name, "kind": line.kind, "from": line.start, "to": line.end, "t a day": line.throughput_t_per_day}
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
    f"Lines that end in Pokrovsk: {'; '.join(into)}. The largest flow from the rear is **{flow:.0f} t a day**, and so "
    "much is what the smallest cut between the rear and the city can carry (Ford and Fulkerson)."
))  # fmt: skip

# %% [markdown]
# ## Predict first
#
# Close road **and** railway from the west, Pokrovsk-Pavlohrad. Which share of the flow into the city is left? Look at
# the table and **replace the three numbers**.

# %%
guess = predict("Which share of the flow is left?", "%", low=0, likely=10, high=30, file="predictions.csv")

# %%
west = [("Pokrovsk-Pavlohrad", "road"), ("Pokrovsk-Pavlohrad", "rail")]
left = smallest_cut(network(west), "rear", "Pokrovsk")
display(Markdown(f"You predicted {guess}. It is **{100 * left / flow:.0f} %**: {left:.0f} of {flow:.0f} t a day."))

# %% [markdown]
# A network has detours. That is why a cut on the map and a city without supply are not the same thing.
#
# ## The same cut in a campaign
#
# One change: both lines are closed from day 60 on. Predict: how much **more** ground is taken by day 100?

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
# Follow one chain: fewer tonnes arrive, stocks last some days, then guns and crews of an axis slow down, then ground is
# lost. Each link delays the next.
#
# ## Encircle or assault?
#
# One change: the doctrine. The baseline attacks round the city from the south and the northeast; `frontal` sends most
# of the effort straight at it. Same force, same fireteams.

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
display(Markdown("Attackers lost for each km²: " + ", ".join(f"{name} {value:,.0f}" for name, value in cost.items())))

# %% [markdown]
# ## Exercise: which single line?
#
# Which one line, closed for good, lowers the largest flow into Pokrovsk most? And into Kostiantynivka? Use `network`.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# for city in ("Pokrovsk", "Kostiantynivka"):
#     whole = smallest_cut(network(), "rear", city)
#     lost = {line.name + ", " + line.kind: whole - smallest_cut(network([(line.name, line.kind)]), "rear", city)
#             for line in lines}
#     print(city, f"{whole:.0f} t a day;", sorted(lost.items(), key=lambda item: -item[1])[:3])
# ```
#
# A line matters by what the others cannot carry in its place. Capacities here are invented: the method is the lesson,
# not the answer.
#
# </details>
#
# ## Debrief: what is missing?
#
# - The attacker needs no supply in this model. What would change if he did?
# - Bridges, repair crews, night, weather: which would you model first?
# - Who else lives on these roads? What does a cut mean for those who stayed?
# - Encircled, cut off and lost are three words here. Which of them do news reports mean?
