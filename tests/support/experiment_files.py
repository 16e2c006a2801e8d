"""Experiment files for tests: a good one, and the same with a line changed."""

from pathlib import Path

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


def write(folder: Path, text: str = GOOD, name: str = "question.yaml") -> Path:
    """Write an experiment and return its file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load_text(folder: Path, text: str = GOOD) -> Experiment:
    """Return the experiment that a text describes."""
    return load_experiment(write(folder, text))


def designed(folder: Path, design: str, *changes: tuple[str, str]) -> Experiment:
    """Return the good experiment with another design, and with texts put in place of others."""
    text = GOOD
    for old, new in (("{kind: latin_hypercube, n: 8}", f"{{{design}}}"), *changes):
        assert old in text
        text = text.replace(old, new)
    return load_text(folder, text)
