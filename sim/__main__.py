"""`python -m sim` is the same as `sim`."""

from sim.apps.cli.main import main

main()
