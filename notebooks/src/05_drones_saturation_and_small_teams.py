# %% [markdown]
# # 5. Drones, saturation and small teams
#
# *Hypothetical teaching illustration, not a forecast.* It explains a queue; it is not advice.
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *describe* a drone crew as a server and a detected group as a request,
# - *calculate* the share of blocked drone requests with Erlang's formula,
# - *test* the model against that formula,
# - *analyse* why single fireteams and columns differ.

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import answer, table
from sim.apps.notebook.prediction import predict
from sim.campaign.mesa_model import Campaign
from sim.plots.drawing.labelled_figure import describe, prepare, style_for
from sim.results.confidence_intervals import mean_interval
from sim.validation import theory
from sim.validation.verification.cases.drone_crews import blocked, offered_load

PAIRS = 30  # pairs of runs; the two runs of a pair use the same random numbers
SHORT = {"time.horizon_days": 60, "time.tick_h": 3}

# %% [markdown]
# ## A telephone exchange of 1917
#
# A. K. Erlang asked: if telephone calls arrive at random, how many of them does an exchange with c lines lose? The
# offered load a is the number of calls per hour times the mean duration of a call in hours. The lost share is B(a, c),
# where B(a, 0) = 1 and B(a, k) = a B(a, k-1) / (k + a B(a, k-1)).
#
# A drone crew is like a line: while it is busy with one target, it cannot take another. The formula does **not**
# contain the skill of the crew. Saturation alone blocks requests.
#
# ## Predict first
#
# There are four crews, and as many requests as four crews could just serve if the requests came one after the other
# (a = 4). What share of the requests finds all crews busy? **Replace the three numbers.**

# %%
guess = predict("What share of requests is blocked at a = 4, c = 4?", "%", low=0, likely=5, high=20,
                file="predictions.csv")  # fmt: skip

# %% [markdown]
# These are the drone crews of the model, with everything else switched off. One thing changes: how often a request
# arrives.

# %%
RATE = "drone_strikes.section_call_per_soldier_h"
points = {}
for rate in (0.01, 0.02, 0.04, 0.06, 0.1):
    scenario = sim.load("verification/crews-4", set={RATE: rate, "time.horizon_days": 20})
    trials = [blocked(Campaign(scenario, seed=1, replication=r), None)["blocked"][0] for r in range(PAIRS)]
    points[offered_load(scenario)] = np.array([n_blocked / n_requests for n_blocked, n_requests in trials])
with style_for(None):
    caption = (
        f"Dots: the model, mean of {PAIRS} runs (the 95 % interval is smaller than the dot). Line: Erlang's formula."
    )
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", caption)
    loads = np.linspace(0, 11, 111)
    ax.plot(loads, 100 * theory.erlang_b(loads, 4), color="#0072B2", label="Erlang B, 4 crews")
    for load, shares in points.items():
        mean, low, high = (100 * end for end in mean_interval(shares))
        label = "the model" if load == min(points) else None
        bar = [[mean - low], [high - mean]]
        ax.errorbar([load], [mean], yerr=bar, fmt="o", color="#D55E00", capsize=5, markersize=9, label=label)
    ax.set(xlabel="Offered load (requests per hour x hours of service)", ylabel="Blocked requests (% of requests)",
           ylim=(0, 80), title="With four crews, more requests mean a larger blocked share")  # fmt: skip
    ax.legend()
    shares = ", ".join(f"{100 * values.mean():.0f} % at a load of {load:.1f}" for load, values in points.items())
    describe(ax, ax.get_title(), f"Blocked requests of the model: {shares}.")

# %%
at_four = 100 * theory.erlang_b(4.0, 4)
display(Markdown(
    f"You predicted {guess}. Erlang's formula gives **{at_four:.1f} %**: even when there are enough crews on average, "
    "several requests often arrive at the same time."
))  # fmt: skip

# %% [markdown]
# ## Single fireteams and columns
#
# Now the whole model. One thing changes: soldiers come in columns of 152 (a published size of a massed attack is about
# 150) instead of fireteams of 4, on the same axes.
#
# A column is seen from a greater distance than a fireteam. Once seen, it causes as many requests per hour as its
# soldiers would cause in small teams, but all at once, in one place, and for as long as the column exists. Predict: how
# many **more** attackers are lost in 60 days?

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
        "lost per km² taken": f"{lost.sum() / area:,.0f}",
        "lost per 100 sent forward": f"{100 * lost.sum() / sent:.0f}",
        "assaults": f"{float(last['assaults'].mean()):,.0f}",
        "requests to the defender's crews": f"{float(last['calls_on_attacker'].mean()):,.0f}",
    }
    rows[ensemble.name] |= {f"lost: {cause.replace('_', ' ')}": f"{n:,.0f}" for cause, n in lost.items() if n >= 1}
pd.DataFrame(rows)

# %% [markdown]
# Read the table by mechanism. The model has no rule "columns do badly". The difference comes from the distance at which
# a group is seen, the time for which it waits exposed, the number of soldiers that one hit reaches, and the number of
# groups that can assault.
#
# Columns lose *fewer* soldiers in some rows. A column on its way is seen more often, but its requests arrive all at
# once: soon all crews are busy, and most of the requests are blocked. That is the queue. And there are few columns and
# few assaults, so few soldiers fall in assaults.

# %%
picture = sim.plots.losses_ledger(comparison)

# %% [markdown]
# ## Exercise: saturate the crews
#
# Use the fireteams again and halve the defender's crews (`drone_strikes.defender.n_crews` from 110 to 55). Does the
# share of blocked requests double? Predict, then run.
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
# print(f"Erlang: the load that blocks {share:.0%} with 110 crews blocks {theory.erlang_b(load, 55):.0%} with 55")
# ```
#
# It more than doubles, and it does so by Erlang's formula too: blocked requests are not proportional to the missing
# crews. The campaign blocks somewhat fewer requests than the formula. In the formula, requests arrive independently. In
# the campaign, a crew reaches only targets in its range; and a group that was hit, or that waits for less time because
# ground falls sooner, causes no more requests.
#
# </details>
#
# ## Debrief: what is missing?
#
# - In the model crews are never attacked, and drones never run out. Which side does that favour?
# - How would people on both sides adapt within a month, and why can no run show it?
# - A queue counts requests. What does it not count?
# - One institute claims that drones ended the frontal assaults. What other causes could there be?
