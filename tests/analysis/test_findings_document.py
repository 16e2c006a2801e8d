import json

import numpy as np

from sim.analysis import analyse
from sim.analysis.findings_document import details, document
from tests.support.known_sweeps import latin, sweep


def test_the_document_is_valid_json_with_every_index_and_no_nan():
    x = latin(60, 2)
    findings = analyse(sweep(x, x.sum(axis=1), "latin_hypercube"), "y")
    found = json.loads(json.dumps(document(findings), allow_nan=False))
    assert [one["method"] for one in found["analyses"]] == [one.method for one in findings.analyses]
    assert sum(len(one["indices"]) for one in found["analyses"]) == len(findings.table)
    assert found["analyses"][0]["noise"]["share"] is None
    assert np.isnan(findings.analyses[0].noise.share)
    assert (found["n_points"], found["n_replications"]) == (60, 1)


def test_details_are_saved_but_for_the_cases_that_a_note_names():
    x = latin(60, 2)
    found = analyse(sweep(x, x.sum(axis=1), "latin_hypercube"), "y").of("prim")
    assert set(found.details) - set(details(found)) == {"cases"}
