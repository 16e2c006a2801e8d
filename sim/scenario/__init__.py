"""A scenario: what it declares, how it is read from YAML, checked and sourced."""
