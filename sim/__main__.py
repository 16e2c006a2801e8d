"""`sim`, and `python -m sim`, which is the same: an interrupt while the commands are imported ends on one line."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from sim.apps.cli.main import main as run
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
