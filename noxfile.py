"""Run the fast tests on every supported interpreter, each from the same lock."""

import glob
import os
import pathlib
import shutil
import subprocess

import nox

VERSIONS = ("3.11", "3.12", "3.13")

nox.options.error_on_missing_interpreters = bool(os.environ.get("CI"))


def _runs(python: str) -> bool:
    """Whether the command starts; a pyenv shim of a version that is not switched on does not."""
    found = shutil.which(python)
    return found is not None and subprocess.run([found, "-V"], capture_output=True).returncode == 0


def _put_pyenv_on_path() -> None:
    """Let nox find the interpreters that pyenv holds but has not switched on."""
    if shutil.which("pyenv") is None:
        return
    root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=True).stdout.strip()
    for version in VERSIONS:
        folders = glob.glob(os.path.join(root, "versions", f"{version}.*", "bin"))
        if folders and not _runs(f"python{version}"):
            os.environ["PATH"] = os.pathsep.join([folders[-1], os.environ["PATH"]])


_put_pyenv_on_path()


@nox.session(python=VERSIONS[0], default=False)
def lowest(session: nox.Session) -> None:
    """Install the oldest version of each direct dependency that pyproject.toml allows, and run some tests.

    Warnings of other packages about each other do not count: those that the oldest ones use are the newest.
    """
    found = session.run(
        "uv", "pip", "compile", "--quiet", "--no-config", "--resolution", "lowest-direct", "--python-version",
        VERSIONS[0], "--no-header", "--no-annotate", "--group", "test", "pyproject.toml",
        external=True, silent=True,
    )  # fmt: skip
    oldest = pathlib.Path(session.create_tmp(), "oldest.txt")
    oldest.write_text(str(found))
    session.install("-qq", "--only-binary", ":all:", "-r", str(oldest))
    session.install("-qq", "--no-deps", ".")
    # Each dependency is met by one of them; it is to take less than three minutes.
    quick = [
        "tests/golden", "tests/analysis/test_sobol_indices.py", "tests/analysis/test_morris_screening.py",
        "tests/campaign/test_data_collection.py", "tests/campaign/test_mesa_model.py",
        "tests/experiment/test_run_distribution.py",
        "tests/results/test_result.py", "tests/results/test_parquet_tables.py", "tests/results/test_table_files.py",
        "tests/plots/test_plots.py", "tests/plots/animation/test_animate.py", "tests/apps/report",
        "tests/apps/cli/test_run.py", "tests/apps/cli/test_doctor.py",
    ]  # fmt: skip
    session.run(
        "python", "-m", "pytest", "-q", "--numprocesses", "auto", "-m", "not slow and not verify",
        "--override-ini", "filterwarnings=default", *(session.posargs or quick),
    )  # fmt: skip


@nox.session(python=VERSIONS)
def tests(session: nox.Session) -> None:
    """Install the lock and the checkout, and run the tests that are not marked slow."""
    session.install("-qq", "--require-hashes", "--only-binary", ":all:", "-r", "locks/dev.lock")
    session.install("-qq", "--no-deps", "--no-build-isolation", "--editable", ".")
    session.run(
        "python", "-m", "pytest", "-q", "--numprocesses", "auto", "-m", "not slow and not verify", *session.posargs
    )
