"""Text typed in the 8-bit Vietnamese fonts that predate Unicode: detected, and converted to Unicode.

Two encodings occur in office files: TCVN3 (fonts ``.VnTime``, ``.VnTimeH`` …), one code per letter, and VNI (fonts
``VNI-Times`` …), a base letter followed by a mark. Both arrive as Latin-1 letters and symbols.

The test runs on the raw string, before any cleaning: in TCVN3 the letter ``ư`` is U+00AD (soft hyphen), NFKC breaks 8
of the 74 letters and case folding 22. Text with a letter that only Unicode Vietnamese has (ă, đ, ơ, ư, ạ …), or whose
words are already correct Vietnamese, is never decoded; nor is French or English, because decoding does not turn its
words into Vietnamese syllables.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

Encoding = Literal["tcvn3", "vni"]


class Decoded(NamedTuple):
    """What was detected: the encoding, and the text in Unicode (NFC)."""

    encoding: Encoding
    text: str


_TCVN3_CODES = (
    "\xb5\xb6\xb7\xb8\xb9\xa8\xbb\xbc\xbd\xbe\xc6\xa9\xc7\xc8\xc9\xca\xcb\xae"
    "\xcc\xce\xcf\xd0\xd1\xaa\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xdc\xdd\xde"
    "\xdf\xe1\xe2\xe3\xe4\xab\xe5\xe6\xe7\xe8\xe9\xac\xea\xeb\xec\xed\xee"
    "\xef\xf1\xf2\xf3\xf4\xad\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe"
    "\xa1\xa2\xa3\xa4\xa5\xa6\xa7"
)
_TCVN3_LETTERS = (
    "àảãáạăằẳẵắặâầẩẫấậđ"
    "èẻẽéẹêềểễếệìỉĩíị"
    "òỏõóọôồổỗốộơờởỡớợ"
    "ùủũúụưừửữứựỳỷỹýỵ"
    "ĂÂÊÔƠƯĐ"
)  # fmt: skip
TCVN3: dict[str, str] = dict(zip(_TCVN3_CODES, _TCVN3_LETTERS, strict=True))

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì"}


def _vni_pairs() -> dict[str, str]:
    pairs = {base + mark: base + tone for base in "aeouy" for mark, tone in _TONES.items()}
    pairs |= {base + mark: base + "\u0302" + tone for base in "aeo" for mark, tone in _HAT.items()}
    pairs |= {"a" + mark: "a\u0306" + tone for mark, tone in _BREVE.items()}
    pairs |= {horn + mark: _VNI_SINGLE[horn] + tone for horn in "ôö" for mark, tone in _TONES.items()}
    pairs |= _VNI_SINGLE
    composed = {code: unicodedata.normalize("NFC", letter) for code, letter in pairs.items()}
    upper = {code.upper(): letter.upper() for code, letter in composed.items()}
    mixed = {code[0].upper() + code[1:]: letter.upper() for code, letter in composed.items()}
    return composed | mixed | upper


VNI: dict[str, str] = _vni_pairs()

# A letter that neither encoding, and no Western language, has: the text is already Unicode Vietnamese.
_REAL_VIETNAMESE = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300-\u0323\u1ea0-\u1ef9]")
_LATIN1 = re.compile("[\xa1-\xff]")
_TCVN3_TABLE = str.maketrans(TCVN3)
_TCVN3_WORD = re.compile(f"[A-Za-z{re.escape(_TCVN3_CODES)}]+")
_LATIN_WORD = re.compile(r"[A-Za-z\xc0-\xff]+")

_ONSETS = "ngh|ng|nh|gh|gi|kh|ch|ph|th|tr|qu|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
_RHYMES = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en "
    "eng eo ep "
    "et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach "
    "oai oam "
    "oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot ô "
    "ôc ôi ôm "
    "ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uan uat uâc uân uâng uât uây uê uêch uênh uêt uc ui um un ung "
    "uôc uôi "
    "uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn "
    "ương ươp "
    "ươt ươu ưt ưu y yên yêm yêng yêt yêu"
)
_STOPPED = re.compile("(?:p|t|c|ch)$")
_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")


@cache
def _vni_unit() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))


@cache
def _syllable() -> re.Pattern[str]:
    return re.compile(f"(?:{_ONSETS})(?:{'|'.join(sorted(_RHYMES.split(), key=len, reverse=True))})$")


def is_syllable(word: str) -> bool:
    """Whether ``word`` can be one Vietnamese syllable: onset, rhyme, and a tone that the rhyme may carry."""
    parts = unicodedata.normalize("NFD", word.lower())
    tones = _TONE_MARKS.findall(parts)
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", _TONE_MARKS.sub("", parts))
    if not _syllable().match(bare):
        return False
    return not (_STOPPED.search(bare) and tones and tones[0] not in "\u0301\u0323")


def decode_tcvn3(text: str) -> str:
    """``text`` with every TCVN3 code replaced by its letter, without any test (see :func:`detect`)."""
    return text.translate(_TCVN3_TABLE)


def decode_vni(text: str) -> str:
    """``text`` with every VNI letter replaced, two-character ones first, without any test (see :func:`detect`)."""
    return _vni_unit().sub(lambda unit: VNI[unit.group()], text)


def _score(words: list[str]) -> float:
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def _evidence(pattern: re.Pattern[str], text: str) -> list[str]:
    """Words that contain both a plain letter and a code; bare symbols ("©", "35 µm") and initials prove nothing."""
    found = (word for word in pattern.findall(text) if _LATIN1.search(word) and re.search("[A-Za-z]", word))
    return [word for word in found if word.lower() != "µm" and not re.search("[A-Z].*[A-Z]", word)]


def _enough(words: list[str]) -> bool:
    """Whether the words are enough to prove an encoding without a font: one short word ("où") is not."""
    return len(words) > 1 or len(words[0]) > 3 or re.search("[\xa1-\xbf\xd7\xf7]", words[0]) is not None


_QUOTED = re.compile(r"(?<![A-Za-z\xa1-\xff])\xab|\xbb(?![A-Za-z\xa1-\xff])")
# A TCVN3 word begins with « (ô) at most; none ends with » (ằ), and none is held by both.
_CLOSING = re.compile(r"[A-Za-z\xa1-\xff]\s?\xbb(?![A-Za-z\xa1-\xff])")
_LETTERS = re.compile(r"[A-Za-z\xa1-\xff]+")


def _as_unicode(text: str) -> str:
    """``text`` read as Unicode: without soft hyphens, and without the signs « » where they stand as quotation marks."""
    return _QUOTED.sub(" ", text.replace("\xad", ""))


def _is_natural(word: str) -> bool:
    """Whether a word is a Vietnamese syllable in Unicode: capitals stand in front only, or everywhere."""
    return (word.islower() or word.istitle() or word.isupper()) and is_syllable(word)


def _is_unicode(text: str) -> bool:
    """Whether all words that could be garbled are right Vietnamese as they stand, soft hyphens between syllables."""
    if _CLOSING.search(text):
        return True
    words = [word for word in _LETTERS.findall(_QUOTED.sub(" ", text)) if not word.isascii()]
    quoted = [word[1:] for word in _LETTERS.findall(text) if word[0] == "\xab"]
    parts = [part for word in [*words, *quoted] for part in word.split("\xad")]
    return bool(words) and all(_is_natural(part) for part in parts if part)


def _candidates(text: str, font: str) -> list[tuple[float, Encoding, str]]:
    wanted = "tcvn3" if font.startswith(".vn") else "vni" if font.startswith("vni") else ""
    found: list[tuple[float, Encoding, str]] = []
    if (
        wanted != "vni"
        and not _is_unicode(text)
        and not re.search("[\xc0-\xff]", text.translate(dict.fromkeys(_TCVN3_TABLE)))
    ):
        words = [decode_tcvn3(word) for word in _evidence(_TCVN3_WORD, text)]
        found.append((_score(words), "tcvn3", text))
    own = _evidence(_LATIN_WORD, _as_unicode(text))
    if wanted != "tcvn3" and own and not all(map(_is_natural, own)):
        found.append((_score([decode_vni(word) for word in own]), "vni", text))
    return found


def detect(raw: str, font: str | None = None) -> Decoded | None:
    """The text of a cell in Unicode if it is TCVN3 or VNI, else ``None`` (leave it as it is).

    ``raw`` is the string as the file holds it, before any cleaning; ``font`` is the name of the cell's font, if known.
    A font lowers the bar, but text that is Unicode Vietnamese, French or English is still never decoded.
    """
    if raw.isascii() or not _LATIN1.search(raw) or _REAL_VIETNAMESE.search(raw):
        return None
    own = _evidence(_TCVN3_WORD, raw) or _evidence(_LATIN_WORD, raw)
    hinted = font is not None and font.casefold().startswith((".vn", "vni"))
    if not own or _score(own) == 1.0 or not (hinted or _enough(own)):
        return None
    candidates = _candidates(raw, (font or "").casefold())
    if not candidates:
        return None
    score, encoding, text = max(candidates, key=lambda item: item[0])
    if score < (0.6 if hinted else 0.85):
        return None
    decoded = decode_tcvn3(text) if encoding == "tcvn3" else decode_vni(text)
    return Decoded(encoding, unicodedata.normalize("NFC", decoded))
