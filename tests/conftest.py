"""What every test shares: no screen, and the same hypothesis examples on every run."""

import os

from hypothesis import settings

os.environ["MPLBACKEND"] = "Agg"

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
# For a hunt: pytest --hypothesis-profile=explore
settings.register_profile("explore", max_examples=2_000, deadline=None)
settings.load_profile("ci")
