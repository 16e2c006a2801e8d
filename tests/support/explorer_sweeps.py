"""Sweeps for tests of the explorer: a short one that is run, and a large one with generated numbers."""

from pathlib import Path

import numpy as np
import pandas as pd

from sim.experiment import sweep_store
from sim.experiment.designs import design_of
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.run_sweep import sweep
from sim.experiment.sweep_manifest import PARTS, create_folder
from sim.world.ground import ATTACKER_HELD, Ground

SHORT = """\
name: A lesson for tests
question: Which of two levers moves more?
debrief:
  - What moved?
  - What did not, and why?
base: baseline
set: {time.horizon_days: 10, time.tick_h: 24, forces.diversion.attacker: stays}
levers:
  forces.share_free.attacker: {values: [0.0, 0.5, 1.0]}
  drone_strikes.defender.n_crews: {values: [0, 110]}
outcomes: [city_held, days_city_held, area_changed_km2, encirclement_fraction, attacker_losses, loss_exchange_ratio]
series: [area_changed_km2, city_share_held, losses]
save_map: true
design: {kind: full_grid}
replications: 8
"""
LARGE = """\
name: A thousand points
question: Is the page small?
base: baseline
set: {time.horizon_days: 120, time.tick_h: 24, forces.diversion.attacker: stays}
levers:
  forces.share_free.attacker: {range: [0.0, 1.0]}
  drone_strikes.defender.n_crews: {range: [0, 220]}
  defender.density_per_km: {range: [4, 16]}
outcomes: [city_held, area_changed_km2, attacker_losses, defender_losses, loss_exchange_ratio, encirclement_fraction]
series: [area_changed_km2, city_share_held, losses]
save_map: true
design: {kind: full_grid, levels: 10}
replications: 30
"""
_POINTS_A_PART, _CHANGES_A_RUN = 100, 120


def write(folder: Path, text: str) -> Path:
    path = folder / "experiment.yaml"
    path.write_text(text, "utf-8")
    return path


def simulated(folder: Path, text: str = SHORT, shard: tuple[int, int] | None = None) -> Path:
    """Run a sweep and return its folder."""
    return sweep(write(folder, text), folder / "swept", workers=1, shard=shard).folder


def generated(folder: Path, text: str = LARGE) -> Path:
    """Return the folder of a sweep with random numbers for results, as large as that of simulated runs."""
    experiment = load_experiment(write(folder, text))
    design, out, rng = design_of(experiment), folder / "swept", np.random.default_rng(1)
    create_folder(out, experiment, design, None)
    ground = Ground(next(iter(experiment.scenarios.values())).ground)
    n_days = next(iter(experiment.scenarios.values())).time.horizon_days + 1
    free = np.flatnonzero((ground.initial_control != ATTACKER_HELD) & (ground.axis >= 0))
    all_runs = []
    for i, first in enumerate(range(0, design.n_points, _POINTS_A_PART)):
        points = range(first, min(first + _POINTS_A_PART, design.n_points))
        runs = pd.DataFrame(
            [(p, r) for p in points for r in range(experiment.replications)], columns=sweep_store.RUN_KEYS
        )
        part = out / PARTS / f"part-{i:06d}"
        part.mkdir()
        _series(runs, experiment.series, n_days, rng).to_parquet(part / "series.parquet")
        _changes(runs, free, n_days, rng).to_parquet(part / "map.parquet")
        for name in experiment.outcomes:
            runs[name] = rng.integers(0, 2, len(runs)) if name == "city_held" else rng.gamma(5.0, 9000.0, len(runs))
        runs.to_parquet(part / "runs.parquet")
        all_runs.append(runs)
    table = pd.concat(all_runs, ignore_index=True)
    table.join(design.values, on="point").to_parquet(out / sweep_store.RUNS_FILE)
    return out


def _series(runs, names, n_days, rng):
    rows = runs.loc[runs.index.repeat(n_days)].reset_index(drop=True)
    rows["day"] = np.tile(np.arange(n_days, dtype=np.int16), len(runs))
    for name in names:
        steps = rng.gamma(2.0, 100.0, (len(runs), n_days))
        rows[name] = np.cumsum(steps, axis=1).ravel().astype(np.float32)
    return rows


def _changes(runs, free, n_days, rng):
    """Return cells that are taken in one order, as by an advance, on days that differ from run to run."""
    rows = runs.loc[runs.index.repeat(_CHANGES_A_RUN)].reset_index(drop=True)
    falls = np.linspace(1, n_days - 10, _CHANGES_A_RUN) + rng.normal(0.0, 4.0, (len(runs), _CHANGES_A_RUN))
    rows["day"] = np.clip(falls.round(), 1, n_days - 1).astype(np.int16).ravel()
    rows["cell"] = np.tile(free[:_CHANGES_A_RUN], len(runs))
    rows["is_attackers"] = True
    return rows
