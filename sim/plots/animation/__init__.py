"""The animation of one run, as an HTML page, a GIF or a film."""
