"""Numbers as a number format shows them: plain, with a power of ten, as a fraction. Decimal comma, thousands point."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from msgspec import Struct

POINT, GROUP = ",", "."
_LONG = Context(prec=2000)
"""More digits than any format code has places for."""
LONGEST_FRACTION = 7
"""Digits of a denominator; Excel allows no more."""


class NumberPiece(Struct, frozen=True):
    """A piece of a section.

    ``kind``: ``digit`` (``0``, ``#``, ``?``), ``sign`` (``.``, ``,``, ``%``, ``/``, ``@``), ``power`` (``e+``),
    ``general``, or ``text``.
    """

    kind: str
    text: str


def general(value: float) -> str:
    """A number without a format."""
    if float(value).is_integer() and abs(value) < 10**15:
        return str(int(value))
    return f"{value:.15g}".replace(".", POINT)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _rounded(value: Decimal, places: int) -> tuple[str, str]:
    """Digits before (without leading zeros) and after the point, rounded half up as Excel does."""
    text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _LONG):f}"
    whole, _, part = text.partition(".")
    return whole.lstrip("0"), part


# ---- plain ----------------------------------------------------------------------------------------------------


class _Plan(Struct):
    """Where digits go: the places of the digits before and after the point, and what commas and percents do."""

    before: list[int]
    after: list[int]
    grouped: bool
    factor: Decimal


def _plan(pieces: Sequence[NumberPiece]) -> _Plan:
    digits = [place for place, piece in enumerate(pieces) if piece.kind == "digit"]
    points = (place for place, piece in enumerate(pieces) if piece == NumberPiece("sign", "."))
    point = next(points, len(pieces))
    before = [place for place in digits if place < point]
    commas = [place for place, piece in enumerate(pieces) if piece == NumberPiece("sign", ",") and place < point]
    last = digits[-1] if digits else len(pieces)
    trailing = sum(piece == NumberPiece("sign", ",") for piece in pieces[last + 1 :])
    if before and before[-1] != last:
        trailing += sum(place > before[-1] for place in commas)
    grouped = bool(before) and any(before[0] < place < before[-1] for place in commas)
    percents = sum(piece == NumberPiece("sign", "%") for piece in pieces)
    factor = Decimal(1).scaleb(2 * percents - 3 * trailing)
    return _Plan(before, [place for place in digits if place > point], grouped, factor)


def show_number(size: float, pieces: Sequence[NumberPiece]) -> str:
    """A number, without its sign, in the digits of a section and between its other words."""
    plan = _plan(pieces)
    whole, part = _rounded(_exact(size) * plan.factor, len(plan.after))
    written = _before(whole, [pieces[place].text for place in plan.before], grouped=plan.grouped)
    decimals = _after(part, [pieces[place].text for place in plan.after])
    by_place = {**dict(zip(plan.before, written, strict=True)), **dict(zip(plan.after, decimals, strict=True))}
    if not plan.before and plan.after and whole:
        by_place[plan.after[0] - 1] = whole + POINT
    words: list[str] = []
    for place, piece in enumerate(pieces):
        if place in by_place:
            words.append(by_place[place])
        elif piece.kind == "text" or piece == NumberPiece("sign", "%"):
            words.append(piece.text)
        elif piece == NumberPiece("sign", "."):
            words.append(POINT if not plan.after or any(decimals) else "")
        elif piece.kind == "general" or piece == NumberPiece("sign", "@"):
            words.append(general(size))
        elif piece == NumberPiece("sign", "/"):
            words.append("/")
    return "".join(words).removesuffix(POINT)


def _before(digits: str, places: Sequence[str], *, grouped: bool) -> list[str]:
    """What stands in each place before the point; the first takes all digits for which there is no place."""
    least = len(places) - next((at for at, place in enumerate(places) if place == "0"), len(places))
    digits = digits.rjust(least, "0")
    written: list[str] = []
    for at in range(len(places)):
        right = len(places) - at - 1  # places to the right of this one
        end = len(digits) - right
        mine = digits[:end] if at == 0 and end > 0 else digits[end - 1 : end] if end > 0 else ""
        written.append(_grouped(mine, right) if grouped else mine)
    return written


def _grouped(digits: str, right: int) -> str:
    """Digits with a point after each that has a multiple of three digits to its right; ``right``: of the last one."""
    count = len(digits)
    marked = (
        digit + (GROUP if (left := right + count - at - 1) and left % 3 == 0 else "") for at, digit in enumerate(digits)
    )
    return "".join(marked)


def _after(digits: str, places: Sequence[str]) -> list[str]:
    """What stands in each place after the point: zeros at the end only where the place asks for one."""
    least = len(places) - next((at for at, place in enumerate(reversed(places)) if place == "0"), len(places))
    kept = digits.rstrip("0").ljust(least, "0")
    return [kept[at : at + 1] for at in range(len(places))]


# ---- a power of ten, a fraction -------------------------------------------------------------------------------


def show_scientific(size: float, pieces: Sequence[NumberPiece]) -> str:
    """A number, without its sign, as ``1,00E+05``."""
    at = next(place for place, piece in enumerate(pieces) if piece.kind == "power")
    plan = _plan(pieces[:at])
    exact, step = _exact(size), max(1, len(plan.before))
    power = exact.adjusted() // step * step if exact else 0
    whole, _ = _rounded(exact.scaleb(-power), len(plan.after))
    if len(whole) > step:  # 9,999 became 10,00
        power += step
    rest = pieces[at + 1 :]
    width = sum(piece.kind == "digit" for piece in rest)
    sign = "-" if power < 0 else "+" if pieces[at].text.endswith("+") else ""
    tail = "".join(piece.text for piece in rest if piece.kind == "text")
    return f"{show_number(float(exact.scaleb(-power)), pieces[:at])}E{sign}{str(abs(power)).rjust(width, '0')}{tail}"


_FRACTION = re.compile(r"(?P<before>t*)(?:(?P<whole>[0#?,]+)t+)?[0#?]+/(?P<bottom>[0#?]+|f[f0]*)(?P<after>[t%]*)")


def show_fraction(size: float, pieces: Sequence[NumberPiece]) -> str | None:
    """A number, without its sign, as ``3 1/2``; None if the section is no fraction."""
    shape = "".join(map(_letter, _with_fixed(pieces)))
    match = _FRACTION.fullmatch(shape)
    if match is None:
        return None
    bottom = match["bottom"]
    exact = Fraction(_exact(size))
    if "f" in bottom:
        given = int("".join(piece.text for piece in pieces[match.start("bottom") : match.end("bottom")]))
        rounded = Fraction(round(exact * given), given)
        top, low = rounded.numerator * (given // rounded.denominator), given
    else:
        rounded = exact.limit_denominator(10 ** min(len(bottom), LONGEST_FRACTION) - 1)
        top, low = rounded.numerator, rounded.denominator
    words = f"{top}/{low}"
    if match["whole"]:
        whole, top = divmod(top, low)
        words = " ".join([*([str(whole)] if whole or not top else []), *([f"{top}/{low}"] if top else [])])
    return f"{_texts(pieces, match, 'before')}{words}{_texts(pieces, match, 'after')}"


def _with_fixed(pieces: Sequence[NumberPiece]) -> list[NumberPiece]:
    """The pieces, with the digits of a fixed denominator (``# ?/8``) told from other words."""
    slash = pieces.index(NumberPiece("sign", "/"))
    marked = list(pieces)
    for place in range(slash + 1, len(pieces)):
        if pieces[place].kind == "text" and pieces[place].text in "123456789":
            marked[place] = NumberPiece("fixed", pieces[place].text)
        elif pieces[place] != NumberPiece("digit", "0"):
            break
    return marked


def _letter(piece: NumberPiece) -> str:
    return {"fixed": "f", "text": "t", "general": "g", "power": "e"}.get(piece.kind, piece.text)


def _texts(pieces: Sequence[NumberPiece], match: re.Match[str], name: str) -> str:
    return "".join(piece.text for piece in pieces[match.start(name) : match.end(name)])
