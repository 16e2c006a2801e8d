"""The exceedance curve: the share of runs in which a measure is larger than x, with a band for the whole curve."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from scipy import stats

from sim.errors import InputError, clip, suggestion
from sim.plots.drawing.colours_and_type import COLOURS, LINES, MARKERS, points
from sim.plots.drawing.labelled_figure import (
    Source,
    check_number,
    describe,
    draw_now,
    label_of,
    n_replications,
    name_lines,
    prepare,
    results_of,
    set_title,
    set_y_label,
    style_for,
)  # fmt: skip
from sim.results.number_format import percent, unrounded
from sim.results.outcome_wording import Measure
from sim.results.outcome_wording import measure as measure_of
from sim.results.result import Result
from sim.scenario.teaching_label import what_varies

_CENSORED = "day_city_lost"
_CONFIDENCE = 0.95
_LETTERS = 26  # on a line of a name


def exceedance(source: Source, ax: Axes | None = None, outcome: str = "attacker_losses") -> Axes:
    """Draw one step curve per scenario: the share of runs in which a measure exceeds x, with its 95 % band.

    The band is simultaneous, see `band`: it holds the whole true curve with 95 % confidence. For the day on which the
    city is lost (or `days_city_held`), runs that never lose it count as lasting beyond the horizon, which a dotted line
    marks: the curve is the share of runs in which the city is still held, Kaplan and Meier's curve. Raises InputError
    for an unknown outcome, for a yes-or-no outcome, and for one without a value in any run.
    """
    results = results_of(source)
    check_number(results)
    outcome = _CENSORED if outcome == "days_city_held" else outcome
    measure = _checked(results, outcome)
    with style_for(ax):
        ax = prepare(ax, label_of(source), _caption(results, outcome))
        ends = _ends(results, outcome)
        for i, result in enumerate(results):
            _draw(ax, result, outcome, i, ends)
        _dress(ax, results, outcome, measure)
        if outcome == _CENSORED:
            ax.axvline(ends[1], color="#777777", linestyle=":", linewidth=points(1.5), zorder=0, gid="last-day")
        _make_room_for_names(ax, *ends)
        describe(ax, *_alt(results, outcome, measure))
    return ax


def _checked(results: list[Result], outcome: str) -> Measure:
    known = [str(name) for name in results[0].outcomes if name not in ("replication", "draw")]
    if outcome not in known:
        raise InputError(
            [f"outcome: no outcome {clip(outcome)!r} in the result{suggestion(outcome, known, 'sim list outcomes')}"]
        )
    if results[0].outcomes[outcome].dtype == bool:
        raise InputError(
            [f"outcome: {outcome} is yes or no in each run; exceedance needs a number, such as {_CENSORED}"]
        )
    if not any(len(_values(result, outcome)) for result in results):
        raise InputError([f"outcome: {outcome} has no value in any run; there is nothing to draw"])
    return measure_of(outcome)


def _values(result: Result, outcome: str) -> np.ndarray:
    """Return the existing values in ascending order; the day of a city that is never lost is infinite."""
    values = np.sort(result.outcomes[outcome].to_numpy(float))
    return np.nan_to_num(values, nan=np.inf) if outcome == _CENSORED else values[np.isfinite(values)]


def _ends(results: list[Result], outcome: str) -> tuple[float, float]:
    if outcome == _CENSORED:
        return 0.0, float(max(len(result.series["time"]) - 1 for result in results))
    values = np.concatenate([_values(result, outcome) for result in results])
    room = 0.05 * (values.max() - values.min()) or max(1.0, abs(values.max())) * 0.05
    return values.min() - room, values.max() + room


def _draw(ax: Axes, result: Result, outcome: str, i: int, ends: tuple[float, float]) -> None:
    values = _values(result, outcome)
    if not len(values):
        return
    seen = np.unique(values[values <= ends[1]])
    x = np.concatenate([[ends[0]], seen, [ends[1]]])
    share = (values[None, :] > x[:, None]).mean(axis=1)
    if n_replications(result) > 1:
        low, high = band(share, _n_independent(result, len(values)))
        # Before the first and after the last value, the bands of several scenarios would cover everything.
        inner = slice(1, len(x) - 1)
        ax.fill_between(
            x[inner],
            low[inner],
            high[inner],
            step="post",
            color=COLOURS[i],
            alpha=0.15,
            linewidth=0,
            gid="band-95",
        )
    middle = np.quantile(values, 0.5, method="inverted_cdf")
    measure = measure_of(outcome)
    shown = f"{'day ' * (outcome == _CENSORED)}{measure.show(middle)}" if np.isfinite(middle) else "held to the end"
    name = f"{name_lines(result.name, _LETTERS)}\n{'median: ' * (len(values) > 1)}{shown}"
    ax.plot(
        x, share, drawstyle="steps-post", color=COLOURS[i], linestyle=LINES[i], linewidth=points(2.6),
        marker=MARKERS[i], markersize=points(8), markevery=max(1, len(x) // 8), label=name, gid="curve",
    )  # fmt: skip


def band(share: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of a 95 % band for the whole curve of shares of `n` independent runs (dimensionless, 0 to 1).

    Kolmogorov's: all shares plus and minus the 95 % quantile of the largest distance between the shares of n runs and
    the true ones, which is the same for every continuous outcome, and smaller for counts (Massey, Journal of the
    American Statistical Association 46, 1951; the exact distribution is scipy.stats.kstwo).
    """
    half = float(stats.kstwo.isf(1.0 - _CONFIDENCE, n))
    return np.clip(share - half, 0.0, 1.0), np.clip(share + half, 0.0, 1.0)


