# %% [markdown]
# # 3. Lanchester in an afternoon
#
# *Hypothetical teaching illustration, not a forecast.* The hill does not exist, and no real fight was like this.
#
# **Time needed:** an afternoon with the discussion; 60 minutes without it.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *calculate* which side wins under Lanchester's square law and under the linear law,
# - *contrast* the single answer of a law with the many outcomes of random runs,
# - *demonstrate* that random variation averages out in large fights,
# - *explain* why a thousand runs are not a thousand facts.

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import Answer, answer
from sim.apps.notebook.prediction import predict
from sim.campaign.mesa_model import Campaign
from sim.campaign.replications import replicate_all
from sim.plots.drawing.labelled_figure import describe, prepare, style_for
from sim.results.variance_components import components
from sim.validation import theory
from sim.validation.verification.cases.direct_fire import fight_to_the_end

RUNS = 100

# %% [markdown]
# ## Two laws
#
# Under *aimed* fire each soldier picks a target, so a side's losses are proportional to the number of its enemies:
# A' = -beta B, B' = -alpha A. This is the square law: alpha A^2 - beta B^2 is constant.
#
# Under *area* fire a shot hits more soldiers where more of them stand: A' = -beta A B, B' = -alpha A B. This is the
# linear law: alpha A - beta B is constant.
#
# Ten soldiers fight seven, and all shoot equally well. The figure shows both laws:

# %%
hours = np.linspace(0, 60, 121)
curves = {
    "aimed fire (square law)": theory.lanchester_square(10, 7, 0.05, 0.05, hours),
    "area fire (linear law)": theory.lanchester_linear(10, 7, 0.005, 0.005, hours),
}
with style_for(None):
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", "Two differential equations.")
    for (name, (ten, seven)), line, marker in zip(curves.items(), ("-", "--"), ("o", "^"), strict=True):
        ax.plot(hours, ten, line, marker=marker, markevery=20, color="#D55E00", label=f"10, {name}")
        ax.plot(hours, seven, line, marker=marker, markevery=20, color="#0072B2", label=f"7, {name}")
    ax.set(xlabel="Time (h)", ylabel="Soldiers left", title="Ten against seven under two laws", ylim=(0, 10.5))
    ax.legend()
    ends = "; ".join(f"{name}: {ten[-1]:.1f} and {seven[-1]:.1f}" for name, (ten, seven) in curves.items())
    describe(ax, "Ten against seven under two laws", f"Soldiers left of the ten and of the seven after 60 h: {ends}.")

# %%
square = theory.lanchester_square(10, 7, 0.05, 0.05, 1e3)[0]
linear = theory.lanchester_linear(10, 7, 0.005, 0.005, 1e6)[0]
display(Markdown(f"The ten always win. The square law leaves {square:.1f} of them, the linear law {linear:.1f}."))

# %% [markdown]
# ## Predict first
#
# Now with random variation: chance decides which side has the next loss. In what share of fights do the **seven** win
# under aimed fire? The law says: never. **Replace the three numbers.**

# %%
guess = predict("How often do the seven win?", "%", low=0, likely=5, high=20, file="predictions.csv")

# %% [markdown]
# This is the direct fire of the model, with all other mechanisms switched off. One run has fifty separate fights of ten
# against seven, each to the end. There are 30 runs.


# %%
def fights(name, n_attackers, n_defenders, replications=30):
    """Run 50 fights per replication; return which side won and how many attackers were left."""
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
        "left, by the equation": f"{square if law == 'aimed fire' else linear:.2f}",
    }  # fmt: skip
pd.DataFrame(rows).T

# %% [markdown]
# *Exact* is Brown's solution of 1963 for fights with random variation. The model agrees with it. The equation does not:
# it ignores the fights that the smaller side wins.
#
# ## Random variation averages out
#
# One thing changes: the size of the fight. The ratio is always 10 to 7. The bars show how far the number of survivors
# scatters about its mean (the coefficient of variation, which is 0 without random variation).

