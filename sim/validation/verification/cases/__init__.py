"""The cases of the verification suite, one module per mechanism or quantity."""
