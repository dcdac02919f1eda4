"""``danvan-xl diff``: two consolidated workbooks of one plan, compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from danvan_xl.cli.common import (
    FILE,
    PATH,
    echo,
    existing,
    json_option,
    kept_json,
    not_among_received,
    print_json,
    tell_kept,
)
from danvan_xl.cli.errors import OperatorError, complain
from danvan_xl.cli.report import table
from danvan_xl.cli.translated import argument, command, option
from danvan_xl.comparison.compare import Comparison, Tally, compare
from danvan_xl.comparison.comparison_json import comparison_document
from danvan_xl.comparison.figure_changes import IndicatorChange, Total
from danvan_xl.comparison.line_changes import LineChange, LineState, Value
from danvan_xl.language.showable import shown
from danvan_xl.language.text import key
from danvan_xl.model import Role
from danvan_xl.office.workspace import find_workspace
from danvan_xl.wording import Lang, SentenceError, text
from danvan_xl.workbooks.writing.keeping import FILE_NAME, Keeping
from danvan_xl.written.consolidated_file import open_consolidated

MOST_LINES = 10
"""Of a list on the screen."""


@command("diff")
@argument("before", type=PATH)
@argument("after", type=PATH)
@json_option
@option("-o", "--output", type=FILE, help="opt_diff_output")
def diff(lang: Lang, before: Path, after: Path, as_json_: bool, output: Path | None) -> int:
    """Compare two workbooks, and print what is another thing now."""
    existing([before, after], lang)
    if output is not None:
        not_among_received(output, lang)
        if any(output.exists() and output.samefile(source) for source in (before, after)):
            raise OperatorError(_say(lang, "output_is_input", path=shown(str(output))))
    try:
        comparison = compare(open_consolidated(before), open_consolidated(after))
    except SentenceError as error:
        raise OperatorError(error.said.say(lang)) from None
    bodies = comparison.before.body, comparison.after.body
    if all(bodies) and key(bodies[0]) != key(bodies[1]):
        complain(_say(lang, "two_bodies", before=bodies[0], after=bodies[1]))
    keeping = keeping_at(output)
    if output is not None:
        _write(output, comparison, lang, keeping)
    if as_json_:
        print_json({**comparison_document(comparison), **_written(output), **kept_json(keeping)})
    else:
        print_comparison(comparison, lang)
        if output is not None:
            echo(_say(lang, "written", path=shown(str(output))))
    tell_kept(keeping, lang, err=as_json_)
    return 0


def keeping_at(output: Path | None) -> Keeping:
    """What keeps former outputs at a path: a workspace that it lies in remembers what was written."""
    root = find_workspace(output.absolute().parent) if output is not None else None
    return Keeping(root / FILE_NAME if root is not None else None)


def _written(output: Path | None) -> Mapping[str, object]:
    return {} if output is None else {"output": str(output)}


def _write(output: Path, comparison: Comparison, lang: Lang, keeping: Keeping) -> None:
    from danvan_xl.workbooks.compared.comparison_book import write_comparison
    from danvan_xl.workbooks.writing.atomic import atomic_path

    output.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(output, keeping) as path:
        write_comparison(path, comparison, lang)


def _say(lang: Lang, name: str, /, **args: object) -> str:
    return text("diff", name, lang, **args)


# ---- on the screen -------------------------------------------------------------------------------------------


def print_comparison(comparison: Comparison, lang: Lang) -> None:
    """A short summary: counts, the first lines of each list, units, indicators."""
    from danvan_xl.workbooks.compared.comparison_book import sides

    for sentence in sides(comparison, lang):
        echo(sentence)
    if comparison.is_same_file:
        echo(_say(lang, "same_file"))
        return
    lists: Mapping[str, Sequence[LineChange]] = {
        "reopened": comparison.reopened,
        "fell": comparison.fell,
        "went_silent": comparison.went_silent,
        "silent_twice": comparison.silent_twice,
    }
    counts = {name: len(found) for name, found in lists.items()}
    echo(_say(lang, "both", lines=len(comparison.lines.both), moved=len(comparison.moved), **counts))
    _print_only(comparison, lang)
    moved = comparison.figures.moved
    if comparison.figures.indicators:
        echo(_say(lang, "figures_moved", moved=len(moved), fell=sum(item.fell for item in moved)))
    for name, found in lists.items():
        _print_lines(name, found, lang)
    _print_units(comparison.units, lang)
    _print_indicators(comparison.figures.indicators, lang)


def _print_only(comparison: Comparison, lang: Lang) -> None:
    counts: dict[str, int] = {}
    for side, found in (("before", comparison.lines.only_before), ("after", comparison.lines.only_after)):
        roles = Counter(line.role for line in found)
        counts |= {side: len(found), f"{side}_lead": roles[Role.LEAD.value]}
        counts |= {f"{side}_coordinate": roles[Role.COORDINATE.value], f"{side}_own": sum(o.is_own for o in found)}
    if counts["before"] or counts["after"]:
        echo(_say(lang, "only_one", **counts))
    for side, found in (("only_before", comparison.lines.only_before), ("only_after", comparison.lines.only_after)):
        _print_rows(side, [[line.unit_name, line.task or line.line, _short(line)] for line in found], lang)


def _short(line: LineState) -> str:
    return line.text if len(line.text) <= 60 else f"{line.text[:58]}…"


def _print_lines(name: str, lines: Sequence[LineChange], lang: Lang) -> None:
    rows = [[line.after.unit_name, line.after.task or line.after.line, _became(line, lang)] for line in lines]
    _print_rows(name, rows, lang)


def _print_rows(name: str, rows: list[list[str]], lang: Lang) -> None:
    if rows:
        echo()
        echo(_say(lang, f"title_{name}"))
        heads = [_say(lang, "head_unit"), _say(lang, "head_task"), ""]
        table([(head, "left") for head in heads], rows[:MOST_LINES])
        if len(rows) > MOST_LINES:
            echo(_say(lang, "and_more", count=len(rows) - MOST_LINES))


def _became(line: LineChange, lang: Lang) -> str:
    """What is another value now; the answer itself where nothing is."""
    if not line.changes:
        return str(line.after.values["answer"] or "")
    return "; ".join(
        _say(lang, "became", what=_say(lang, f"head_{what}"), before=_shown(pair[0], lang), after=_shown(pair[1], lang))
        for what, pair in line.changes.items()
    )


def _shown(value: Value, lang: Lang) -> str:
    if value is None:
        return _say(lang, "nothing_there")
    if isinstance(value, str):
        return value
    words = f"{value:.10g}"
    return words.replace(".", ",") if lang == "vi" else words


def _pair(pair: tuple[int, int]) -> str:
    return f"{pair[0]} → {pair[1]}"


def _print_units(tallies: Sequence[Tally], lang: Lang) -> None:
    heads = [("head_unit", "left"), ("head_count_lines", "right"), ("head_count_done", "right")]
    heads += [("head_count_silent", "right"), ("head_count_moved", "right")]
    rows = [
        [item.words, _pair(item.lines), _pair(item.done), _pair(item.silent), str(item.moved)]
        for item in tallies[:MOST_UNITS]
    ]
    if rows:
        echo()
        echo(_say(lang, "title_by_unit"))
        table([(_say(lang, head), side) for head, side in heads], rows)
        if len(tallies) > MOST_UNITS:
            echo(_say(lang, "and_more", count=len(tallies) - MOST_UNITS))


MOST_UNITS = 40


def _print_indicators(indicators: Sequence[IndicatorChange], lang: Lang) -> None:
    names = ("indicator", "measure", "before", "after", "difference")
    rows = [
        [
            item.indicator.title,
            "%" if item.is_share else item.indicator.measure,
            _sum(item.before, lang),
            _sum(item.after, lang),
            "" if item.difference is None else _shown(item.difference, lang),
        ]
        for item in indicators
    ]
    if rows:
        echo()
        echo(_say(lang, "title_indicators"))
        table([(_say(lang, f"head_{name}"), "left" if name in names[:2] else "right") for name in names], rows)


def _sum(total: Total | None, lang: Lang) -> str:
    return "" if total is None or total.sum is None else _shown(total.sum, lang)
