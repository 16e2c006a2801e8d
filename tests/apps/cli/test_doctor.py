import json
import sys
from importlib import metadata

import pytest

from sim.apps.cli import doctor as module
from sim.apps.cli.doctor import Finding

SUBJECTS = ["Python", "package", "libraries", "compiled code", "cores", "fonts", "folders", "films"]


def findings(sim_command):
    code, out, _ = sim_command("doctor", "--json")
    document = json.loads(out)
    assert document["ok"] is (code == 0)
    return code, {one["subject"]: one for one in document["findings"]}


def test_a_sound_installation_has_nothing_wrong(sim_command):
    code, out, err = sim_command("doctor")
    assert (code, err) == (0, "")
    assert out.endswith("Everything works.\n")
    assert [line[7:20].strip() for line in out.splitlines() if line.startswith("ok")] == SUBJECTS
    code, found = findings(sim_command)
    assert code == 0
    assert sys.executable in found["Python"]["found"]
    assert f"numba {metadata.version('numba')}" in found["libraries"]["found"]
    assert "Cyrillic" in found["fonts"]["found"]


def test_a_library_that_is_too_old_or_missing_is_named_with_what_is_needed(sim_command, monkeypatch):
    monkeypatch.setattr(metadata, "requires", lambda _: ["typer>=99", "no-such-library", "pandas>=1; extra == 'x'"])
    code, found = findings(sim_command)
    version = metadata.version("typer")
    assert code == 1
    message = f"typer {version} is installed, >=99 is needed, no-such-library is missing"
    assert found["libraries"]["found"] == message
    assert "pip install" in found["libraries"]["remedy"]


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(sim_command, monkeypatch):
    def broken(subject):
        raise ImportError("libscipy.so: cannot open")

    monkeypatch.setitem(module._CHECKS, "fonts", broken)
    code, out, err = sim_command("doctor")
    assert (code, err) == (1, "")
    assert "WRONG  fonts          ImportError: libscipy.so: cannot open\n" in out
    assert "1 of 8 checks found something wrong." in out


def test_a_folder_that_cannot_be_written_to_is_named(sim_command, monkeypatch, tmp_path):
    def refuse(dir):
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(module.tempfile, "TemporaryFile", refuse)
    code, found = findings(sim_command)
    assert code == 1
    assert found["folders"]["found"].startswith(f"the current folder {tmp_path}: Permission denied")


def test_a_current_folder_that_was_removed_is_no_fault_of_the_installation(sim_command, monkeypatch):
    def refuse():
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(module.Path, "cwd", refuse)
    code, found = findings(sim_command)
    assert code == 1
    assert found["folders"]["found"] == "the current folder: No such file or directory"
    assert found["folders"]["remedy"] == "change to a folder of your own, with room"


@pytest.mark.parametrize("n_usable", [1, 4])
def test_cores_that_the_process_may_not_use_are_explained(sim_command, monkeypatch, n_usable):
    monkeypatch.setattr("sim.campaign.worker_processes.n_cores", lambda: n_usable)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 4)
    found = findings(sim_command)[1]["cores"]
    assert found["found"].startswith(f"{n_usable} of 4 usable")
    assert ("taskset" in found["remedy"]) is (n_usable < 4)


def test_a_warning_of_a_check_is_part_of_what_was_found():
    def warn(subject):
        module.warnings.warn("no room for compiled code", RuntimeWarning, stacklevel=1)
        return Finding(subject, "is not stored", "set NUMBA_CACHE_DIR")

    found = module._examine("compiled code", warn)
    assert found.found == "is not stored (no room for compiled code)"
    assert found.is_ok
