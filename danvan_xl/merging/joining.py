"""Two halves of one unit's answers, joined by line when a person says so.

A line that only one file answers is taken from that file; a line that both answer differently is an error that names
both. Each answer keeps the file that it came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec.structs import replace

from danvan_xl.answers.extras import INDICATOR
from danvan_xl.model import Finding, Location, Role, finding, layout
from danvan_xl.model.finding import Settlement
from danvan_xl.model.statuses import AnswerState, FileStatus
from danvan_xl.model.submission import Answer, CellCount, Submission, Value
from danvan_xl.model.targets import Part, TargetAnswer
from danvan_xl.round.fields import show
from danvan_xl.round.round import Round

SAID = (AnswerState.ANSWERED, AnswerState.NIL, AnswerState.RETURNED)
SILENT_LINE, SILENT_FORM, SILENT_FIGURE = frozenset({"R001", "R002"}), "R015", "V022"
SILENT_TARGET = frozenset({"V041", "V042"})

BOTH = " / "
"""Between two figures that contradict each other, and between what is said of each of them."""

Taken = dict[str, int]
"""Line, indicator or question → the number of the file that it was taken from."""


def _name(item: Submission) -> str:
    return PurePath(item.path.replace("\\", "/")).name


def joined(files: Sequence[Submission], current: Round) -> tuple[list[Submission], Submission]:
    """The files, each with what the join did to it, and the whole that they make together. ``files``: by arrival."""
    unit = current.plan.unit(files[0].unit or "")
    conflicts: list[Finding] = []
    answers, sources = _lines(files, unit.name, conflicts)
    own, own_sources = _own_lines(files, unit.id)
    figures, figure_sources = _figures(files, current, unit.name, conflicts)
    words = _words(files)
    targets, target_sources = _targets(files, current, unit.name, conflicts)
    halves = _halves(files, sources, figures, targets, conflicts, current)
    last = halves[-1]
    returned = any(item.status is FileStatus.RETURNED for item in halves)
    heads = [replace(item, answers=(), findings=(), figures={}, figure_notes={}, words={}) for item in halves]
    everything = {**answers, **own}
    whole = replace(
        last,
        status=FileStatus.RETURNED if returned else FileStatus.ACCEPTED,
        answers=tuple(everything.values()),
        figures=figures,
        figure_notes={name: note for item in files for name, note in item.figure_notes.items()},
        figure_cells={},
        figure_sources={name: tuple(heads[number] for number in of) for name, of in figure_sources.items()},
        targets=targets,
        target_sources={name: tuple(heads[number] for number in of) for name, of in target_sources.items()},
        words=words,
        reported={name: what for item in files for name, what in item.reported.items()},
        new_figures={name: value for item in files for name, value in item.new_figures.items() if value is not None},
        cells=_cells(files),
        findings=tuple(found for item in halves for found in item.findings),
        nil=all(item.nil for item in files),
        nil_forms=_nil_forms(files, everything),
        sources={line: heads[number] for line, number in {**sources, **own_sources}.items()},
        outline=_outline(files),
    )
    return halves, whole


def _lines(files: Sequence[Submission], unit: str, conflicts: list[Finding]) -> tuple[dict[str, Answer], Taken]:
    answers: dict[str, Answer] = {}
    sources: Taken = {}
    by_line = [{item.line: item for item in file.answers if item.role is not Role.OWN} for file in files]
    for line in dict.fromkeys(line for one in by_line for line in one):
        held = [(number, one[line]) for number, one in enumerate(by_line) if line in one]
        said = [(number, item) for number, item in held if item.state in SAID]
        chosen = said[-1] if said else next((p for p in held if p[1].state is not AnswerState.DELETED), held[-1])
        number, answer = chosen
        other = next(((n, item) for n, item in said if _says(item) != _says(answer)), None)
        if other is not None:
            first, second = files[other[0]], files[number]
            conflicts.append(
                finding(
                    "X010", Location(sheet=answer.sheet), _shown(other[1]), line=line, unit=unit, id=line,
                    first=_name(first), second=_name(second), now=_shown(answer),
                )
            )  # fmt: skip
            answer = replace(answer, state=AnswerState.RETURNED, codes=(*answer.codes, "X010"))
        answers[line], sources[line] = answer, number
    return answers, sources


def _cells(files: Sequence[Submission]) -> dict[str, CellCount]:
    """Form → the cells of all files that differ from the template."""
    forms = dict.fromkeys(form for file in files for form in file.cells)
    return {form: sum((file.cells.get(form, CellCount()) for file in files), start=CellCount()) for form in forms}


def _says(answer: Answer) -> tuple[bool, dict[str, Value]]:
    return answer.state is AnswerState.NIL, dict(answer.values)


def _shown(answer: Answer) -> str:
    if not answer.values:
        return answer.state.value
    return " · ".join(show(value) for value in answer.values.values())[:200]


def _own_lines(files: Sequence[Submission], unit: str) -> tuple[dict[str, Answer], Taken]:
    """Every file's own lines, renumbered; the same one in both files counts once."""
    answers: dict[str, Answer] = {}
    sources: Taken = {}
    seen: list[tuple[str, str, dict[str, Value]]] = []
    for number, file in enumerate(files):
        for item in file.answers:
            what = (item.appendix, item.text, dict(item.values))
            if item.role is Role.OWN and what not in seen:
                seen.append(what)
                line = layout.own_line_id(len(seen), unit)
                answers[line], sources[line] = replace(item, line=line), number
    return answers, sources


