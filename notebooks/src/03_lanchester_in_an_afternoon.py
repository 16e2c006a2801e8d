# %% [markdown]
# # 3. Lanchester in an afternoon
#
# *Hypothetical teaching illustration, not a forecast.* The hill is nowhere, and no fight was like this.
#
# **Time needed:** an afternoon with the discussion; 60 minutes without.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *calculate* who wins by Lanchester's square and by his linear law,
# - *contrast* one answer of a law with many answers of dice,
# - *demonstrate* that dice average out in large fights,
# - *explain* why a thousand runs are not a thousand facts.

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import Answer, answer, predict
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import replicate_all
from sim.plots.drawing.labelled_figure import prepare, style_for
from sim.results.variance_components import components
from sim.validation import theory
from sim.validation.verification.cases.direct_fire import fight_to_the_end

RUNS = 100

# %% [markdown]
# ## Two laws
#
# Under *aimed* fire each soldier picks a target, so a side's losses grow with the number of its enemies:
# A' = -beta B, B' = -alpha A. That is the square law: alpha A^2 - beta B^2 stays the same.
#
# Under *area* fire a shot finds more where more stand: A' = -beta A B, B' = -alpha A B. That is the linear law:
# alpha A - beta B stays the same.
#
# Ten against seven who shoot equally well. Draw both laws:

# %%
hours = np.linspace(0, 60, 121)
curves = {
    "aimed fire (square law)": theory.lanchester_square(10, 7, 0.05, 0.05, hours),
    "area fire (linear law)": theory.lanchester_linear(10, 7, 0.005, 0.005, hours),
}
with style_for(None):
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", "Two differential equations, no dice.")
    for (name, (ten, seven)), line, marker in zip(curves.items(), ("-", "--"), ("o", "^"), strict=True):
        ax.plot(hours, ten, line, marker=marker, markevery=20, color="#D55E00", label=f"10, {name}")
        ax.plot(hours, seven, line, marker=marker, markevery=20, color="#0072B2", label=f"7, {name}")
    ax.set(xlabel="Time (h)", ylabel="Soldiers left", title="Ten against seven by two laws", ylim=(0, 10.5))
    ax.legend()

# %%
square = theory.lanchester_square(10, 7, 0.05, 0.05, 1e3)[0]
linear = theory.lanchester_linear(10, 7, 0.005, 0.005, 1e6)[0]
display(
    Markdown(f"The ten always win; {square:.1f} of them are left by the square law, {linear:.1f} by the linear law.")
)

# %% [markdown]
# ## Predict first
#
# Now with dice: each loss falls on one side or the other by chance. In which share of fights do the **seven** win,
# under aimed fire? The law says: never. **Replace the three numbers.**

# %%
guess = predict("How often do the seven win?", "%", low=0, likely=5, high=20, file="predictions.csv")

# %% [markdown]
# The model's own fight, with all other mechanisms off: fifty fights of ten against seven side by side, each to the end,
# played 30 times.


# %%
def fights(name, n_attackers, n_defenders, replications=30):
    """Play 50 fights a replication; return who won and how many attackers were left."""
    forces = {"attacker.group_size": n_attackers, "defender.density_per_km": n_defenders}
    scenario = sim.load(f"verification/{name}", set=forces)
    ends = [fight_to_the_end(Campaign(scenario, seed=1, replication=r), None) for r in range(replications)]
    return [np.concatenate([end[what] for end in ends]) for what in ("p_win", "survivors")]


won, left = fights("square-law", 10, 7)
picture = guess.against(
    Answer.of_values("Fights that the seven won", "%", 100.0 * ~won.astype(bool), f"mean of {len(won)} fights")
)

# %%
rows = {}
for law, name in {"aimed fire": "square-law", "area fire": "linear-law"}.items():
    won, left = fights(name, 10, 7)
    exact = theory.stochastic_square(10, 7, 1.0) if law == "aimed fire" else theory.stochastic_linear(10, 7, 0.5)
    rows[law] = {
        "ten win, model": f"{won.mean():.1%}", "ten win, exact": f"{exact[0]:.1%}",
        "left on average, model": f"{left.mean():.2f}", "exact": f"{exact[1]:.2f}",
        "by the equation": f"{square if law == 'aimed fire' else linear:.2f}",
    }  # fmt: skip
pd.DataFrame(rows).T

# %% [markdown]
# *Exact* is Brown's solution of 1963 for fights with dice. The model agrees with it; the equation does not: it leaves
# out the fights that go the other way.
#
# ## Dice average out
#
# One change: the size of the fight, always at odds of 10 to 7. The bars show how far survivors scatter about their mean
# (the coefficient of variation, which is 0 without dice).

