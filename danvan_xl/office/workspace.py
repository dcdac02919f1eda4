"""A workspace: a folder with ``danvan.toml``. The folder is the truth that a person sees.

mau/<period>/      templates to send          nhan/<period>/      what came in, untouched
tra-lai/<period>/  returned workbooks         tong-hop/<period>/  consolidated workbooks
thu-di/<period>/   mail drafts (.eml)         chuyen-doi/<period>/  answers carried to a newer template
so-theo-doi.sqlite  the register              .da-ghi             what was written, by hash
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from danvan_xl.rules.files import Problem, RulesError, RuleSource, read_toml
from danvan_xl.rules.regimes import DueSetting
from danvan_xl.rules.round_reports import Declared, declared_from
from danvan_xl.rules.toml_reading import WrittenNumber
from danvan_xl.rules.verdicts import FILE_NAME as VERDICTS
from danvan_xl.rules.verdicts import Verdicts, digest_of
from danvan_xl.wording import sentence, text
from danvan_xl.workbooks.writing.keeping import FILE_NAME as MEMORY

SETTINGS = "danvan.toml"
REGISTER = "so-theo-doi.sqlite"
TEMPLATES, RECEIVED, RETURNED, MERGED, OUTGOING, RULES = "mau", "nhan", "tra-lai", "tong-hop", "thu-di", "rules"
MIGRATED = "chuyen-doi"
"""Made when it is needed."""
FOLDERS = (TEMPLATES, RECEIVED, RETURNED, MERGED, OUTGOING)


PLAIN = ("strict", "resubmission", "contact", "due", "owners", "mail", "number", "issued", "place", "issuing_body")
"""The settings that are taken as they stand."""


class ExtraUnit(Struct, frozen=True):
    """A unit that the workspace adds to the plan's: a village, a school. ``groups``: those it belongs to."""

    id: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    email: str | None = None
    groups: tuple[str, ...] = ()


class Settings(Struct, frozen=True):
    """What ``danvan.toml`` says, or the command line where there is no workspace.

    ``due``: period or kind → day as the office writes it; ``owners``: body outside UBND → unit that answers;
    ``asked``: indicator → units and groups that report it; ``number``, ``issued``, ``place``, ``issuing_body``: what
    the plan leaves open of itself (`plan_settings`); ``reports``: those outside the rhythm; ``path``: the file that
    says so, None where there is none.
    """

    plan: str
    period: str
    strict: bool = False
    resubmission: Literal["latest", "ask", "join"] = "latest"
    contact: str = ""
    due: Mapping[str, DueSetting] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: tuple[ExtraUnit, ...] = ()
    mail: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    issued: date | str = ""
    place: str = ""
    issuing_body: str = ""
    path: Path | None = None
    reports: tuple[Declared, ...] = ()

    @property
    def declared(self) -> Declared | None:
        """The report outside the rhythm that is in force, if the period is that of one."""
        return next((item for item in self.reports if item.id == self.period), None)

    def where(self, option: str) -> str:
        """Where a fault of the settings is to be mended: the file, or the option of the command line."""
        return option if self.path is None else str(self.path)


class Workspace(Struct, frozen=True):
    """A workspace and its folders. ``report``: the one whose workbook is meant, where a round has several."""

    root: Path
    settings: Settings
    report: str = ""

    def folder(self, kind: str) -> Path:
        """The folder of a kind (``RECEIVED`` …) for the period in force."""
        return self.root / kind / self.settings.period

    @property
    def rules(self) -> Path:
        """The workspace's own rule files, which take precedence over the shipped ones."""
        return self.root / RULES

    @property
    def register(self) -> Path:
        """The register's file."""
        return self.root / REGISTER

    @property
    def written(self) -> Path:
        """The file that remembers what was written into the workspace."""
        return self.root / MEMORY

    @property
    def merged_file(self) -> Path:
        """Where the consolidated workbook goes."""
        parts = ("tong-hop", Path(self.settings.plan).stem, self.settings.period, self.report)
        return self.folder(MERGED) / f"{'_'.join(filter(None, parts))}.xlsx"


