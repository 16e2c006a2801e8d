"""The one Jinja environment of the package: every page and notebook display is filled in by it."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

# Marks of direction would turn round what follows on a page; control characters and halves of pairs are no text.
_DIRECTIONS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_NO_TEXT = ({*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)}) - {ord(letter) for letter in "\t\n\r"}
_ON_PAGES = dict.fromkeys(_NO_TEXT, "\N{REPLACEMENT CHARACTER}") | dict.fromkeys(_DIRECTIONS, "")


def page_text(text: str) -> str:
    """Return a text as a page may hold it, not escaped yet: without marks of direction and control characters."""
    return text.translate(_ON_PAGES)


def html_template(path: str) -> Template:
    """Return the template at a path in the package, such as "apps/report/templates/page.html".

    What is filled in is escaped, and holds what `page_text` lets pass; a name that was not given is an error. Templates
    include others by such paths, too.
    """
    return _environment().get_template(path)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sim", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True, finalize=_finalized,
    )  # fmt: skip


def _finalized(value: Any) -> Any:
    return page_text(value) if type(value) is str else value  # what is marked as HTML is left alone
