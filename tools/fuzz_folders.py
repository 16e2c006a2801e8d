"""Saved folders with damage, for `tools/fuzz.py`."""

from __future__ import annotations

import contextlib
import json
import shutil
from functools import cache
from pathlib import Path

from fuzz_mutations import NotMadeError, Random, mutated, write

import sim
from sim.analysis import SweepResults
from sim.apps.report import report_inputs
from sim.errors import InputError
from sim.results.comparison.comparison_files import load_run_or_ensemble
from sim.results.manifest_file import sha256

SHORT = {"time.horizon_days": 2, "time.tick_h": 12}


@cache
def saved() -> dict[str, Path]:
    """Run and save a small result of each kind, once."""
    home = Path("saved").resolve()
    home.mkdir()
    hill = sim.load("one-hill", set=SHORT)
    sim.run(hill).save(home / "run")
    sim.run(sim.load("baseline", set=SHORT))  # compiles every kernel before computing time is limited
    sim.replicate(hill, 2, workers=1).save(home / "ensemble")
    other = sim.load("one-hill", set={**SHORT, "name": "Another hill", "direct_fire.breakpoint_attacker": 0.4})
    sim.compare(hill, other, replications=2, workers=1).save(home / "comparison")
    (home / "e.yaml").write_text(
        "name: E\nquestion: Q?\nbase: one-hill\nreplications: 2\nset: {time.horizon_days: 2, time.tick_h: 12}\n"
        "outcomes: [attacker_losses]\nlevers: {direct_fire.breakpoint_attacker: {values: [0.3, 0.6]}}\n"
        "design: {kind: full_grid}\n"
    )
    sim.sweep(sim.load_experiment(home / "e.yaml"), home / "sweep", workers=1)
    return {kind: home / kind for kind in ("run", "ensemble", "comparison", "sweep")}


def folder_input(rng: Random) -> str:
    """Return damage to a saved folder: its kind, and a new manifest or changed bytes of its files, one a line."""
    kind = rng.choice(list(saved()))
    if rng.random() < 0.6:
        pretty = json.dumps(json.loads((saved()[kind] / "manifest.json").read_text("utf-8")), indent=0)
        return f"{kind} manifest\n{mutated(rng, pretty, 3)}"
    files = sorted(path.relative_to(saved()[kind]) for path in saved()[kind].rglob("*") if path.is_file())
    changes = [f"{rng.choice(files)} {rng.randrange(10**6)} {rng.randrange(-2, 256)}" for _ in range(rng.randint(1, 4))]
    return "\n".join([f"{kind} bytes{rng.choice((' signed', ''))}", *changes])


def run_folder(text: str) -> None:
    """Damage a copy of a saved folder, and read it as a report, an animation and an analysis do."""
    head, _, body = text.partition("\n")
    kind, *how = head.split()
    if kind not in saved() or not how:
        raise NotMadeError
    folder = Path("damaged")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(saved()[kind], folder)
    if how[0] == "manifest":
        write("damaged/manifest.json", body)
    else:
        _damage(folder, body.split("\n"), is_signed="signed" in how)
    for read in (SweepResults.load,) if kind == "sweep" else (load_run_or_ensemble, report_inputs.read):
        with contextlib.suppress(InputError):
            read(folder)


def _damage(folder: Path, lines: list[str], is_signed: bool) -> None:
    """Change, cut (-1) or remove (-2) bytes; a signed folder has fitting digests, as one that was made by hand."""
    for line in lines:
        try:
            name, at, byte = line.split()
            path, place, value = folder / name, int(at), int(byte)
            data = bytearray(path.read_bytes())
        except (ValueError, OSError) as error:
            raise NotMadeError from error
        place %= max(1, len(data))
        data[place : None if value == -1 else place + 1] = b"" if value < 0 else bytes([value])
        path.write_bytes(data)
    manifest = folder / "manifest.json"
    with contextlib.suppress(ValueError, AttributeError, TypeError, KeyError, OSError):
        found = json.loads(manifest.read_bytes())
        if is_signed:
            found["sha256"] = {name: sha256(folder / name) for name in found["sha256"]}
            manifest.write_text(json.dumps(found), "utf-8")
