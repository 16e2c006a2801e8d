"""What a run leaves, in memory and on disk: series, events, outcomes, and what is computed from them."""