def find_workspace(start: Path) -> Path | None:
    """The nearest folder from ``start`` upward that holds ``danvan.toml``."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS).is_file():
            return folder
    return None


def received_by(path: Path) -> Path | None:
    """The root of the workspace in whose folder of received files a path lies: that is never written to."""
    whole = path.resolve()
    for folder in (whole, *whole.parents):
        if folder.name.casefold() == RECEIVED and (folder.parent / SETTINGS).is_file():
            return folder.parent
    return None


def settings_from_mapping(data: Mapping[str, Any], path: Path | None = None) -> Settings:
    """Settings from a parsed ``danvan.toml`` that met its schema. ``path``: where it is."""
    units = tuple(
        ExtraUnit(
            item["id"],
            item["name"],
            item.get("short", item["name"]),
            tuple(item.get("aliases", ())),
            item.get("email"),
            tuple(item.get("groups", ())),
        )
        for item in data.get("units", ())
    )
    plain = {key: data[key] for key in PLAIN if key in data}
    asked = {name: tuple(ids) for name, ids in data.get("asked", {}).items()}
    reports = tuple(map(declared_from, data.get("reports", ())))
    return Settings(
        plan=data["plan"], period=data["period"], units=units, asked=asked, path=path, reports=reports, **plain
    )


def _mail_problems(path: Path, data: Mapping[str, Any]) -> Iterator[Problem]:
    from danvan_xl.office.mail_settings import SECRET_WORDS
    from danvan_xl.rules.schema import breaches

    mail = data.get("mail", {})
    secret = {key for key in mail if key.lower() in SECRET_WORDS}
    for key in secret:
        yield Problem(str(path), f"mail.{key}", sentence("mail", "error_settings_secret", name=key))
    for problem in breaches("mail", path, {key: value for key, value in mail.items() if key not in secret}):
        yield Problem(problem.file, f"mail.{problem.key}".rstrip("."), problem.said)


_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def _tidied(value: Any) -> Any:
    """The settings without what nobody sees: blanks around a text, characters without width, letters in pieces."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.translate(_UNSEEN)).strip()
    if isinstance(value, dict):
        return {_tidied(key): _tidied(item) for key, item in value.items()}
    return [_tidied(item) for item in value] if isinstance(value, list) else value


def _misplaced(path: Path, data: dict[str, Any]) -> Iterator[Problem]:
    """Keys of the file's top that were written below a ``[table]``, which takes them away; they are removed from it."""
    for table in ("due", "owners", "asked", "mail"):
        inside = data.get(table)
        if not isinstance(inside, dict):
            continue
        for key in [key for key in TOP_KEYS if key in inside]:
            del inside[key]
            yield Problem(str(path), f"{table}.{key}", sentence("rules", "misplaced_key", key=key, table=table))


TOP_KEYS = ("plan", "period", "strict", "resubmission", "contact", "number", "issued", "place", "issuing_body")
"""The keys that stand before every ``[table]``."""


def _settings_faults(path: Path, data: dict[str, Any]) -> Iterator[Problem]:
    from danvan_xl.rules.schema import breaches

    moved = [*_misplaced(path, data)]
    yield from moved
    names = {problem.key.rpartition(".")[2] for problem in moved}
    for problem in breaches("workspace", path, data):
        if problem.key or not names:  # what is misplaced is not missing as well
            yield problem
    if "mail" in data:
        yield from _mail_problems(path, data)


def open_workspace(root: Path) -> Workspace:
    """Read ``danvan.toml``. Raises RulesError with everything that is wrong in it."""
    path = root / SETTINGS
    data, content, problems = read_toml(path, WrittenNumber)
    if data is None:
        raise RulesError(problems)
    data = _tidied(data)
    verdicts = Verdicts(root / VERDICTS)
    digest = digest_of(RuleSource.schema("workspace"), content)
    if not verdicts.knows(digest):
        found = [*_settings_faults(path, data)]
        if found:
            raise RulesError(found)
        verdicts.add(digest)
    return Workspace(root, settings_from_mapping(data, path))


def settings_text(
    plan: str,
    period: str,
    *,
    due: str,
    owners: Mapping[str, str],
    asked: Mapping[str, str],
    left_open: Mapping[str, str] | None = None,
) -> str:
    """A new ``danvan.toml`` with its explanations.

    ``asked``: bodies for which the office must name who answers; ``left_open``: what the plan does not say of itself,
    with an example.
    """
    lines = (f"# {name} = {example}" for name, example in (left_open or {}).items())
    notes = "".join(f"{line:<26} # {text('workspace', f'open_{line.split()[1]}')}\n" for line in lines)
    due_line = f'"{period}" = {due}' if due else f'# "{period}" = 2026-06-15'
    rows = [f'{body} = "{unit}"' for body, unit in owners.items()]
    rows += [f'# {body} = "VP"          # {name}' for body, name in asked.items() if body not in owners]
    return text(
        "workspace",
        "settings",
        plan=plan,
        period=period,
        due=due_line,
        owners="\n".join(rows) or "# -",
        left_open=notes,
    )
