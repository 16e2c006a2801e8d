"""The manifest of a saved folder: what it says the folder holds, and one wording for one that cannot be used."""

import pytest

from sim.errors import InputError
from sim.results.manifest_file import MANIFEST_FILE, has_manifest_of, read_manifest, write_manifest

MANIFESTS = {
    "result": {"label": "L"},
    "comparison": {"made_by": "sim compare"},
    "sweep": {"made_by": "sim sweep"},
    "demonstration": {"made_by": "sim demo"},
}


@pytest.mark.parametrize("content", MANIFESTS)
def test_a_manifest_is_read_as_it_was_written_and_only_for_what_the_folder_holds(tmp_path, content):
    write_manifest(MANIFESTS[content], tmp_path / MANIFEST_FILE)
    assert read_manifest(tmp_path, content) == MANIFESTS[content]
    assert [other for other in MANIFESTS if has_manifest_of(tmp_path, other)] == [content]
    for other in MANIFESTS.keys() - {content}:
        with pytest.raises(InputError, match=rf"manifest.json: is missing, truncated or not the manifest of a {other}"):
            read_manifest(tmp_path, other)


@pytest.mark.parametrize("text", [None, "", "{", "[1]", "\x00"])
def test_a_manifest_that_is_missing_or_unreadable_is_reported_by_its_file(tmp_path, text):
    if text is not None:
        (tmp_path / MANIFEST_FILE).write_text(text)
    with pytest.raises(InputError, match=r"manifest.json: is missing, truncated or not the manifest of a sweep"):
        read_manifest(tmp_path, "sweep")
    assert not any(has_manifest_of(tmp_path, content) for content in MANIFESTS)


def test_a_missing_folder_is_reported_as_missing(tmp_path):
    with pytest.raises(InputError, match="nowhere: no such folder"):
        read_manifest(tmp_path / "nowhere", "result")
