"""In a notebook: the panel of sliders, and how far the runs are."""
