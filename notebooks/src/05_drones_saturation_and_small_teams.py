# %% [markdown]
# # 5. Drones, saturation and small teams
#
# *Hypothetical teaching illustration, not a forecast.* It explains a queue; it advises nobody.
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *describe* a drone crew as a server and a detected group as a call,
# - *calculate* the share of calls that find no crew by Erlang's formula,
# - *test* the model against that formula,
# - *analyse* why lone fireteams and columns differ.

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import answer, predict, table
from sim.campaign.mesa_model import Campaign
from sim.plots.drawing.labelled_figure import prepare, style_for
from sim.results.confidence_intervals import mean_interval
from sim.validation import theory
from sim.validation.verification.cases.drone_crews import blocked, offered_load

PAIRS = 30  # runs of each scenario, pair by pair with the same dice
SHORT = {"time.horizon_days": 60, "time.tick_h": 3}

# %% [markdown]
# ## A telephone exchange of 1917
#
# A. K. Erlang asked how many calls an exchange with c lines loses when they come at random. With offered load a (calls
# an hour times mean hours of a call) the share lost is B(a, c): B(a, 0) = 1, B(a, k) = a B(a, k-1) / (k + a B(a,
# k-1)).
#
# A drone crew is a line: while it is busy with one target, it cannot take another. Note what the formula does **not**
# hold: how clever the crew is. Saturation alone loses calls.
#
# ## Predict first
#
# Four crews, and as many calls as four crews could just serve if calls came neatly one after the other (a = 4). Which
# share of the calls finds all crews busy? **Replace the three numbers.**

# %%
guess = predict("Which share of calls is lost at a = 4, c = 4?", "%", low=0, likely=5, high=20, file="predictions.csv")

# %% [markdown]
# The model's crews, with all else switched off. One change: how often they are called.

# %%
RATE = "drone_strikes.section_call_per_soldier_h"
points = {}
for rate in (0.01, 0.02, 0.04, 0.06, 0.1):
    scenario = sim.load("verification/crews-4", set={RATE: rate, "time.horizon_days": 20})
    trials = [blocked(Campaign(scenario, seed=1, replication=r), None)["blocked"][0] for r in range(PAIRS)]
    points[offered_load(scenario)] = np.array([lost / calls for lost, calls in trials])
with style_for(None):
    caption = (
        f"Dots: the model, mean of {PAIRS} runs with 95 % interval (narrower than the dot); line: Erlang's formula."
    )
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", caption)
    loads = np.linspace(0, 11, 111)
    ax.plot(loads, 100 * theory.erlang_b(loads, 4), color="#0072B2", label="Erlang B, 4 crews")
    for load, shares in points.items():
        mean, low, high = (100 * end for end in mean_interval(shares))
        label = "the model" if load == min(points) else None
        arms = [[mean - low], [high - mean]]
        ax.errorbar([load], [mean], yerr=arms, fmt="o", color="#D55E00", capsize=5, markersize=9, label=label)
    ax.set(xlabel="Offered load (calls an hour x hours of service)", ylabel="Calls that find no crew (%)", ylim=(0, 80),
           title="Four crews and more and more calls")  # fmt: skip
    ax.legend()

# %%
at_four = 100 * theory.erlang_b(4.0, 4)
display(Markdown(
    f"You predicted {guess}. Erlang says **{at_four:.1f} %**: even when crews are just enough on average, calls bunch "
    "and collide."
))  # fmt: skip

# %% [markdown]
# ## Lone fireteams and columns
#
# Now the whole model. One change: soldiers come in columns of 152 (a published size of a massed attack is about 150)
# instead of fireteams of 4, on the same axes.
#
# A column is seen from further off than a fireteam. Once seen it causes as many calls an hour as its soldiers would in
# small teams, but all at once and in one place, and for as long as it lasts. Predict: how many **more** attackers are
# lost in 60 days?

# %%
loss_guess = predict(
    "How many more attackers are lost in columns?",
    "soldiers",
    low=-5000,
    likely=5000,
    high=20000,
    file="predictions.csv",
)

# %%
teams, columns = (sim.load(name, set=SHORT) for name in ("baseline", "encirclement"))
comparison = sim.compare(sim.replicate(teams, PAIRS), sim.replicate(columns, PAIRS))
picture = loss_guess.against(answer(comparison, "attacker_losses"))

# %%
table(comparison, "attacker_losses", "area_changed_km2", "flags_planted", "blocking_probability")

# %%
rows = {}
for ensemble in comparison.ensembles:
    last = ensemble.series.isel(time=-1)
    lost = last["losses_by_cause"].sel(side="attacker").mean("replication").to_series()
    area, sent = float(last["area_changed_km2"].mean()), float(last["soldiers_sent_forward"].mean())
    rows[ensemble.name] = {
        "lost for each km² taken": f"{lost.sum() / area:,.0f}",
        "lost of 100 sent forward": f"{100 * lost.sum() / sent:.0f}",
        "assaults": f"{float(last['assaults'].mean()):,.0f}",
        "calls on the defender's crews": f"{float(last['calls_on_attacker'].mean()):,.0f}",
    }
    rows[ensemble.name] |= {f"lost: {cause.replace('_', ' ')}": f"{n:,.0f}" for cause, n in lost.items() if n >= 1}
pd.DataFrame(rows)

# %% [markdown]
# Read the table by mechanism. No rule says "columns do badly": the difference comes from how far a group is seen, how
# long it waits and is exposed, how many soldiers one hit reaches, and how often there is a group to assault at all.
#
# Columns lose *fewer* in some rows. Those who are on their way are seen more often, yet the crews that are called all
# at once are soon all busy, and most of a column's calls find nobody: that is the queue. And there are few columns, and
# few assaults, so that few fall in them.

# %%
picture = sim.plots.losses_ledger(comparison)

# %% [markdown]
# ## Exercise: saturate the crews
#
# Keep the fireteams and halve the defender's crews (`drone_strikes.defender.n_crews` from 110 to 55). Does the share of
# calls without a crew double? Predict, then play.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# fewer = sim.load("baseline", set=SHORT | {"name": "Half the crews", "drone_strikes.defender.n_crews": 55})
# halved = sim.compare(comparison.reference, sim.replicate(fewer, PAIRS))
# display(table(halved, "blocking_probability", "attacker_losses", "area_changed_km2"))
#
# share = comparison.reference.outcomes["blocking_probability"].mean()
# loads = np.linspace(1, 400, 4_000)
# load = loads[np.argmin(np.abs(theory.erlang_b(loads, 110) - share))]
# print(f"Erlang: the load that loses {share:.0%} on 110 crews loses {theory.erlang_b(load, 55):.0%} on 55")
# ```
#
# More than doubles, by Erlang's formula as well: lost calls do not grow in step with what is missing. The campaign
# loses somewhat fewer than Erlang says. His calls come from nowhere and hang together with nothing; here a crew can
# only reach what is in its range, and who is struck, or waits less long because ground falls sooner, calls no more.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Crews here are never hunted, and drones never run out. Which side does that favour?
# - How would people on both sides adapt within a month, and why can no run show it?
# - A queue counts calls. What does it not count?
# - The claim that drones ended the frontal assaults is one institute's. Which other causes could there be?
