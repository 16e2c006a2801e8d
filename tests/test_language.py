"""Plain English: idioms that readers had to decode stay out of the project's own texts, names and messages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Written by hand and read by people; CHANGELOG.md, docs/decisions and the generated docs/gallery are not in the list,
# but the gallery's sources are: tools and scenarios.
PLACES = {
    ".": ("README.md", "CONTRIBUTING.md", "Makefile", "noxfile.py", "pyproject.toml", ".ci/run"),
    "docs": ("*.md",),
    "notebooks/src": ("*.py",),
    "scenarios": ("**/*.yaml", "README.md"),
    "seeds": ("*.yaml",),
    "sim": ("**/*.py", "**/*.pyi", "**/*.html", "**/*.jinja", "**/*.js", "**/*.css"),
    "tools": ("*",),
    "tests": ("**/*.py",),
    "benchmarks": ("**/*.py", "**/*.md"),
}
FILES = {
    folder: sorted(
        path for name in names for path in (ROOT / folder).glob(name) if path.is_file() and path != Path(__file__)
    )
    for folder, names in PLACES.items()
}
_SCENARIO = r"(a|the|this|that|each|every|all|both|its|one|two|three|\d+) (\w+ )?(scenarios?|runs?|baseline|campaigns?)"
_AMOUNT = r"(one|\d+ runs|soldiers|metres|km2|tonnes|calls|requests|shells|sorties|losses|draws|replications)"
# Each idiom with the words to use instead and a sentence that it must find.
IDIOMS = {
    r"(fore|re)?told": ("reported, shown, known", "A difference is told in one line."),
    r"tells?": ("shows, reports, says", "No run can tell which is true."),
    r"dice|die": ("random numbers, random variation, noise", "Both have the same dice."),
    r"luck": ("chance, random variation", "The rest is luck."),
    r"anew": ("again, regenerate", "It is made anew."),
    r"kept": ("saved, stored, unchanged", "The result is kept."),
    r"played|playing": ("run, simulated", "Each point is played once."),
    rf"plays? (as|on|out|{_SCENARIO})": ("run, simulate", "Play the baseline again."),
    r"go(es)? on with|went on with": ("resume, continue", "To go on with the sweep, give its folder."),
    r"doubts?|doubtful": ("parameter uncertainty", "The doubt about the values stays."),
    r"ignorance": ("parameter uncertainty", "Ignorance is left out."),
    r"parts? (on|from) (day|the|its|it)|parted|partings?": ("paired runs diverge", "The pairs part on day 3."),
    r"flips?|flipped": ("outcome change", "Two pairs flip."),
    r"nobody": ("no soldiers, no crew, none", "A call finds nobody."),
    r"hollow": ("no clear difference", "A hollow mark is no difference."),
    r"no difference (is |was )?seen": ("no clear difference", "There is no difference seen."),
    r"he|his|him": ("it, its, or a noun", "The defender sends his reserve."),
    r"(values?|index|indices) reads?": ("is, shows", "The value reads zero."),
    r"arms?": ("scenario variant", "Both arms have the same draws."),
    rf"{_AMOUNT} an? (day|hour|month|core|side|point|draw|run|mechanism)": ("per", "It gives 70 soldiers a day."),
    r"once a (group|run|point|draw|tick)": ("once per", "It is drawn once a group."),
    r"work(s|ed)? out": ("compute, calculate", "The indices are worked out."),
    r"of all bearings|bearings": ("share of compass directions", "It is the share of all bearings."),
}
# Words that may stay, each with its reason.
ALLOWED = {
    r"days_played": "a column of saved results",
    r"all arms": "a force of every branch, the field's own term",
    r"Fourth Arm": "the title of a book",
}
# Names count too: an underscore ends a word as a space does.
PATTERNS = {idiom: re.compile(rf"(?<![A-Za-z])({idiom})(?![A-Za-z])", re.IGNORECASE) for idiom in IDIOMS}


def idioms_in(line):
    """Return the idioms of a line, each with the words to use instead."""
    text = re.sub("|".join(ALLOWED), "", line).replace("_", " ")
    return [
        f"{found[0]!r}: {IDIOMS[idiom][0]}" for idiom, pattern in PATTERNS.items() for found in pattern.finditer(text)
    ]


@pytest.mark.parametrize("idiom", IDIOMS)
def test_an_idiom_is_found_where_it_is_planted(idiom):
    instead, planted = IDIOMS[idiom]
    assert f"{PATTERNS[idiom].search(planted)[0]!r}: {instead}" in idioms_in(planted)


def test_idioms_are_found_in_names_too_and_plain_words_are_not():
    planted = "def test_the_baseline_is_played_anew_with_the_same_dice_and_what_is_kept_is_told():"
    found = [text.partition(":")[0] for text in idioms_in(planted)]
    assert found == ["'told'", "'dice'", "'anew'", "'kept'", "'played'"]
    assert idioms_in("The baseline runs again with common random numbers; keep the folder and display it.") == []


def test_every_exception_is_needed():
    texts = [path.read_text("utf-8") for paths in FILES.values() for path in paths]
    assert [allowed for allowed in ALLOWED if not any(re.search(allowed, text) for text in texts)] == []


@pytest.mark.parametrize("folder", PLACES)
def test_texts_are_in_plain_english(folder):
    assert len(FILES[folder]) >= 2
    found = [
        f"{path.relative_to(ROOT)}:{number}: {idiom}"
        for path in FILES[folder]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        for idiom in idioms_in(line)
    ]
    assert found == []