def _n_independent(result: Result, n: int) -> int:
    """Return the number of independent observations: with parameter samples, runs of one sample are not independent."""
    return min(n, int(result.manifest["n_draws"])) if result.manifest.get("assumptions") == "drawn" else n


def _dress(ax: Axes, results: list[Result], outcome: str, measure: Measure) -> None:
    ax.set_ylim(0.0, 1.03)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: unrounded(x)))
    ax.tick_params(axis="x", pad=points(8))  # clear of the lowest number beside the axis
    ax.grid(axis="y", color="#e5e5e5")
    ax.set_axisbelow(True)
    if outcome == _CENSORED:
        title, x_label, y_label = (
            "Share of runs in which the city is still held",
            "Day of the campaign",
            "City still held (% of runs)",
        )
    else:
        title, x_label = f"{measure.title}: share of runs above each value", f"{measure.title}, x"
        x_label += f" ({measure.unit})" if measure.unit else ""
        y_label = "Runs with more than x (% of runs)"
    set_title(ax, title if len(results) > 1 else f"{results[0].name}: {title}")
    ax.set_xlabel(x_label, fontsize=points(14))
    set_y_label(ax, y_label)


def _make_room_for_names(ax: Axes, low: float, high: float) -> None:
    """Put the names to the right of the curves, where no curve is."""
    legend = ax.legend(
        loc="upper right", frameon=False, borderaxespad=0, fontsize=points(12), handlelength=2.4, labelcolor="linecolor"
    )
    legend.set_in_layout(False)
    draw_now(ax)
    room = min(0.6, legend.get_window_extent().width / ax.get_window_extent().width + 0.02)
    ticks = [tick for tick in ax.get_xticks() if low <= tick <= high]
    ax.set_xlim(low, low + (high - low) / (1 - room))
    ax.set_xticks(ticks)
    ax.spines["bottom"].set_bounds(low, high)


def _caption(results: list[Result], outcome: str) -> str:
    n = n_replications(results[0])
    if n == 1:
        return "1 replication: one run has no interval, and its curve is a single step."
    text = f"{n} replications each. Bands: 95 % for the whole curve (Kolmogorov), drawn from the lowest to the highest "
    text += "value. "
    text += what_varies(result.manifest for result in results)
    if outcome == _CENSORED:
        return text + " Runs in which the city is never lost count as held to the last day (dotted)."
    left_out = sum(n_replications(result) - len(_values(result, outcome)) for result in results)
    return text + (f" {left_out} runs without a value are not included." if left_out else "")


def _alt(results: list[Result], outcome: str, measure: Measure) -> tuple[str, str]:
    texts = []
    for result in results:
        values = _values(result, outcome)
        if outcome == _CENSORED:
            share = percent(float(np.isinf(values).mean()))
            texts.append(f"{result.name}: the city is held to the end in {share} of {len(values)} runs")
        elif len(values):
            middle = np.quantile(values, 0.5, method="inverted_cdf")
            low, half, high = (measure.show(float(value)) for value in (values[0], middle, values[-1]))
            texts.append(f"{result.name}: median of {len(values)} runs {half}, lowest {low}, highest {high}")
    unit = f" ({measure.unit})" if measure.unit else ""
    names = ", ".join(result.name for result in results)
    return f"Exceedance curve of {measure.title}{unit}: {names}", f"{'; '.join(texts)}."
