from sim.experiment.code_digest import code_digest


def test_the_digest_is_a_sha256_and_is_computed_once():
    assert len(code_digest()) == 64
    assert code_digest() is code_digest()
