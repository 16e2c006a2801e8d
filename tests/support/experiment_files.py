"""Experiment files for tests: a good one, the same with a line changed, and one of a tiny sweep."""

import os
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.experiment.experiment_loader import load_experiment
from sim.experiment.experiment_schema import Experiment

GOOD = """\
name: A test
question: What matters?
base: baseline
set:
  time.horizon_days: 30
uncertainties:
  drone_strikes.defender.p_hit: {}
  defender.reserve: {range: [0, 2000]}
levers:
  drone_strikes.defender.n_crews: {values: [0, 110, 220]}
  command.attacker_policy: {}
outcomes: [city_held, flot_displacement_km]
design: {kind: latin_hypercube, n: 8}
replications: 2
"""

TINY_SWEEP = """\
name: Tiny
question: Does it run?
base: baseline
set: {time.horizon_days: 4, time.tick_h: 12}
levers:
  drone_strikes.defender.n_crews: {range: [20, 260]}
  command.doctrine: {values: [frontal, encirclement]}
outcomes: [attacker_losses, flot_displacement_km]
series: [area_changed_km2, losses]
save_map: true
design: {kind: full_grid, levels: 3}
replications: 2
"""


def write(folder: Path, text: str = GOOD, name: str = "question.yaml") -> Path:
    """Write an experiment and return its file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load_text(folder: Path, text: str = GOOD) -> Experiment:
    """Return the experiment that a text describes."""
    return load_experiment(write(folder, text))


def faults(folder: Path, text: str) -> list[str]:
    """Return the lines of the error that reading a text raises, without the folder."""
    with pytest.raises(InputError) as caught:
        load_text(folder, text)
    return [line.replace(f"{folder}{os.sep}", "") for line in caught.value.lines]


def designed(folder: Path, design: str, *changes: tuple[str, str]) -> Experiment:
    """Return the good experiment with another design, and with texts replaced by others."""
    text = GOOD
    for old, new in (("{kind: latin_hypercube, n: 8}", f"{{{design}}}"), *changes):
        assert old in text
        text = text.replace(old, new)
    return load_text(folder, text)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the bytes of all files of a sweep, except damaged parts, by path in the folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "damaged" not in str(path))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
