"""Regenerate the table of the levers in docs/patterns.md: predictions, and what paired runs measure.

Run: make levers, or python tools/lever_table.py [PAIRS]. The table stands between `<!-- levers -->` and `<!-- end -->`.
At ticks of 3 hours the whole takes some 40 minutes on two cores at 30 pairs.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sim.apps.cli.progress import terminal_progress
from sim.validation.levers.lever_report import to_markdown
from sim.validation.levers.lever_study import DEFAULT, n_runs, study
from sim.validation.levers.predictions import predictions

PAGE = Path(__file__).parents[1] / "docs" / "patterns.md"
CHANGES = {"time.tick_h": 3.0}
MARKED = re.compile(r"<!-- levers -->\n.*?<!-- end -->", re.DOTALL)


def main(pairs: int) -> None:
    """Run the study and put its table into the page."""
    text, sizes, asked = PAGE.read_text("utf-8"), DEFAULT._replace(pairs=pairs), predictions()
    if not MARKED.search(text):
        raise SystemExit(f"{PAGE}: has no <!-- levers --> ... <!-- end -->")
    with terminal_progress(n_runs(asked, sizes)) as progress:
        table = to_markdown(study(asked, sizes, changes=CHANGES, progress=progress))
    PAGE.write_text(MARKED.sub(lambda _: f"<!-- levers -->\n\n{table}\n<!-- end -->", text), "utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT.pairs)
