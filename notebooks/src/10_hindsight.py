# %% [markdown]
# # 10. Hindsight: what a model may and may not claim
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **After this notebook you can**
#
# - *compare* the results of runs with later reports,
# - *separate* a correct result from a correct result for good reasons,
# - *assess* how much one war can prove about a model,
# - *formulate* claims that a model may support.
#
# The baseline starts on 27 June 2025. It was not tuned to the day on which the city fell. But some public ranges for
# its values were published as late as January 2026, so the baseline is not fully independent of what happened later.

# %%
import datetime as dt

from IPython.display import Markdown, display

import sim
from sim.apps.notebook.answers import Answer, answer
from sim.apps.notebook.prediction import predict
from sim.campaign.replications import replicate_all
from sim.scenario.reading.seed_facts import load_facts

RUNS = 30

# %% [markdown]
# ## What was later reported
#
# In January 2026 the Center for Strategic and International Studies (CSIS) wrote that most of the city had been taken,
# after about two years and some 50 km. CSIS and other sources gave rates of advance:

# %%
facts = load_facts()
for name in ("advance_rate_main_axes", "advance_rate_avdiivka_pokrovsk"):
    fact = facts[name]
    display(Markdown(f"- {fact.paraphrase} (*{fact.attributed_to}, {fact.date}; grade: {fact.grade}*)"))

# %% [markdown]
# ## Predict first
#
# In what share of the runs, all of which start in June 2025, is the city lost by the end of January 2026? **Replace the
# three numbers.**

# %%
guess = predict("In how many runs is the city lost by 31 January 2026?", "%", low=20, likely=60, high=90,
                file="predictions.csv")  # fmt: skip

# %%
start = sim.load("baseline").time.start_date
days = (dt.date(2026, 1, 31) - start).days
baseline = sim.load("baseline", set={"time.horizon_days": days, "time.tick_h": 3})
runs = sim.replicate(baseline, RUNS)
lost = 100.0 * ~runs.outcomes["city_held"].to_numpy(bool)
held = answer(runs, "city_held")
ends = (100 - held.value, 100 - held.high, 100 - held.low)
picture = guess.against(Answer("City lost, Baseline", "%", *ends, lost, held.of, runs.label, held.spread))

# %%
when = answer(runs, "days_city_held")
display(Markdown(
    f"Until day {days} at most, the city is held for {when.value:.0f} days on average (interval of the mean: "
    f"{when.low:.0f} to {when.high:.0f}), to about {start + dt.timedelta(days=when.value):%d %B %Y}. \"Most of the "
    "city\" and \"more than half of its cells\" are different criteria, and the report gives no day."
))  # fmt: skip

# %% [markdown]
# So was the model right? Make three checks before you say so.
#
# ## Check 1: parameter uncertainty
#
# One thing changes: the assumed values are sampled from their ranges instead of fixed at their central values. There
# are thirty parameter samples with one run each.

# %%
sampled = replicate_all([baseline], replications=1, draws=RUNS)[0]
with_uncertainty = answer(sampled, "city_held")
uncertain_days, central_days = (one.outcomes["day_city_lost"].dropna() for one in (sampled, runs))
display(Markdown(
    f"With random variation only, the city is held in {held}; with parameter uncertainty, in **{with_uncertainty}**. "
    f"Where it is lost, it is lost between day {uncertain_days.min():.0f} and day {uncertain_days.max():.0f}; with "
    f"random variation only, between day {central_days.min():.0f} and day {central_days.max():.0f}."
))  # fmt: skip

# %% [markdown]
# ## Check 2: the speed
#
# The reports give metres per day. After the fall of the city the model shows a collapse that no rule stops. So only
# the time before the fall counts.

# %%
advance = []
for number in range(RUNS):
    one = runs.run(number)
    day = one.outcomes["day_city_lost"].iloc[0]
    day = int(day) if day == day else days
    advance.append(1000.0 * float(one.series["advance_km"].isel(time=day)) / day)
speed = Answer.of_values("Mean advance until the city is lost", "m/day", advance, f"mean of {RUNS} runs", runs.label)
display(Markdown(
    f"**{speed}** in the runs. Reports: {facts['advance_rate_main_axes'].range[0]:g} to "
    f"{facts['advance_rate_main_axes'].range[1]:g} on the main axes, and "
    f"{facts['advance_rate_avdiivka_pokrovsk'].value:g} from Avdiivka towards Pokrovsk. The runs average over "
    "the whole front of the map; the reports measure one direction in a straight line."
))  # fmt: skip

# %% [markdown]
# ## Check 3: the year before
#
# In September 2024 reports said that the fall of the city was imminent. It did not fall. `year-before` runs the same
# model for that year, with the front further back. Here the assumed values are sampled as in check 1, in coarse steps
# of six hours. Predict: in what share of these runs is the city held for the year, as it was?

# %%
year_guess = predict("In how many runs is the city held the year before?", "%", low=20, likely=70, high=100,
                     file="predictions.csv")  # fmt: skip

# %%
year_before = sim.load("year-before", set={"time.tick_h": 6})
year = replicate_all([year_before], replications=1, draws=RUNS)[0]
picture = year_guess.against(answer(year, "city_held"))

# %%
display(Markdown(
    f"The city was held that year. In **{1 - year.outcomes['city_held'].mean():.0%}** of the samples the model loses "
    "it. A model that always says \"lost\" is right whenever a city is lost, and one that always says \"held\" is "
    "right whenever it is held."
))  # fmt: skip

# %% [markdown]
# The page on [patterns](../docs/patterns.md) reports this as P1. Nothing was tuned to make it come out.
#
# ## What a model may and may not claim

# %%
display(Markdown(
    "| may | may not |\n|---|---|\n"
    "| *If* these mechanisms and values held, this would follow. | This is what will happen, or why it did. |\n"
    "| With common random numbers, this change has this effect on that outcome. | This side should have done that. |\n"
    "| This assumption decides the answer; look for a source. | With 95 % probability the interval holds the truth. |\n"
    f"| {RUNS} runs of one set of values agree. | {RUNS} pieces of evidence agree. |\n"
    "| Here the model disagrees with what was reported. | The model was right about Pokrovsk. |"
))  # fmt: skip

# %% [markdown]
# ## Exercise: score the predictions
#
# The Brier score of a forecast is (p - x)^2, where x is 1 if the event happened and 0 if not. A perfect forecast has
# score 0, and "50 %" has 0.25. Compute the score of the two answers of the model (lost by January 2026: it happened,
# nearly; held the year before: it happened), and of your own two.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# said = {"lost by January 2026": (1 - with_uncertainty.value / 100, guess.likely / 100),
#         "held the year before": (answer(year, "city_held").value / 100, year_guess.likely / 100)}
# for what, (model, mine) in said.items():
#     print(f"{what}: model {(model - 1) ** 2:.2f}, you {(mine - 1) ** 2:.2f}")
# ```
#
# Two events are not a test. A score needs many questions, written down before the answers are known. And both questions
# here were chosen after the answers were known.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What happened between June 2025 and January 2026 that no mechanism of the model contains?
# - If the reports had said the opposite, what would you have written about the model? Write that text, too.
# - Which of the "may" sentences would you print under a picture in a newspaper?
# - These numbers are about events in which people died. How do you speak about that when you present a result?