# %%
sizes = [10, 20, 40, 80]
scatter = []
for n in sizes:
    won, left = fights("square-law", n, n * 7 // 10)
    scatter.append(left[won == 1].std(ddof=1) / left[won == 1].mean())
with style_for(None):
    caption = "1,500 fights per size, aimed fire to the end; only the fights that the larger side won."
    ax = prepare(None, "Hypothetical teaching illustration, not a forecast", caption)
    bars = ax.bar([f"{n} v {n * 7 // 10}" for n in sizes], scatter, color="#0072B2", width=0.55)
    ax.bar_label(bars, fmt="%.2f")
    ax.set(xlabel="Size of the fight (soldiers of each side)", ylabel="Standard deviation / mean of survivors (-)",
           title="In a larger fight, random variation matters less")  # fmt: skip
    shares = ", ".join(f"{n} soldiers {share:.2f}" for n, share in zip(sizes, scatter, strict=True))
    describe(ax, "In a larger fight, random variation matters less",
             f"Standard deviation over mean of the survivors, by size of the larger side: {shares}.")  # fmt: skip

# %% [markdown]
# ## One hill
#
# Now a small campaign: 32 attackers come up a hill in small groups, and eight soldiers defend it for a week. This is no
# duel to the end: groups arrive one after the other, gather, break off and come again.

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
    f"- Under the {law} the {'attackers win' if a > b else 'defenders win'}: "
    + (f"{a:.0f} of 32" if a > b else f"{b:.0f} of 8") + " are left."
    for law, (a, b) in ends.items()
]  # fmt: skip
display(Markdown(
    "With the rates of the hill, and all 32 attackers at once:\n\n" + "\n".join(lines)
    + f"\n\nIn the runs the hill is held in **{answer(runs, 'city_held')}**."
))  # fmt: skip

# %% [markdown]
# The two laws give two different answers, and each is certain. The runs agree with neither. The laws are not wrong, but
# we do not know which of them a fight obeys, and the 32 attackers are never there all at once.

# %% [markdown]
# ## Why n runs are not n facts
#
# More runs make the interval as narrow as you like. But the rates are *assumed*. Here are 30 runs and 300 runs of the
# hill with the central values, and 300 runs with assumed values sampled from their ranges: 30 parameter samples with
# ten runs each. In the last row only the samples are independent, not the runs.

# %%
many = sim.replicate(hill, 300, workers=1)
sampled = replicate_all([hill], replications=10, draws=30, workers=1)[0]
pd.DataFrame({"attacker's losses": {
    "random variation only, 30 runs": str(answer(sim.replicate(hill, 30, workers=1), "attacker_losses")),
    "random variation only, 300 runs": str(answer(many, "attacker_losses")),
    "with parameter uncertainty, 30 samples of 10 runs": str(answer(sampled, "attacker_losses")),
}})  # fmt: skip

# %% [markdown]
# With parameter uncertainty the interval is wider, and the mean is different too. The reason: the central value of a
# range is not the mean over the range, and losses do not depend linearly on the values. The model is the same.

# %%
parts = components(sampled.outcomes["attacker_losses"].to_numpy(), sampled.draws)
display(Markdown(
    f"The assumed values cause **{parts.share_assumed:.0%}** ({parts.share_low:.0%} to {parts.share_high:.0%}) of the "
    "variance of the attacker's losses between runs; noise causes the rest. More runs average out the noise. They do "
    "not reduce parameter uncertainty: only better evidence about the values does."
))  # fmt: skip

# %% [markdown]
# ## Exercise: three to one
#
# An old rule of thumb says that the attacker needs three to one. Run the hill with `attacker.troops` of 16, 24, 32 and
# 48, 100 runs each. With how many attackers does the hill fall in half of the runs? Predict the number first.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# for troops in (16, 24, 32, 48):
#     hill_runs = sim.replicate(sim.load("one-hill", set={"attacker.troops": troops}), 100, workers=1)
#     print(f"{troops} attackers, {troops / 8:.0f} to 1: hill held in {answer(hill_runs, 'city_held')}")
# ```
#
# Nothing special happens at three to one on this hill. The balance depends on how many attackers come at once, on when
# they break off, and on the assumed rates. History does not support the rule either: in 243 battles from 1600 to 1900,
# attackers with fewer soldiers than the defender (ratios from 0.50 to 0.98) won 54 % of the time.
#
# </details>
#
# ## Debrief: what is missing?
#
# - Which assumption of the laws is furthest from any fight you have read about?
# - Where in the real world would the rates of fire come from, and who would have to suffer for the data?
# - A headline: "Computer fights battle ten thousand times". What would you ask the reporter?
# - What would the eight on the hill say is missing?
