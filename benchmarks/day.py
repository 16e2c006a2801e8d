"""The mean day of the baseline's first 90 days, compared with orders of magnitude from public figures.

    python benchmarks/day.py
    python benchmarks/day.py --scenario no-drones --replications 20

The values are means over the replications. The orders of magnitude come from the figures in seeds/context.yaml; they
are a plausibility check only.
"""

from __future__ import annotations

import argparse

import xarray as xr

from sim.campaign.replications import replicate
from sim.scenario.loader import load

DAYS = 90
PUBLIC = {
    "soldiers sent forward": "300-600",
    "groups entering": "50-100",
    "attacker's losses": "260-540",
    "loss exchange ratio": "2-10",
    "drones' share of the attacker's losses": "0.67-0.8",
    "drone sorties of the defender": "about 1,000",
    "km2 taken": "2-7",
    "metres of advance": "15-135",
}


def ledger(series: xr.Dataset) -> dict[str, float]:
    """Return the values of the mean day from an ensemble's series."""
    day = series.isel(time=DAYS).mean("replication") / DAYS
    lost, defender = (day.losses_by_cause.sel(side=side) for side in ("attacker", "defender"))
    drones = [str(cause) for cause in lost.cause.values if str(cause).startswith("drone")]
    losses = float(lost.sum())
    figures = {
        "soldiers sent forward": float(day.soldiers_sent_forward),
        "groups entering": float(day.groups_entered),
        "fights begun": float(day.assaults),
        "attacker's losses": losses,
        "defender's losses": float(defender.sum()),
        "loss exchange ratio": losses / max(float(defender.sum()), 1e-9),
        "drones' share of the attacker's losses": float(lost.sel(cause=drones).sum()) / max(losses, 1e-9),
        "drone sorties of the defender": float(day.calls_on_attacker - day.calls_on_attacker_blocked),
        "share of its requests blocked": float(day.calls_on_attacker_blocked / max(float(day.calls_on_attacker), 1e-9)),
        "drone sorties of the attacker": float(day.calls_on_defender - day.calls_on_defender_blocked),
        "km2 taken": float(day.area_changed_km2),
        "metres of advance": 1000.0 * float(day.advance_km),
    }
    for side, table in (("attacker", lost), ("defender", defender)):
        figures |= {f"{side}, {cause}": float(table.sel(cause=cause)) for cause in table.cause.values}
    return figures


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--replications", type=int, default=8)
    options = parser.parse_args()
    scenario = load(options.scenario, set={"time.horizon_days": DAYS})
    ensemble = replicate(scenario, replications=options.replications)
    print(f"{ensemble.label}\n{scenario.name}, {options.replications} runs, mean day of the first {DAYS}")
    for name, value in ledger(ensemble.series).items():
        print(f"  {name:42s}{value:10.2f}   {PUBLIC.get(name, '')}")


if __name__ == "__main__":
    main()
