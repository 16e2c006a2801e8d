"""The suite that holds the model against the closed forms of `sim.theory`, by playing ordinary campaigns."""
