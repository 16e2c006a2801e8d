"""An experiment: a file that says what is varied, and the points at which the scenario is played."""
