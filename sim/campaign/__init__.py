"""The campaign: the Mesa model, its agents and policies, and running it once or many times."""
