"""What is wrong with a TOML statement that the parser refuses, and how it is written rightly.

Each mistake is a row of `MISTAKES`: the key of its sentence, and what a person who made that mistake probably meant.
The first row whose correction the parser takes is the mistake; so no sentence proposes what would be wrong again.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator

from danvan_xl.rules.toml_scan import Mistake, Place, Statement, header_of, is_string, places, statements
from danvan_xl.wording import sentence

LONGEST_SHOWN = 160
"""Letters of a faulty line that a sentence repeats."""


def parses(text: str) -> bool:
    """Whether the text is sound TOML by itself."""
    try:
        tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    return True


# ---- what is mended without a word ---------------------------------------------------------------------------

_BLANK = re.compile("[\t\x0b\x0c\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_DAY = re.compile(
    r"(?P<before>=\s*)"
    r"(?P<day>(?:trước\s+)?(?:ngày\s+)?\d{1,4}\s*[/.\-]\s*\d{1,2}(?:\s*[/.\-]\s*\d{1,4})?(?:\s+năm\s+(?:sau|kế tiếp))?"
    r"|(?:trước\s+)?(?:ngày\s+)?\d{1,2}\s+tháng\s+\d{1,2}(?:\s+năm\s+\d{4})?"
    r"|(?:trước\s+)(?:ngày\s+)?\d{1,2})"
    r"(?=\s*(?:[,}]|$))",
    re.IGNORECASE,
)


def mended(text: str) -> str:
    """The file without unseen characters between its words, and with bare days in quotes; strings stay as they are."""
    return "\n".join(_mended(statement) for statement in statements(text))


def _mended(statement: Statement) -> str:
    if parses(statement.text):
        return statement.text
    outside = (token if is_string(token) else _UNSEEN.sub("", _BLANK.sub(" ", token)) for token in statement.tokens)
    pieces = ["" if token.startswith("#") else token for token in outside]
    cleaned = "".join(pieces)
    if parses(cleaned):
        return _as_long(cleaned, statement)
    dated = "".join(token if is_string(token) else _DAY.sub(_quoted, token) for token in pieces)
    return _as_long(dated, statement) if parses(dated) else statement.text


def _as_long(text: str, statement: Statement) -> str:
    """The text on as many lines as the statement, so that what follows keeps its line."""
    return text + "\n" * (statement.text.count("\n") - text.count("\n"))


def _quoted(match: re.Match[str]) -> str:
    return f'{match["before"]}"{unicodedata.normalize("NFC", match["day"]).strip()}"'


# ---- what is said --------------------------------------------------------------------------------------------

Meant = Callable[[str], str]
"""A statement without its comment → what was meant; the statement itself where the mistake is another."""

_STRAIGHT = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("‘’‚‛′`´＇", "'"))


def _straight(text: str) -> str:
    """Curly quotes, as Word and Zalo make them, as straight ones."""
    return text.translate(_STRAIGHT)


def _narrow(text: str) -> str:
    """Full-width letters and signs, as an input method for Chinese or Japanese makes them."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", _straight(text)))


def _split(text: str) -> tuple[str, str] | None:
    key, sign, value = text.partition("=")
    return (key.strip(), value.strip()) if sign else None


def _with_value(change: Callable[[str], str]) -> Meant:
    def meant(text: str) -> str:
        parts = _split(_straight(text))
        return text if parts is None else f"{parts[0]} = {change(parts[1])}"

    return meant


_COLON = re.compile(r"^\s*([\w-]+|\"[^\"]*\")\s*:\s*(?=\S)")
_NO_SIGN = re.compile(r"^\s*([\w-]+|\"[^\"]*\")\s+(?=[\"'\[{]|true$|false$|\d)")


def _equals(text: str) -> str:
    """``=`` in place of a colon, or where it was left out."""
    straight = _straight(text)
    if "=" in straight:
        return text
    return _NO_SIGN.sub(r"\1 = ", _COLON.sub(r"\1 = ", straight, count=1), count=1)


def _quoted_key(text: str) -> str:
    parts = _split(_straight(text))
    if parts is None:
        return text
    key = parts[0].strip("\"'").replace('"', "")
    return text if not key else f'"{key}" = {parts[1]}'


def _closed_string(value: str) -> str:
    """The other quote of a string that has only one."""
    if '"' not in value and "'" not in value:
        return value
    mark = '"' if '"' in value else "'"
    body = value.strip("\"'").rstrip()
    return f"{mark}{body}{mark}"


def _single_quotes(value: str) -> str:
    if "\\" not in value or value[:1] not in {'"', "'"}:
        return value
    return f"'{value.strip(chr(34))}'"


_TRUE = {"true", "có", "đúng", "yes", "on", "bật"}
_FALSE = {"false", "không", "sai", "no", "off", "tắt"}


def _truth(value: str) -> str:
    word = unicodedata.normalize("NFC", value.casefold())
    return "true" if word in _TRUE else "false" if word in _FALSE else value


def _point(value: str) -> str:
    return re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", value)


def _without_tail(value: str) -> str:
    return re.sub(r"\s*[;,.]+$", "", value)


_STRING_AND_REST = re.compile(r"^(\"(?:\\.|[^\"\\])*\"|'[^']*'|true|false)\s*([^\s\"'].*)$", re.DOTALL)


def _commented(value: str) -> str:
    """A note behind a value without the ``#`` before it."""
    return _STRING_AND_REST.sub(r"\1  # \2", value)


def _inner_quotes(value: str) -> str:
    """A string in double quotes that holds more of them, which become single ones."""
    if len(value) < 2 or not value[0] == value[-1] == '"':
        return value
    inner = value[1:-1].replace('"', "'")
    return f'"{inner}"'


