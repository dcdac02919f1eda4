"""A plan extracted from its Word file: a proposal for the rule file, and what was and was not understood.

    wordfile ─► table_layout ─► drafts ─► document ─┐
                                        metadata ───┴─► unit_codes ─► render ─► ImportResult

Nothing is guessed silently: every cell that a person must check has ``# KIỂM TRA:`` on its line and is listed in
``ImportResult.doubts``. A file that isn't a plan in .docx raises PlanImportError, whose ``key`` names the sentence in
``wording/texts/planimport.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from danvan_xl.planimport.document import Document, read_document
from danvan_xl.planimport.metadata import Metadata, read_metadata
from danvan_xl.planimport.render import render, slug
from danvan_xl.planimport.toml_lines import Doubt, Writer
from danvan_xl.planimport.unit_codes import Codes, Units
from danvan_xl.planimport.wordfile import PlanImportError, read_word
from danvan_xl.rules.files import RulesError, RuleSource, read_toml
from danvan_xl.wording import Lang, text

if TYPE_CHECKING:
    from danvan_xl.language.organisations import Catalogue

__all__ = ["Doubt", "ImportResult", "PlanImportError", "import_plan", "refusal", "summary", "write_new"]


class ImportResult(Struct, frozen=True):
    """The proposed rule file; ``understood``: counts of appendices, tables, groups, tasks, units, skipped."""

    plan_id: str
    toml_text: str
    understood: Mapping[str, int]
    doubts: tuple[Doubt, ...]
    metadata: Metadata


def read_plan(
    path: Path,
    codes_of: Callable[[str], Codes],
    names: Mapping[str, str],
    plan_id: str | None,
    lang: Lang,
) -> ImportResult:
    """Read a plan with ``codes_of`` (commune → reader of names) and the standard ``names`` of the codes."""
    document = read_document(read_word(path))
    tasks = [task for appendix in document.appendices for task in appendix.reading.tasks]
    document.appendices = [appendix for appendix in document.appendices if appendix.reading.tasks]
    if not document.appendices:
        raise PlanImportError("no_appendix", path=path.name)
    found = read_metadata(document.lines, [item.citation for item in document.appendices if item.citation])
    level, _, commune = found.issuing_body.removeprefix("Ủy ban nhân dân").strip().partition(" ")
    units = Units(codes_of(commune), names, level or "xã")
    units.read(tasks, found.office)
    plan_id = plan_id or slug(found.place or path.stem)
    writer = Writer(lang)
    render(plan_id, document, found, units, writer)
    return ImportResult(
        plan_id,
        "\n".join(writer.lines).strip() + "\n",
        _counts(document, units),
        tuple(writer.doubts),
        found,
    )


def import_plan(
    path: Path, catalogue: Catalogue | None = None, *, plan_id: str | None = None, lang: Lang = "vi"
) -> ImportResult:
    """Extract a plan from the Word file ``path``.

    ``catalogue`` reads the names of organisations (default: the shipped one); ``plan_id``: the id of the plan (default:
    derived from its place); ``lang``: the language of the comments in the file. Raises PlanImportError if the file is
    not a plan in .docx or has no appendix table.
    """
    from danvan_xl.language.organisations import Catalogue, codes

    if plan_id is not None and slug(plan_id, "") != plan_id:
        raise PlanImportError("bad_id", id=plan_id)
    if catalogue is None:
        data, _, problems = read_toml(RuleSource().units_file())
        if data is None:
            raise RulesError(problems)
        catalogue = Catalogue.from_mapping(data)
    names = {item["code"]: item["name"] for item in catalogue.source["unit"]}

    def codes_of(commune: str) -> Codes:
        narrowed = catalogue.for_plan(commune_name=commune)
        return lambda words: codes(words, narrowed)

    return read_plan(path, codes_of, names, plan_id, lang)


def _counts(document: Document, units: Units) -> dict[str, int]:
    readings = [appendix.reading for appendix in document.appendices]
    return {
        "appendices": len(document.appendices),
        "tables": sum(appendix.tables for appendix in document.appendices),
        "groups": sum(len(reading.groups) for reading in readings),
        "tasks": sum(len(reading.tasks) for reading in readings),
        "units": len(units.inside) + len(units.outside),
        "skipped": sum(reading.skipped for reading in readings),
    }


def refusal(error: PlanImportError, lang: Lang = "vi") -> str:
    """The sentence that says why a file was refused and what to do."""
    return text("planimport", error.key, lang, **error.words)


def write_new(path: Path, toml_text: str) -> None:
    """Write the proposal to a file that doesn't exist yet. Raises PlanImportError if it does."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(toml_text)
    except FileExistsError as error:
        raise PlanImportError("exists", path=path) from error
    except OSError as error:
        raise PlanImportError("not_written", path=path) from error


def summary(result: ImportResult, path: Path, lang: Lang = "vi", most: int = 40) -> tuple[str, ...]:
    """What was and was not understood, as lines to read; at most ``most`` doubts are listed."""
    none = text("planimport", "not_stated", lang)
    found = result.metadata
    lines = [
        text("planimport", "done", lang, id=result.plan_id, path=path),
        text("planimport", "counted", lang, **result.understood),
        text(
            "planimport",
            "from_body",
            lang,
            body=found.issuing_body,
            number=found.number or none,
            issued=f"{found.issued:%d/%m/%Y}" if found.issued else none,
            signer=found.signer or none,
        ),
    ]
    if not result.doubts:
        return (*lines, text("planimport", "no_doubts", lang))
    lines.append(text("planimport", "doubts", lang, count=len(result.doubts)))
    lines += [
        text("planimport", "doubt", lang, where=doubt.where, why=doubt.why, text=_short(doubt.text))
        for doubt in result.doubts[:most]
    ]
    if len(result.doubts) > most:
        lines.append(text("planimport", "more", lang, count=len(result.doubts) - most))
    return tuple(lines)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 60 else words[:57] + "…"
