"""Where the shipped scenarios and seeds are, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def scenarios_dir() -> Path:
    """Return the folder of the shipped scenarios."""
    return _shipped("scenarios")


def seeds_dir() -> Path:
    """Return the folder of the facts."""
    return _shipped("seeds")


def _shipped(name: str) -> Path:
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