# %%
sizes = [10, 20, 40, 80]
scatter = []
for n in sizes:
    won, left = fights("square-law", n, n * 7 // 10)
    scatter.append(left[won == 1].std(ddof=1) / left[won == 1].mean())
with style_for(None):
    caption = "1,500 fights a size, aimed fire to the end; of the fights that the larger side won."
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", caption)
    bars = ax.bar([f"{n} v {n * 7 // 10}" for n in sizes], scatter, color="#0072B2", width=0.55)
    ax.bar_label(bars, fmt="%.2f")
    ax.set(xlabel="Soldiers on both sides", ylabel="Standard deviation / mean of survivors",
           title="In a larger fight the dice matter less")  # fmt: skip

# %% [markdown]
# ## One hill
#
# Now a whole small campaign: 32 attackers come up a hill in small groups, eight soldiers hold it for a week. Nobody
# aims for the laws here: groups arrive one by one, gather, break off and come again.

# %%
hill = sim.load("one-hill")
hill_guess = predict("In how many runs is the hill still held after a week?", "%", low=10, likely=30, high=60,
                     file="predictions.csv")  # fmt: skip

# %%
runs = sim.replicate(hill, RUNS, workers=1)
picture = hill_guess.against(answer(runs, "city_held"))

# %%
fire, strength = hill.direct_fire, hill.ground.fortification.open
beta, alpha = fire.attacker_loss_per_defender_h, fire.defender_loss_per_attacker_h / strength
ends = {
    "square law": theory.lanchester_square(32, 8, alpha, beta, 1e4),
    "linear law": theory.lanchester_linear(32, 8, alpha, beta, 1e4),
}
lines = [
    f"- By the {law} the {'attackers win' if a > b else 'defenders win'}: "
    + (f"{a:.0f} of 32" if a > b else f"{b:.0f} of 8") + " are left."
    for law, (a, b) in ends.items()
]  # fmt: skip
display(Markdown(
    "With the hill's own rates, and all 32 at once:\n\n" + "\n".join(lines)
    + f"\n\nIn the runs the hill is held in **{answer(runs, 'city_held')}**."
))  # fmt: skip

# %% [markdown]
# Two laws, two answers, both certain; the runs say neither. The laws are not wrong: nothing says which of them a fight
# obeys, and the 32 never stand there all at once.

# %% [markdown]
# ## Why n runs are not n facts
#
# More runs make the interval narrower, as narrow as you like. But somebody *assumed* the rates. Here the hill is
# played 30 times and 300 times with the central values, and 300 times with the assumed values drawn over their ranges:
# 30 draws of ten runs each. What is independent there are the draws.

# %%
many = sim.replicate(hill, 300, workers=1)
drawn = replicate_all([hill], replications=10, draws=30, workers=1)[0]
pd.DataFrame({"attacker's losses": {
    "dice only, 30 runs": str(answer(sim.replicate(hill, 30, workers=1), "attacker_losses")),
    "dice only, 300 runs": str(answer(many, "attacker_losses")),
    "dice and doubt, 30 draws of 10 runs": str(answer(drawn, "attacker_losses")),
}})  # fmt: skip

# %% [markdown]
# With doubt the interval is wider, and the mean moves as well: a central value of a range is not the mean over it, and
# losses do not follow the values in a straight line. It is the same model.

# %%
parts = components(drawn.outcomes["attacker_losses"].to_numpy(), drawn.draws)
display(Markdown(
    f"Of the variance of the attacker's losses between runs **{parts.share_assumed:.0%}** ({parts.share_low:.0%} to "
    f"{parts.share_high:.0%}) is the assumed values; the rest is dice. Runs wear down the dice's part. No number "
    "of runs touches the other: for that somebody has to find out."
))  # fmt: skip

# %% [markdown]
# ## Exercise: three to one
#
# An old rule of thumb: the attacker needs three to one. Play the hill with `attacker.troops` of 16, 24, 32 and 48, 100
# runs each, and find where the hill falls in half of the runs. Predict the number first.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# for troops in (16, 24, 32, 48):
#     played = sim.replicate(sim.load("one-hill", set={"attacker.troops": troops}), 100, workers=1)
#     print(f"{troops} attackers, {troops / 8:.0f} to 1: hill held in {answer(played, 'city_held')}")
# ```
#
# Nothing special happens at three to one on this hill: where the balance lies depends on how many come at once, when
# they break off, and on the rates that somebody assumed. History disagrees with the rule too: in 243 battles of 1600 to
# 1900 attackers with fewer soldiers than the defender (0.50 to 0.98 to 1) won 54 %.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Which assumption of the laws is furthest from any fight you have read about?
# - Where in the real world would the rates of fire come from, and who would have to suffer for the data?
# - A headline: "Computer fights battle ten thousand times". What would you ask the reporter?
# - What would the eight on the hill say is missing?