def _figures(
    files: Sequence[Submission], current: Round, unit: str, conflicts: list[Finding]
) -> tuple[dict[str, Value], dict[str, tuple[int, ...]]]:
    """The figures, and the numbers of the files that each came from: both where two files contradict each other.

    An empty one comes from the last file that has a cell for it.
    """
    titles = (
        {item.id: item.title for item in current.forms[current.plan.statistics].indicators}
        if current.plan.statistics
        else {}
    )
    figures: dict[str, Value] = {}
    sources: dict[str, tuple[int, ...]] = {}
    for name in dict.fromkeys(name for file in files for name in file.figures):
        said = [(number, value) for number, file in enumerate(files) if (value := file.figures.get(name)) is not None]
        if not said:
            there = [number for number, file in enumerate(files) if name in file.figure_cells]
            figures[name], sources[name] = None, (there[-1] if there else len(files) - 1,)
            continue
        last, value = said[-1]
        figures[name], sources[name] = value, (last,)
        other = next((pair for pair in said if pair[1] != value), None)
        if other is not None:
            conflicts.append(
                finding(
                    "X010", None, show(other[1]), unit=unit, id=titles.get(name, name), first=_name(files[other[0]]),
                    second=_name(files[last]), now=show(value),
                )
            )  # fmt: skip
            figures[name] = f"{show(other[1])}{BOTH}{show(value)}"  # text, so that nothing adds it up
            sources[name] = (other[0], last)
    return figures, sources


def _targets(
    files: Sequence[Submission], current: Round, unit: str, conflicts: list[Finding]
) -> tuple[dict[str, TargetAnswer], dict[str, tuple[int, ...]]]:
    """What is said of each target, row by row, as ``_figures`` does for figures."""
    answers: dict[str, TargetAnswer] = {}
    sources: dict[str, tuple[int, ...]] = {}
    for name in dict.fromkeys(name for file in files for name in file.targets):
        held = [(number, file.targets[name]) for number, file in enumerate(files) if name in file.targets]
        said = [item for item in held if item[1].values]
        last, answer = said[-1] if said else held[-1]
        answers[name], sources[name] = answer, (last,)
        other = next(((number, item) for number, item in said if dict(item.values) != dict(answer.values)), None)
        if other is not None:
            item = current.targets.get(name)
            conflicts.append(
                finding(
                    "X010", None, _target_words(other[1]), unit=unit, id=item.target.title if item else name,
                    first=_name(files[other[0]]), second=_name(files[last]), now=_target_words(answer),
                )
            )  # fmt: skip
            parts = dict.fromkeys((*other[1].values, *answer.values))
            values: dict[Part, Value] = {
                part: BOTH.join(dict.fromkeys(show(one.values.get(part)) or "-" for one in (other[1], answer)))
                for part in parts
            }
            answers[name] = TargetAnswer(values, {}, sound=False)  # text, so that nothing adds it up
            sources[name] = (other[0], last)
    return answers, sources


def _target_words(answer: TargetAnswer) -> str:
    return " · ".join(show(value) for value in answer.values.values())[:200]


def _words(files: Sequence[Submission]) -> dict[str, str]:
    """The free words of every file, one below the other."""
    names = dict.fromkeys(name for file in files for name in file.words)
    return {name: "\n".join(dict.fromkeys(f.words[name] for f in files if name in f.words)) for name in names}


def _nil_forms(files: Sequence[Submission], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """Forms that one of the files calls nil and of which the whole has no other answer."""
    said = dict.fromkeys(form for file in files for form in file.nil_forms)
    busy = {item.appendix for item in answers.values() if item.state in SAID and item.state is not AnswerState.NIL}
    return tuple(form for form in said if form not in busy)


def _outline(files: Sequence[Submission]) -> str:
    """Each letter from the last file that says something there."""
    letters = zip(*(file.outline for file in files), strict=False)
    return "".join(next((letter for letter in reversed(one) if letter != "."), ".") for one in letters)


def _halves(
    files: Sequence[Submission],
    sources: Taken,
    figures: Mapping[str, Value],
    targets: Mapping[str, TargetAnswer],
    conflicts: list[Finding],
    current: Round,
) -> list[Submission]:
    """The files with the findings of the join; what one lacks and another has is settled."""
    form = current.forms[current.plan.statistics] if current.plan.statistics else None
    given = {item.title for item in form.indicators if figures.get(item.id) is not None} if form else set()
    given |= {name for name, said in targets.items() if said.values}
    result = []
    for number, file in enumerate(files):
        others = [item for item in files if item is not file]
        taken = {line for line, source in sources.items() if source != number}
        settlement = Settlement("join", ", ".join(_name(item) for item in others))
        findings = [
            replace(item, settled=settlement) if _is_answered(item, taken, given) else item for item in file.findings
        ]
        names = ", ".join(_name(item) for item in others)
        findings.append(finding("X011", Location(file=file.path), None, other=names, count=len(taken)))
        changed = replace(file, findings=tuple(findings))
        if file is files[-1] and conflicts:
            changed = _with_conflicts(changed, conflicts)
        result.append(changed)
    return result


def _with_conflicts(file: Submission, conflicts: list[Finding]) -> Submission:
    lines = {item.line for item in conflicts}
    answers = [replace(a, state=AnswerState.RETURNED) if a.line in lines else a for a in file.answers]
    findings = (*file.findings, *conflicts)
    return replace(file, findings=findings, answers=tuple(answers), status=FileStatus.RETURNED)


def _is_answered(item: Finding, taken: set[str], given: set[str]) -> bool:
    if item.code in SILENT_LINE:
        return item.line in taken
    if item.code in SILENT_TARGET:
        return item.args.get(INDICATOR) in given
    if item.code == SILENT_FIGURE:
        return item.args.get("title") in given
    return item.code == SILENT_FORM and bool(taken)
