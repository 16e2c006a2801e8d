"""How much common random numbers improve the precision of a comparison.

For each outcome: the standard deviation of the paired difference (replication i of both scenarios has the same seed)
and the standard deviation with independent seeds, sqrt(var A + var B). The square of their ratio is the factor by which
common random numbers reduce the number of replications for the same interval. The ratio's 90 % interval comes from
resampling pairs.

Paired runs diverge, because each cell won or lost changes the orders of the next day. So the gain is large for a small
change over some weeks, smaller over months, and absent where the change removes most of the variation of the reference
(without drones, the weather no longer affects the losses).

    python benchmarks/pairing.py
    python benchmarks/pairing.py baseline no-drones --replications 100 --days 90
    python benchmarks/pairing.py baseline baseline --days 60 --change drone_strikes.defender.p_jam=0.2
"""

from __future__ import annotations

import argparse
import math

import numpy as np
import yaml

from sim.campaign.replications import replicate_all
from sim.results.result import Ensemble
from sim.scenario.loader import load

REQUIRED = 2.0
N_RESAMPLES = 2_000


def ratio(a: np.ndarray, b: np.ndarray) -> float:
    """Return sd with independent seeds over sd of the paired difference; NaN if the difference does not vary."""
    paired = float(np.var(a - b, ddof=1))
    independent = float(np.var(a, ddof=1) + np.var(b, ddof=1))
    return math.sqrt(independent / paired) if paired > 0.0 else math.nan


def interval(a: np.ndarray, b: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """Return the ends of the ratio's 90 % interval over resampled pairs."""
    picks = rng.integers(0, len(a), (N_RESAMPLES, len(a)))
    low, high = np.nanquantile([ratio(a[pick], b[pick]) for pick in picks], (0.05, 0.95))
    return float(low), float(high)


def table(reference: Ensemble, variant: Ensemble) -> list[str]:
    """Return one line per outcome: means, both standard deviations, their ratio with its interval."""
    head = (
        f"{'outcome':22}{'reference':>12}{'variant':>12}{'sd indep.':>12}{'sd paired':>12}{'ratio':>8}   90 % interval"
    )
    lines = [head, "-" * len(head)]
    rng = np.random.default_rng(1)
    for name in reference.outcomes.columns.drop("replication"):
        a, b = (ensemble.outcomes[name].to_numpy(float) for ensemble in (reference, variant))
        both = np.isfinite(a) & np.isfinite(b)
        a, b = a[both], b[both]
        if len(a) < 3 or np.var(a - b) == 0.0:
            lines.append(f"{name:22}  does not vary, or has fewer than 3 pairs")
            continue
        apart, together = math.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1)), float(np.std(a - b, ddof=1))
        low, high = interval(a, b, rng)
        lines.append(
            f"{name:22}{a.mean():12.4g}{b.mean():12.4g}{apart:12.4g}{together:12.4g}{ratio(a, b):8.2f}"
            f"   {low:.2f} .. {high:.2f}{'' if ratio(a, b) >= REQUIRED else f'   below {REQUIRED:g}'}"
        )
    return lines


def main() -> None:
    """Run both scenarios with the same seeds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", nargs="?", default="baseline")
    parser.add_argument("variant", nargs="?", default="no-drones")
    parser.add_argument("--replications", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, help="horizon in days [default: that of the scenarios]")
    parser.add_argument("--team-size", type=int, help="soldiers per row [default: that of the scenarios]")
    parser.add_argument("--change", action="append", default=[], metavar="PATH=VALUE", help="in the variant only")
    given = parser.parse_args()
    changes: dict[str, object] = {}
    if given.days:
        changes["time.horizon_days"] = given.days
    if given.team_size:
        changes["resolution.team_size"] = given.team_size
    only_variant = {path: yaml.safe_load(value) for path, _, value in (item.partition("=") for item in given.change)}
    scenarios = [load(given.reference, set=changes), load(given.variant, set=changes | only_variant)]
    reference, variant = replicate_all(scenarios, given.replications, given.seed)
    print(f"{scenarios[0].name} v {scenarios[1].name}: {given.replications} pairs, seed {given.seed},")
    print(f"{scenarios[0].time.horizon_days} days, teams of {scenarios[0].resolution.team_size}")
    print("\n".join(table(reference, variant)))


if __name__ == "__main__":
    main()
