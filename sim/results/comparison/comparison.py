"""Scenarios compared pair by pair: replication i of all has common random numbers.

Their differences come from what was changed, and not from different random numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import InputError, suggestion
from sim.results.atomic_write import whole_folder
from sim.results.comparison import comparison_files
from sim.results.comparison.common_end import at_common_end, last_day
from sim.results.comparison.comparability import check_ensembles
from sim.results.comparison.paired_table import paired_rows
from sim.results.outcome_summaries import interval_of, outcome_names, units_of, values_of
from sim.results.result import Ensemble
from sim.results.significance_and_power import draws_for_half_width, pairs_for_half_width
from sim.results.survival import delay_of_first_lost
from sim.results.variance_components import components
from sim.scenario.teaching_label import LABEL


@dataclass(frozen=True)
class Comparison:
    """A reference (the first ensemble) and its variants, all with the same random numbers and parameter samples.

    Where the assumed values were sampled, intervals are over the Latin hypercubes of the samples: runs of one sample,
    and samples of one hypercube, are not independent evidence about uncertain values.
    """

    ensembles: tuple[Ensemble, ...]

    @property
    def reference(self) -> Ensemble:
        """The ensemble that the others are compared with."""
        return self.ensembles[0]

    @property
    def variants(self) -> tuple[Ensemble, ...]:
        """The other ensembles."""
        return self.ensembles[1:]

    def pair(self, i: int) -> Comparison:
        """Return the comparison of the reference with variant i alone."""
        return Comparison((self.reference, self.variants[i]))

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per variant and outcome: the values of both, and the paired difference.

        Columns: scenario (the variant), outcome; is_asked, whether the question of either names it (`asks`); value, low
        and high (95 %) of reference, variant and difference (variant minus reference); n_pairs with a value in both;
        share_higher and share_lower, the shares of them in which the variant is higher, and lower; detectable, the
        smallest true difference that so many pairs (or samples) find clear in 80 % of comparisons; p_value; p_adjusted
        (Holm; NaN for what is asked); is_clear, whether the interval of the difference excludes zero and, unless asked,
        p_adjusted is below 0.05; no_interval, why the difference has no interval, or empty; until_day, the day on which
        the outcomes of both are compared, the end of the shorter fighting.
        """
        return pd.DataFrame(
            [
                row
                for variant, pair in zip(self.variants, self._pairs, strict=True)
                for row in paired_rows(*pair, min(last_day(self.reference), last_day(variant)))
            ]
        )

    @cached_property
    def _pairs(self) -> tuple[tuple[Ensemble, Ensemble], ...]:
        return tuple(at_common_end(self.reference, variant) for variant in self.variants)

    def compared(self, variant: int = 0) -> tuple[Ensemble, Ensemble]:
        """Return reference and variant with the outcomes that are compared, those of `until_day`."""
        return self._pairs[variant]

    @cached_property
    def outcome_changes(self) -> pd.DataFrame:
        """One row per variant: the pairs in which the city is held in one run and lost in the other.

        Columns: scenario, n_pairs, n_held_to_lost, n_lost_to_held, and share with low and high (Wilson, 95 %);
        n_first_lost and days_later of the first cities lost, see sim.results.survival.delay_of_first_lost.
        """
        rows = []
        for reference, variant in self._pairs:
            held = reference.outcomes["city_held"].to_numpy(bool)
            now = variant.outcomes["city_held"].to_numpy(bool)
            share, low, high = interval_of(self.reference, (held != now).astype(float), "city_held")
            n_first, later = delay_of_first_lost(*(values_of(one, "day_city_lost") for one in (reference, variant)))
            rows.append({
                "scenario": variant.name, "n_pairs": len(held), "n_held_to_lost": int(np.sum(held & ~now)),
                "n_lost_to_held": int(np.sum(~held & now)), "share": share, "low": low, "high": high,
                "n_first_lost": n_first, "days_later": later,
            })  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def variance(self) -> pd.DataFrame:
        """One row per scenario, or paired difference, and outcome: noise apart from assumed values.

        Columns: scenario, of ("runs" or "difference"), outcome, sd_noise, sd_assumed, share_assumed with share_low and
        share_high; see sim.results.variance_components.components.
        """
        names = outcome_names(self.reference)
        rows = [_spread(one, "runs", name, values_of(one, name)) for one in self.ensembles for name in names]
        for reference, variant in self._pairs:
            for name in names:
                rows.append(_spread(variant, "difference", name, values_of(variant, name) - values_of(reference, name)))
        return pd.DataFrame(rows)

    @cached_property
    def divergence(self) -> pd.DataFrame:
        """One row per variant: the first day at whose end the runs of a pair differ.

        Columns: scenario, n_pairs, n_diverged; day_first and day_median of the pairs that diverge (NaN when none does).
        """
        rows = []
        for variant in self.variants:
            days = divergence_days(self.reference, variant)
            diverged = days[np.isfinite(days)]
            first, median = (diverged.min(), float(np.median(diverged))) if len(diverged) else (math.nan, math.nan)
            rows.append({"scenario": variant.name, "n_pairs": len(days), "n_diverged": len(diverged),
                         "day_first": first, "day_median": median})  # fmt: skip
        return pd.DataFrame(rows)

    def save(self, folder: str | Path) -> Path:
        """Write the comparison as a folder, whole or not at all; raises InputError when it cannot be made."""
        with whole_folder(Path(folder)) as partial:
            self.write(partial)
        return Path(folder)

    def write(self, folder: Path) -> None:
        """Write the files of the comparison into an empty folder."""
        tables = {
            "comparison.csv": self.table, "outcome_changes.csv": self.outcome_changes,
            "divergence.csv": self.divergence, "variance.csv": self.variance,
        }  # fmt: skip
        comparison_files.write(folder, self.ensembles, self.label, tables)

    @classmethod
    def load(cls, folder: str | Path) -> Comparison:
        """Read a saved comparison; raises InputError naming the file that is missing, truncated or altered."""
        ensembles = comparison_files.read(Path(folder))
        check_ensembles(ensembles)
        return cls(tuple(ensembles))

    def __repr__(self) -> str:
        names = " and ".join(repr(variant.name) for variant in self.variants)
        return f"<Comparison of {names} with {self.reference.name!r}, {self.reference.n_replications} pairs>"

    def differences(self, outcome: str, variant: int = 0) -> np.ndarray:
        """Return the paired differences of one outcome, variant minus reference, on the day of `until_day`."""
        first, second = self._pairs[variant]
        return values_of(second, outcome) - values_of(first, outcome)

    def pairs_for(self, outcome: str, half_width: float, variant: int = 0) -> int:
        """Return how many new pairs (or samples) give the difference a 95 % interval of this half-width.

        This comparison is the pilot: its spread is an estimate, and its runs are not among the new ones, which need
        another seed. Raises InputError for an unknown outcome, or a width that cannot be planned.
        """
        names = outcome_names(self.reference)
        if outcome not in names:
            raise InputError([f"outcome: there is no {outcome}{suggestion(outcome, names, 'sim list outcomes')}"])
        units = units_of(self.reference, self.differences(outcome, variant))
        if self.reference.draws is None:
            return pairs_for_half_width(units, half_width)
        return draws_for_half_width(units, int(self.reference.manifest["n_draws"]), half_width)

    @property
    def label(self) -> str:
        """The line that every picture and table carries; the counts of a variant are added where they differ."""
        ours = self.reference.label
        others = [
            f"{variant.name}: {variant.label.removeprefix(LABEL).lstrip(': ')}"
            for variant in self.variants
            if variant.label != ours
        ]
        return f"{ours} ({'; '.join(others)})" if others else ours


def divergence_days(a: Ensemble, b: Ensemble) -> np.ndarray:
    """Return, for each pair, the first day at whose end any series of the two runs differs; NaN when none does."""
    names = [name for name, series in a.series.data_vars.items() if series.dims[:2] == ("replication", "time")]
    differs = np.zeros((a.n_replications, a.series.sizes["time"]), bool)
    for name in names:
        x, y = (one.series[name].to_numpy().reshape(*differs.shape, -1) for one in (a, b))
        differs |= ~((x == y) | (np.isnan(x) & np.isnan(y))).all(axis=2)
    return np.where(differs.any(axis=1), differs.argmax(axis=1), np.nan)


def _spread(ensemble: Ensemble, of: str, name: str, values: np.ndarray) -> dict[str, object]:
    return {"scenario": ensemble.name, "of": of, "outcome": name, **vars(components(values, ensemble.draws))}
