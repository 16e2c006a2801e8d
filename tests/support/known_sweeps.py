"""Sweeps in memory of functions whose indices are known, with or without noise of a known variance."""

import json

import numpy as np
import pandas as pd
from SALib.sample import morris as salib_morris
from SALib.sample import sobol as salib_sobol
from scipy.stats import qmc

from sim.analysis import FactorRecord, SweepResults, SweepSource
from sim.scenario.teaching_label import LABEL
from tests.support.manifests import SWEEP


def factors(k, kind="real"):
    return [FactorRecord(f"part.factor_{chr(97 + j)}", kind, 0.0, 1.0) for j in range(k)]


def problem(k):
    return {"num_vars": k, "names": [str(j) for j in range(k)], "bounds": [[0.0, 1.0]] * k}


def latin(n, k, seed=1):
    return qmc.LatinHypercube(k, rng=seed).random(n)


def saltelli(n, k, pairs=False, seed=1):
    return salib_sobol.sample(problem(k), n, calc_second_order=pairs, seed=seed)


def trajectories(n, k, levels=4, seed=1):
    return salib_morris.sample(problem(k), n, num_levels=levels, seed=seed)


def one_by_one(k, levels=(0.0, 1.0)):
    x = np.full((1 + k * len(levels), k), 0.5)
    for j in range(k):
        for i, level in enumerate(levels):
            x[1 + j * len(levels) + i, j] = level
    return x


def grid(n_a, n_b):
    a, b = np.meshgrid(np.linspace(0, 1, n_a), np.linspace(0, 1, n_b), indexing="ij")
    return np.column_stack([a.ravel(), b.ravel()])


def sweep(x, y, kind, n_replications=1, sd=0.0, common_sd=0.0, seed=7, outcome="y", own=None, values=None):
    """Return the sweep of a function's values y at points x; sd: noise of a run, common_sd: of a replication."""
    rng = np.random.default_rng(seed)
    n = len(x)
    table = np.asarray(y, float)[:, None] + sd * rng.normal(size=(n, n_replications))
    table = table + common_sd * rng.normal(size=n_replications)
    own = own or factors(x.shape[1])
    bare = SweepResults.from_arrays(x, table, kind, [factor.path for factor in own], outcome)
    source = SweepSource(is_function=n_replications == 1 and not sd and not common_sd)
    return SweepResults(own, bare.unit, bare.runs, bare.design, values, source=source)


def scenarios_grid(n_replications, names=("kursk", "kursk-none"), levels=(0.0, 0.5, 1.0)):
    """Return a sweep in which the first scenario is held 100 a - 100 b days longer, by half a day less or more
    in alternate replications and points, and to the end where b is 1.
    """
    paths = ["forces.share_free.attacker", "forces.share_free.defender"]
    rows = [(name, a, b) for name in names for a in levels for b in levels]
    values = pd.DataFrame(rows, columns=["scenario", *paths]).rename_axis("point")
    unit = values.assign(scenario=[(names.index(row[0]) + 0.5) / len(names) for row in rows])
    runs = [
        (i, r, 200.0 + r + (name == names[0]) * (100.0 * (a - b) + (i + r) % 2 - 0.5), float(b == 1.0))
        for i, (name, a, b) in enumerate(rows)
        for r in range(n_replications)
    ]
    outcomes = ["days_city_held", "city_held"]
    table = pd.DataFrame(runs, columns=["point", "replication", *outcomes])
    own = [FactorRecord("scenario", "category", values=names)]
    own += [FactorRecord(path, "real", values=levels, unit="1") for path in paths]
    return SweepResults(own, unit, table, {"kind": "full_grid"}, values, outcomes)


def ishigami(u, a=7.0, b=0.1):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    """Return S1, ST and the variance in closed form (Ishigami and Homma, 1990)."""
    v1 = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    v2 = a**2 / 8
    v13 = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    return np.array([v1, v2, 0.0]) / v, np.array([v1 + v13, v2, v13]) / v, v


G_A = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def g_function(u, a=G_A):
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)


def g_indices(a=G_A):
    """Return S1 and ST of Sobol's g-function in closed form."""
    own = 1 / (3 * (1 + a) ** 2)
    v = np.prod(1 + own) - 1
    total = np.array([own[j] * np.prod(1 + np.delete(own, j)) for j in range(len(a))])
    return own / v, total / v


def in_box(x):
    return (x[:, 0] < 0.4) & (x[:, 1] > 0.6)


def noisy_box(seed=1, n=1000, k=5):
    """Return points and labels: nine in ten points of the box are cases, one in twenty outside."""
    x = latin(n, k, seed)
    u = np.random.default_rng(seed + 100).random(n)
    return x, np.where(in_box(x), u < 0.9, u < 0.05)


def write_sweep(folder, results):
    """Write a sweep's folder as `sim sweep` does."""
    paths = results.paths
    (factor,) = SWEEP["factors"]
    manifest = {
        **SWEEP,
        "design": {"n_points": results.n_points, **results.design},
        "label": LABEL + ": 9 values reported, 60 assumed",
        "experiment": {**SWEEP["experiment"], "design": results.design, "outcomes": results.outcomes,
                       "replications": results.n_replications},
        "factors": [{**factor, "path": f.path, "kind": f.kind, "low": f.low, "high": f.high, "values": list(f.values)}
                    for f in results.factors],
    }  # fmt: skip
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    unit = results.unit.rename(columns={path: f"u.{path}" for path in paths})
    unit.join(results.values).reset_index().to_parquet(folder / "design.parquet")
    results.runs.join(results.values, on="point").to_parquet(folder / "runs.parquet")
    return folder
