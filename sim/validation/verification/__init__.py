"""The suite that holds the model against the closed forms of `sim.validation.theory`, by playing ordinary campaigns."""