def _listed(value: str) -> str:
    """Several strings without the brackets of a list."""
    return f"[{value}]" if re.fullmatch(r"\"[^\"]*\"(\s*,\s*\"[^\"]*\")+,?", value) else value


def _in_quotes(value: str) -> str:
    if not value or '"' in value or value[0] in "[{'":
        return value
    mark = "'" if "\\" in value else '"'
    return f"{mark}{value}{mark}"


def _something(value: str) -> str:
    return value or '"…"'


_NAME_IN_BRACKETS = re.compile(r"^(\[{0,2})\s*([\w.\"-]+)\s*(\]{0,2})$")


def _bracket(text: str) -> str:
    """A table's name with the brackets that it lacks."""
    found = _NAME_IN_BRACKETS.match(_straight(text).strip())
    if found is None or not (found[1] or found[3]):
        return text
    count = max(len(found[1]), len(found[3]))
    return f"{'[' * count}{found[2]}{']' * count}"


def _quoted_header(text: str) -> str:
    header = header_of(_straight(text).strip())
    if header is None or '"' in header[0] or "=" in header[0]:
        return text
    count = 2 if header[1] else 1
    return f'{"[" * count}"{header[0]}"{"]" * count}'


def _list_closed(text: str) -> str:
    """A list with the bracket, or the commas, that it lacks."""
    key, sign, value = _straight(text).partition("=")
    value = re.sub(r'"\s+"', '", "', value.strip().rstrip(","))
    left = value.count("[") - value.count("]")
    curly = value.count("{") - value.count("}")
    return f"{key.strip()} {sign} {'[' * -left}{value}{'}' * curly}{']' * left}"


def _without_unseen(text: str) -> str:
    return _UNSEEN.sub("", _BLANK.sub(" ", text))


def _as_comment(text: str) -> str:
    return text if "=" in text else f"# {text}"


MISTAKES: tuple[tuple[str, Meant], ...] = (
    ("toml_quotes", _straight),
    ("toml_full_width", _narrow),
    ("toml_unseen", _without_unseen),
    ("toml_bracket", _bracket),
    ("toml_header", _quoted_header),
    ("toml_empty", _with_value(_something)),
    ("toml_truth", _with_value(_truth)),
    ("toml_point", _with_value(_point)),
    ("toml_tail", _with_value(_without_tail)),
    ("toml_backslash", _with_value(_single_quotes)),
    ("toml_several", _with_value(_listed)),
    ("toml_inner", _with_value(_inner_quotes)),
    ("toml_rest", _with_value(_commented)),
    ("toml_unquoted", _with_value(_in_quotes)),
    ("toml_unclosed", _with_value(_closed_string)),
    ("toml_list", _list_closed),
    ("toml_sign", _equals),
    ("toml_sign", lambda text: _with_value(_in_quotes)(_equals(text))),
    ("toml_key", _quoted_key),
    ("toml_key", lambda text: _quoted_key(_with_value(_in_quotes)(text))),
    ("toml_words", _as_comment),
)
"""Key of the sentence, and what was meant; the first correction that the parser takes says which mistake it is."""

SECRETS = re.compile(r"^\s*[\"']?(pass\w*|secret|token|mat[_-]?khau|mật khẩu)[\"']?\s*[=:\s]", re.IGNORECASE)
"""A line that may hold a password, which is never repeated."""


def shown(text: str) -> str:
    """A faulty line as a sentence repeats it: on one line, not too long."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"


def _mistake(statement: Statement) -> Mistake:
    bare = statement.bare
    if SECRETS.match(bare):
        return Mistake(statement.line, sentence("rules", "toml_hidden"))
    for key, meant in MISTAKES:
        right = meant(bare)
        if right != bare and parses(right):
            return Mistake(statement.line, sentence("rules", key, found=shown(bare), right=shown(right)))
    return Mistake(statement.line, sentence("rules", "toml_other", found=shown(bare)))


def mistakes(text: str) -> tuple[Mistake, ...]:
    """Every mistake of a text that is no TOML, with its line; at least one."""
    found = [_mistake(statement) for statement in statements(text) if not parses(statement.text)]
    found += [] if found else _twice(text)
    if found:
        return tuple(found)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        return (Mistake(int(line[1]) if line else 1, sentence("rules", "toml_conflict")),)
    return ()


def _twice(text: str) -> Iterator[Mistake]:
    """What is said twice although it may be said once: a key, a table, a list of tables that is also a table."""
    first: dict[str, Place] = {}
    for place in places(text):
        path = re.sub(r"\[\d+\]$", "", place.path) if place.kind == "tables" else place.path
        above = first.get(path.rpartition(".")[0])
        if above is not None and above.kind == "key":
            yield Mistake(place.line, sentence("rules", "toml_conflict"))
        former = first.setdefault(path, place)
        if former is place or former.kind == place.kind == "tables":
            continue
        kinds = {former.kind, place.kind}
        key = (
            "toml_table_and_tables" if "tables" in kinds else "toml_key_twice" if "key" in kinds else "toml_table_twice"
        )
        name = path.rpartition(".")[2] if key == "toml_key_twice" else path
        yield Mistake(place.line, sentence("rules", key, name=name, first=former.line, line=place.line))


_WINDOWS_PATH = re.compile(r"\"[A-Za-z]:\\(?!\\)")


def eaten_backslashes(text: str) -> Iterator[Mistake]:
    """Windows paths in double quotes whose backslashes the parser took for line breaks and tabs (``\"C:\\new\"``)."""
    for statement in statements(text):
        bare = statement.bare
        if _WINDOWS_PATH.search(bare) and '"""' not in bare:
            right = _with_value(_single_quotes)(bare)
            yield Mistake(statement.line, sentence("rules", "toml_backslash", found=shown(bare), right=shown(right)))
