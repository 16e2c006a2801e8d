"""The suite that compares ordinary campaigns of the model with the closed forms of `sim.validation.theory`."""
