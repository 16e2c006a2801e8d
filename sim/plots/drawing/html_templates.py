"""The one Jinja environment of the package: every page and notebook display is filled in by it."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


def html_template(path: str) -> Template:
    """Return the template at a path in the package, such as "apps/report/templates/page.html".

    What is filled in is escaped; a name that was not given is an error. Templates include others by such paths, too.
    """
    return _environment().get_template(path)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sim", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
