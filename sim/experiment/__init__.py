"""Experiments: a file says which values vary, a design says at which points, and a sweep runs the scenario there."""
