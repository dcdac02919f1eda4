"""Whether a formula stays inside its workbook.

Only what is understood stays: text, numbers, cells and sheets of the workbook, its names and tables, and functions
that are known to look at nothing else. Whatever else a formula holds may reach another file, program, server or
macro (``[1]S!A1``, ``'C:/x/[b.xlsx]S'!A1``, ``cmd|'/c x'!A0``, ``WEBSERVICE``, a function of an add-in or one that
is still to be invented), so it counts as reaching outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

OTHER_FILE, OTHER_PROGRAM, NO_FORMULA = "[…]", "DDE", "?"
"""What is said instead of the words that reach outside: these must not go back to the unit, not even as text."""

DEEPEST_NAMES = 20
"""Names that speak of one another deeper than this are all taken for ones that reach outside."""

_HARMLESS = """
ABS ACCRINT ACCRINTM ACOS ACOSH ACOT ACOTH ADDRESS AGGREGATE AMORDEGRC AMORLINC ANCHORARRAY AND ARABIC AREAS
ARRAYTOTEXT ASC ASIN ASINH ATAN ATAN2 ATANH AVEDEV AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS BAHTTEXT BASE BESSELI BESSELJ
BESSELK BESSELY BETA.DIST BETA.INV BETADIST BETAINV BIN2DEC BIN2HEX BIN2OCT BINOM.DIST BINOM.DIST.RANGE BINOM.INV
BINOMDIST BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING CEILING.MATH CEILING.PRECISE CELL CHAR CHIDIST
CHIINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHISQ.TEST CHITEST CHOOSE CHOOSECOLS CHOOSEROWS CLEAN CODE
COLUMN COLUMNS COMBIN COMBINA COMPLEX CONCAT CONCATENATE CONFIDENCE CONFIDENCE.NORM CONFIDENCE.T CONVERT CORREL COS
COSH COT COTH COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM COUPPCD COVAR
COVARIANCE.P COVARIANCE.S CRITBINOM CSC CSCH CUMIPMT CUMPRINC DATE DATEDIF DATEVALUE DAVERAGE DAY DAYS DAYS360 DB DBCS
DCOUNT DCOUNTA DDB DEC2BIN DEC2HEX DEC2OCT DECIMAL DEGREES DELTA DEVSQ DGET DISC DMAX DMIN DOLLAR DOLLARDE DOLLARFR
DPRODUCT DROP DSTDEV DSTDEVP DSUM DURATION DVAR DVARP ECMA.CEILING EDATE EFFECT ENCODEURL EOMONTH ERF ERF.PRECISE ERFC
ERFC.PRECISE ERROR.TYPE EVEN EXACT EXP EXPAND EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV F.INV.RT F.TEST FACT
FACTDOUBLE FALSE FDIST FILTER FIND FINDB FINV FISHER FISHERINV FIXED FLOOR FLOOR.MATH FLOOR.PRECISE FORECAST
FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT FREQUENCY
FTEST FV FVSCHEDULE GAMMA GAMMA.DIST GAMMA.INV GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS GCD GEOMEAN GESTEP
GETPIVOTDATA GROUPBY GROWTH HARMEAN HEX2BIN HEX2DEC HEX2OCT HLOOKUP HOUR HSTACK HYPGEOM.DIST HYPGEOMDIST IF IFERROR
IFNA IFS IMABS IMAGINARY IMARGUMENT IMCONJUGATE IMCOS IMCOSH IMCOT IMCSC IMCSCH IMDIV IMEXP IMLN IMLOG10 IMLOG2
IMPOWER IMPRODUCT IMREAL IMSEC IMSECH IMSIN IMSINH IMSQRT IMSUB IMSUM IMTAN INDEX INT INTERCEPT INTRATE IPMT IRR
ISBLANK ISERR ISERROR ISEVEN ISFORMULA ISLOGICAL ISNA ISNONTEXT ISNUMBER ISO.CEILING ISODD ISOMITTED ISOWEEKNUM ISPMT
ISREF ISTEXT JIS KURT LAMBDA LARGE LCM LEFT LEFTB LEN LENB LET LINEST LN LOG LOG10 LOGEST LOGINV LOGNORM.DIST
LOGNORM.INV LOGNORMDIST LOOKUP LOWER MAKEARRAY MAP MATCH MAX MAXA MAXIFS MDETERM MDURATION MEDIAN MID MIDB MIN MINA
MINIFS MINUTE MINVERSE MIRR MMULT MOD MODE MODE.MULT MODE.SNGL MONTH MROUND MULTINOMIAL MUNIT N NA NEGBINOM.DIST
NEGBINOMDIST NETWORKDAYS NETWORKDAYS.INTL NOMINAL NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST NORMINV NORMSDIST
NORMSINV NOT NOW NPER NPV NUMBERVALUE OCT2BIN OCT2DEC OCT2HEX ODD ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD OFFSET OR
PDURATION PEARSON PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTOF PERCENTRANK PERCENTRANK.EXC PERCENTRANK.INC
PERMUT PERMUTATIONA PHI PHONETIC PI PIVOTBY PMT POISSON POISSON.DIST POWER PPMT PRICE PRICEDISC PRICEMAT PROB PRODUCT
PROPER PV QUARTILE QUARTILE.EXC QUARTILE.INC QUOTIENT RADIANS RAND RANDARRAY RANDBETWEEN RANK RANK.AVG RANK.EQ RATE
RECEIVED REDUCE REGEXEXTRACT REGEXREPLACE REGEXTEST REPLACE REPLACEB REPT RIGHT RIGHTB ROMAN ROUND ROUNDDOWN ROUNDUP
ROW ROWS RRI RSQ SCAN SEARCH SEARCHB SEC SECH SECOND SEQUENCE SERIESSUM SHEET SHEETS SIGN SIN SINGLE SINH SKEW SKEW.P
SLN SLOPE SMALL SORT SORTBY SQRT SQRTPI STANDARDIZE STDEV STDEV.P STDEV.S STDEVA STDEVP STDEVPA STEYX SUBSTITUTE
SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT SUMSQ SUMX2MY2 SUMX2PY2 SUMXMY2 SWITCH SYD T T.DIST T.DIST.2T T.DIST.RT T.INV
T.INV.2T T.TEST TAKE TAN TANH TBILLEQ TBILLPRICE TBILLYIELD TDIST TEXT TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TIME
TIMEVALUE TINV TOCOL TODAY TOROW TRANSPOSE TREND TRIM TRIMMEAN TRIMRANGE TRUE TRUNC TTEST TYPE UNICHAR UNICODE UNIQUE
UPPER USDOLLAR VALUE VALUETOTEXT VAR VAR.P VAR.S VARA VARP VARPA VDB VLOOKUP VSTACK WEEKDAY WEEKNUM WEIBULL
WEIBULL.DIST WORKDAY WORKDAY.INTL WRAPCOLS WRAPROWS XIRR XLOOKUP XMATCH XNPV XOR YEAR YEARFRAC YIELD YIELDDISC
YIELDMAT Z.TEST ZTEST"""
"""Functions; left out on purpose: INDIRECT, HYPERLINK (a text may name another file), INFO (of the machine)."""

_SAFE_FUNCTIONS = frozenset(_HARMLESS.split())

_PREFIXES = re.compile(r"(?:_XLFN\.|_XLWS\.)*")
_INSIDE = r"""(?:(?!//)[^"\[\]|\\])"""
_PLACE = re.compile(rf"""\(\s*"#(?:{_INSIDE}*"\s*[,)]|'{_INSIDE}+'!\$?[A-Z]{{0,3}}\$?"\s*&)""")
"""What follows HYPERLINK when it names a place in its own workbook; a row may be worked out, behind its sheet."""

_CODED_BLANK = re.compile(r"_x00(?:09|0a|0d)_", re.IGNORECASE)
_CODED = re.compile(r"_x[0-9a-f]{4}_", re.IGNORECASE)
"""A character of a formula that a program may read as another one than stands there."""

_TOKEN = re.compile(
    r"""
      (?P<plain>[ \t\r\n]+|[-+*/^&=<>%,;:(){}@]|"(?:[^"]|"")*")
    | (?P<word>[\w$.?\u0300-\u036f]+)
    | (?P<sheet>'(?:[^']|'')*'!)
    | (?P<error>\#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|BUSY!))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CALL = re.compile(r"[ \t\r\n]*\(")
_OPERAND = re.compile(
    r"\$?[A-Z]{1,3}(?:\$?\d{1,7})?|\$?\d{1,7}|(?:\d+\.?\d*|\.\d+)(?:E\d*)?|TRUE|FALSE|_XLPM\.[\w.]+", re.IGNORECASE
)
_NO_SHEET = re.compile(r"[\[\]|\\/*?]")
_MACRO_NAME = re.compile(
    r"(?:_xlnm\.)?(?:auto_?(?:open|close|activate|deactivate)|workbook_|worksheet_)", re.IGNORECASE
)


def runs_by_itself(name: str) -> bool:
    """Whether Excel takes a defined name for a macro that is run on opening or closing."""
    return _MACRO_NAME.match(name) is not None


class Inside(Struct, frozen=True):
    """What belongs to a workbook: its sheets, its defined names and its tables, all case-folded.

    ``gone``: names that reach outside; some look like columns (``x``).
    """

    sheets: frozenset[str]
    names: frozenset[str]
    tables: frozenset[str]
    gone: frozenset[str] = frozenset()

    def reach(self, formula: str) -> str | None:
        """What of a formula (with or without ``=``) reaches outside; None where it stays inside."""
        formula = _CODED_BLANK.sub(" ", formula)
        if _CODED.search(formula):
            return NO_FORMULA
        position = 0
        while position < len(formula):
            token = _TOKEN.match(formula, position)
            if token is None:
                return _strange(formula, position)
            position = token.end()
            if token.lastgroup == "sheet" and not self._has(token[0][1:-2].replace("''", "'")):
                return OTHER_PROGRAM if "|" in token[0] else OTHER_FILE
            if token.lastgroup == "word":
                found = self._word(formula, token[0], position)
                if isinstance(found, str):
                    return found
                position = found
        return None

    def _has(self, qualifier: str) -> bool:
        """Whether ``S`` or ``S:T`` are sheets of the workbook."""
        parts = qualifier.casefold().split(":")
        return not _NO_SHEET.search(qualifier) and len(parts) <= 2 and all(part in self.sheets for part in parts)

    def _word(self, formula: str, word: str, end: int) -> int | str:
        """Where the formula goes on behind a word, or what it reaches."""
        following, folded = formula[end : end + 1], word.casefold()
        if following == "|":
            return OTHER_PROGRAM
        if following == "!":
            return end + 1 if folded.removeprefix("$") in self.sheets else OTHER_FILE
        if following == "[":
            return _behind_brackets(formula, end) if folded in self.tables else OTHER_FILE
        if _CALL.match(formula, end):
            name = _PREFIXES.sub("", word.upper(), count=1)
            is_place = name == "HYPERLINK" and _PLACE.match(formula, end)
            return end if name in _SAFE_FUNCTIONS or is_place else name
        is_known = folded in self.names or folded in self.tables or folded in self.sheets
        is_operand = folded not in self.gone and _OPERAND.fullmatch(word)
        return end if is_known or is_operand else word


def _behind_brackets(formula: str, start: int) -> int | str:
    """Where the columns of a table end; inside them ``'`` stands before a bracket that belongs to a heading."""
    depth, position = 0, start
    while position < len(formula):
        sign = formula[position]
        depth += (sign == "[") - (sign == "]")
        position += 2 if sign == "'" else 1
        if depth == 0:
            following = formula[position : position + 1]
            return OTHER_FILE if following in ("!", "[", "'") or following.isalnum() else position
    return OTHER_FILE


def _strange(formula: str, position: int) -> str:
    if formula[position] == "|":
        return OTHER_PROGRAM
    return OTHER_FILE if formula[position] in "['\\" else NO_FORMULA


def inside(sheets: Iterable[str], tables: Iterable[str], names: Mapping[str, Sequence[str]]) -> Inside:
    """What belongs to a workbook. ``names``: case-folded name → its formulas; those that reach outside, also
    through one another, are left out.
    """
    sheets, tables, kept = _folded(sheets), _folded(tables), dict(names)
    for _ in range(DEEPEST_NAMES):
        found = Inside(sheets, frozenset(kept), tables, frozenset(names) - frozenset(kept))
        bad = [name for name, formulas in kept.items() if any(found.reach(item) is not None for item in formulas)]
        if not bad:
            return found
        for name in bad:
            del kept[name]
    return Inside(sheets, frozenset(), tables, frozenset(names))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.casefold() for word in words)
