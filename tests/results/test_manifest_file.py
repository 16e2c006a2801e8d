"""The manifest of a saved folder: what it says the folder holds, and one wording for one that cannot be used.

Covers sim.results.manifest_schema.
"""

import dataclasses
import hashlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import InputError
from sim.quantity import Provenance
from sim.results.manifest_file import (
    MANIFEST_FILE,
    checked_bytes,
    has_manifest_of,
    read_manifest,
    write_manifest,
)
from sim.results.manifest_schema import MOST_LEVELS, ProvenanceRow
from tests.support.manifests import MANIFESTS, edits, lines_of


@pytest.mark.parametrize("content", MANIFESTS)
def test_a_manifest_is_read_as_it_was_written_and_only_for_what_the_folder_holds(tmp_path, content):
    write_manifest(MANIFESTS[content], tmp_path / MANIFEST_FILE)
    assert read_manifest(tmp_path, content) == MANIFESTS[content]
    assert [other for other in MANIFESTS if has_manifest_of(tmp_path, other)] == [content]
    for other in MANIFESTS.keys() - {content}:
        with pytest.raises(InputError, match=rf"manifest.json: is truncated, or is not the manifest of a {other}"):
            read_manifest(tmp_path, other)


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", "\x00", '{"a": ' + "9" * 5000 + "}", "[" * 200_000])
def test_a_manifest_that_is_unreadable_is_reported_by_its_file(tmp_path, text):
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(InputError, match=r"manifest.json: is truncated, or is not the manifest of a sweep"):
        read_manifest(tmp_path, "sweep")
    assert not any(has_manifest_of(tmp_path, content) for content in MANIFESTS)


@pytest.mark.parametrize("levels", [MOST_LEVELS + 1, 900])
def test_a_manifest_that_is_nested_too_deeply_is_refused(tmp_path, levels):
    text = json.dumps({**MANIFESTS["sweep"], "more": 0}).replace('"more": 0', f'"more": {"[" * levels}{"]" * levels}')
    (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(InputError, match=r"manifest.json: is nested in more than"):
        read_manifest(tmp_path, "sweep")


def test_a_missing_folder_and_a_missing_manifest_are_reported_as_missing(tmp_path):
    for name in ("nowhere", "file"):
        with pytest.raises(InputError, match=f"{name}: no such folder$"):
            read_manifest(tmp_path / name, "result")
        (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"manifest.json: no such file$"):
        read_manifest(tmp_path, "result")


def test_what_is_wrong_in_a_manifest_is_named_by_its_path(tmp_path):
    scenario = MANIFESTS["result"]["scenario"]
    for changed, where in (
        ({"seed": "1"}, "seed: input should be a valid integer"),
        ({"scenario": {**scenario, "time": {}}}, "scenario.time.start_date: is missing"),
        ({"scenario": {**scenario, "time": {**scenario["time"], "start_date": "now"}}}, "scenario.time.start_date: "),
        ({"provenance": [{}]}, "provenance.0.path: is missing"),
    ):
        write_manifest(MANIFESTS["result"] | changed, tmp_path / MANIFEST_FILE)
        with pytest.raises(InputError) as caught:
            read_manifest(tmp_path, "result")
        assert len(caught.value.lines) == 1
        assert f"manifest.json: {where}" in str(caught.value)
        assert "it was edited, or another version of pokrovsk-sim wrote it" in str(caught.value)


@pytest.mark.parametrize("name", ["..", "../a", "/etc", "a/b", "", ".", ".hidden", "a\\b", "C:a", "a\0"])
def test_the_scenarios_of_a_comparison_lie_in_its_own_folder(tmp_path, name):
    scenarios = [{"name": "A", "folder": "01-a"}, {"name": "B", "folder": name}]
    write_manifest(MANIFESTS["comparison"] | {"scenarios": scenarios}, tmp_path / MANIFEST_FILE)
    with pytest.raises(InputError, match=r"scenarios.1.folder: "):
        read_manifest(tmp_path, "comparison")


def test_a_row_of_provenance_has_the_fields_of_the_table_and_no_others():
    assert list(ProvenanceRow.model_fields) == [field.name for field in dataclasses.fields(Provenance)]


def test_a_file_has_the_digest_of_the_manifest(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    digests = {"x": hashlib.sha256(b"x").hexdigest(), "y": ""}
    assert checked_bytes(tmp_path, "x", digests) == b"x"
    for known, fault in (({}, "x: is truncated or altered"), (digests | {"x": "0"}, "x: is truncated or altered")):
        with pytest.raises(InputError, match=fault):
            checked_bytes(tmp_path, "x", known)
    with pytest.raises(InputError, match="y: no such file"):
        checked_bytes(tmp_path, "y", digests)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_edited_manifest_is_read_or_refused_in_one_line(tmp_path, data):
    content = data.draw(st.sampled_from(sorted(MANIFESTS)))
    text = json.dumps(data.draw(edits(MANIFESTS[content])))
    (tmp_path / MANIFEST_FILE).write_text(text)
    lines = lines_of(read_manifest, tmp_path, content)
    assert len(lines) <= 1
    assert all(MANIFEST_FILE in line for line in lines)
