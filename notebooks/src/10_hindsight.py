# %% [markdown]
# # 10. Hindsight: what a model may and may not claim
#
# *Hypothetical teaching illustration, not a forecast.*
#
# **Time needed:** 60 minutes.
#
# **Before you start:** Edit, Clear Outputs of All Cells. As shipped, the pages below show the answers.
#
# **When you are through you can**
#
# - *compare* what runs said with what was later reported,
# - *separate* being right from being right for good reasons,
# - *assess* what one war can prove about a model,
# - *formulate* claims that a model may make.
#
# The baseline starts on 27 June 2025. It was not tuned to when the city fell; but some public ranges that stand beside
# its values were published as late as January 2026, so that it is not quite innocent of what came after.

# %%
import datetime as dt

from IPython.display import Markdown, display

import sim
from sim.apps.notebook.prediction import Answer, answer, predict
from sim.campaign.replications import replicate_all
from sim.scenario.reading.seed_facts import load_facts

RUNS = 30

# %% [markdown]
# ## What was later reported
#
# By January 2026 the Center for Strategic and International Studies (CSIS) wrote that most of the city had been taken,
# after about two years and some 50 km. It and other sources gave rates of advance:

# %%
facts = load_facts()
for name in ("advance_rate_main_axes", "advance_rate_avdiivka_pokrovsk"):
    fact = facts[name]
    display(Markdown(f"- {fact.paraphrase} (*{fact.attributed_to}, {fact.date}; grade: {fact.grade}*)"))

# %% [markdown]
# ## Predict first
#
# In which share of runs that start in June 2025 is the city lost by the end of January 2026? **Replace the three
# numbers.**

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
when = answer(runs, "day_city_lost")
display(Markdown(
    f"In the runs in which it is lost, that is on day {when.value:.0f} ({when.low:.0f} to {when.high:.0f} is the "
    f"interval of the mean), about {start + dt.timedelta(days=when.value):%d %B %Y}. \"Most of the city\" and \"more "
    "than half of its cells\" are not the same yardstick, and the report names no day."
))  # fmt: skip

# %% [markdown]
# So the model was right? Three checks before anybody says so.
#
# ## Check 1: the doubt that dice do not show
#
# One change: the assumed values are drawn over their ranges instead of resting at their centre. Thirty draws, one run
# each.

# %%
drawn = replicate_all([baseline], replications=1, draws=RUNS)[0]
with_doubt = answer(drawn, "city_held")
doubtful, certain = (one.outcomes["day_city_lost"].dropna() for one in (drawn, runs))
display(Markdown(
    f"With dice only the city is held in {held}; with doubt about the values in **{with_doubt}**. Where it is lost, "
    f"the day runs from {doubtful.min():.0f} to {doubtful.max():.0f}; with dice only from "
    f"{certain.min():.0f} to {certain.max():.0f}."
))  # fmt: skip

# %% [markdown]
# ## Check 2: the speed
#
# The reports give metres a day. Runs in which the ground gives out measure the map's edge, so only the time before the
# fall counts.

# %%
advance = []
for number in range(RUNS):
    one = runs.run(number)
    day = one.outcomes["day_city_lost"].iloc[0]
    day = int(day) if day == day else days
    advance.append(1000.0 * float(one.series["advance_km"].isel(time=day)) / day)
speed = Answer.of_values("Mean advance until the city is lost", "m a day", advance, f"mean of {RUNS} runs", runs.label)
display(Markdown(
    f"**{speed}** in the runs; reported {facts['advance_rate_main_axes'].range[0]:g} to "
    f"{facts['advance_rate_main_axes'].range[1]:g} on the main axes, and "
    f"{facts['advance_rate_avdiivka_pokrovsk'].value:g} from Avdiivka towards Pokrovsk. The runs average over all "
    "lanes; the reports follow one direction in a straight line."
))  # fmt: skip

# %% [markdown]
# ## Check 3: the year before
#
# In September 2024 the fall of the city was announced as imminent. It did not come. `year-before` asks the same model
# about that year, with the front drawn further back, here with the assumed values drawn as in check 1 (and steps of
# six hours, which are coarse). Predict: in which share of these runs
# does the city hold for the year, as it did?

# %%
year_guess = predict("In how many runs does the city hold the year before?", "%", low=20, likely=70, high=100,
                     file="predictions.csv")  # fmt: skip

# %%
year_before = sim.load("year-before", set={"time.tick_h": 6})
year = replicate_all([year_before], replications=1, draws=RUNS)[0]
picture = year_guess.against(answer(year, "city_held"))

# %%
display(Markdown(
    f"The city did hold that year; in **{1 - year.outcomes['city_held'].mean():.0%}** of the draws the model says that "
    "it did not. A model that says \"lost\" whenever it is asked is right whenever a city is lost."
))  # fmt: skip

# %% [markdown]
# [Patterns](../docs/patterns.md) tells this as P1, and why it was not tuned away.
#
# ## What a model may and may not claim

# %%
display(Markdown(
    "| may | may not |\n|---|---|\n"
    "| *If* these mechanisms and values held, this would follow. | This is what will happen, or why it did. |\n"
    "| Under the same dice, this change moves that outcome so far. | This side should have done that. |\n"
    "| This assumption decides the answer; look for a source. | The interval holds the truth with 95 %. |\n"
    f"| {RUNS} runs of one set of values agree. | {RUNS} pieces of evidence agree. |\n"
    "| Here the model disagrees with what was reported. | The model was right about Pokrovsk. |"
))  # fmt: skip

# %% [markdown]
# ## Exercise: keep score
#
# Brier's score of a forecast is (p - what happened)^2, with 1 for "it happened": 0 is perfect, 0.25 is a coin. Score
# the model's two answers (lost by January 2026: it happened, nearly; held the year before: it happened), and your own
# two.
#
# <details><summary>Solution (click to open)</summary>
#
# ```python
# said = {"lost by January 2026": (1 - with_doubt.value / 100, guess.likely / 100),
#         "held the year before": (answer(year, "city_held").value / 100, year_guess.likely / 100)}
# for what, (model, mine) in said.items():
#     print(f"{what}: model {(model - 1) ** 2:.2f}, you {(mine - 1) ** 2:.2f}")
# ```
#
# Two events are no test of anybody. A score needs many questions, written down before the answers were known; and both
# questions here were chosen by somebody who knew the answers.
#
# </details>
#
# ## Debrief: what is missing?
#
# - What happened between June 2025 and January 2026 that no mechanism here could have shown?
# - If the reports had said the opposite, what would you have written about the model? Write that text too.
# - Which of the "may" sentences would you put under a picture in a newspaper?
# - People died in what these numbers are about. How do you speak of it when you present a result?
