"""How a number is written for a reader: thousands with commas, a true minus sign, a dash for no value."""

NO_VALUE = "\N{EN DASH}"
"""What stands for a value that is not a number."""


_SINGULAR = {
    "days": "day", "flags": "flag", "soldiers": "soldier", "sorties": "sortie", "percentage points": "percentage point",
}  # fmt: skip


def with_unit(shown: str, unit: str) -> str:
    """Return a number, as it is shown, before its unit: 3 flags, but 1 flag and minus 1 flag."""
    is_one = shown.lstrip("+\N{MINUS SIGN}") == "1"
    return f"{shown} {_SINGULAR.get(unit, unit) if is_one else unit}"


def fixed(value: float, decimals: int = 0, sign: bool = False) -> str:
    """Return a number with so many decimals; with `sign`, a plus before a positive one."""
    return _for_readers(f"{value:{'+' if sign else ''},.{decimals}f}")


def rounded(value: float, figures: int = 3) -> str:
    """Return a number with so many significant figures; a larger one is rounded to a whole number."""
    return _for_readers(f"{value:,.0f}" if abs(value) >= 10 ** (figures - 1) else f"{value:.{figures}g}")


def unrounded(value: float) -> str:
    """Return the end of a range or a mark of an axis, which is a round number: up to six significant figures."""
    return _for_readers(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}")


def percent(share: float, decimals: int = 0) -> str:
    """Return a share (dimensionless, 0 to 1) in per cent."""
    return f"{fixed(100 * share, decimals)} %"


def _for_readers(text: str) -> str:
    """Return a formatted number with a true minus, the signs for none and for infinity, and a zero without a sign."""
    if "nan" in text:
        return NO_VALUE
    if not any(digit in text for digit in "123456789") and "inf" not in text:
        return text.lstrip("+-")
    minus = "\N{MINUS SIGN}" if text.startswith("-") else ""
    return (minus + text.removeprefix("-")).replace("inf", "\N{INFINITY}")
