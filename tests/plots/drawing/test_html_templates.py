"""The Jinja environment of all pages: every template is found and compiles, and nothing is filled in unescaped."""

from pathlib import Path

import jinja2
import pytest

import sim
from sim.plots.drawing.html_templates import html_template, page_text

PACKAGE = Path(sim.__file__).parent
TEMPLATES = sorted(
    path.relative_to(PACKAGE).as_posix() for kind in ("*.html", "*.jinja") for path in PACKAGE.rglob(kind)
)


@pytest.mark.parametrize("path", TEMPLATES)
def test_every_template_of_the_package_compiles(path):
    assert html_template(path).name == path


def test_what_is_filled_in_is_escaped():
    steps = {"title": "<b>", "label": "", "lines": ["&"], "tables": [], "notes": [], "next_steps": ""}
    page = html_template("apps/notebook/display.html").render(**steps)
    assert "&lt;b&gt;" in page
    assert "&amp;" in page


def test_a_name_that_is_not_given_is_an_error():
    with pytest.raises(jinja2.UndefinedError, match="title"):
        html_template("apps/notebook/display.html").render()


def test_text_on_a_page_keeps_its_direction_and_holds_no_control_characters():
    hostile = "a\N{RIGHT-TO-LEFT OVERRIDE}b\N{RIGHT-TO-LEFT ISOLATE}c\0d\x1be\ud800f\tg\nh"
    assert page_text(hostile) == "abc\ufffdd\ufffde\ufffdf\tg\nh"
    assert page_text("Покровськ, 東部, العربية, né\N{COMBINING ACUTE ACCENT}") == (
        "Покровськ, 東部, العربية, né\N{COMBINING ACUTE ACCENT}"
    )
    shown = html_template("apps/notebook/display.html").render(
        title=f"<i>{hostile}", label="", lines=[], tables=[], notes=[], next_steps=""
    )
    assert "&lt;i&gt;abc\ufffdd\ufffde\ufffdf\tg\nh" in shown
    shown.encode()
