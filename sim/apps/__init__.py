"""What a person uses: the command line, notebooks, the report and the explorer page."""
