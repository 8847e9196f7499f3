"""The word lists, one file a language, and what a team adds to them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from impactline.insight.wording.tokens import lowered

FOLDER = Path(__file__).parent / "words"
SIZE_MAX = 200_000
SECTIONS = ("verbs", "phrases", "irregular", "nouns", "rewrite", "time")
Phrases = Mapping[str, tuple[tuple[str, ...], ...]]


class BadWords(Exception):
    """A file of words cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language.

    `verbs` maps a group to the forms of its verbs, each to its base form, `forms` are all of them; `phrases` maps a
    group to its phrases by their first token; `months` maps names of months to 1 to 12.
    """

    language: str
    known_by: frozenset[str]
    verb_anywhere: bool
    verbs: Mapping[str, Mapping[str, str]]
    forms: frozenset[str]
    phrases: Mapping[str, Phrases]
    ambiguous: frozenset[str]
    after_verb: frozenset[str]
    months: Mapping[str, int]
    rewrite: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lists:
    """All languages, by their code."""

    by_language: Mapping[str, Words]

    def __getitem__(self, language: str) -> Words:
        return self.by_language[language]


@cache
def lists(added: Path | None = None) -> Lists:
    """The lists of the package, with those of a folder added: a TOML file a language, of the same shape.

    Raises BadWords for a file that cannot be read, a section or group that is not known, or a value that is no text.
    """
    files = {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}
    known = next(iter(files.values()))
    for path in _added(added):
        extra = _read(path)
        _check(extra, known, path)
        files[path.stem] = _merged(files.get(path.stem), extra, path)
    return Lists({code: _words(data) for code, data in files.items()})


def _added(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    if not folder.is_dir():
        raise BadWords(f"{folder} is not a folder.")
    return sorted(folder.glob("*.toml"))


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadWords(f"{path}: it cannot be read: {error.strerror}.") from None
    if len(content) > SIZE_MAX:
        raise BadWords(f"{path}: a list has at most {SIZE_MAX:,} bytes.")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadWords(f"{path}: {error}") from None


def _check(extra: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    for section, groups in extra.items():
        if section in {"language", "known_by"} and isinstance(groups, str):
            continue
        if section not in SECTIONS or not isinstance(groups, dict):
            raise BadWords(f"{path}: there is no section “{section}”. There are {', '.join(SECTIONS)}.")
        for group, value in groups.items():
            if section != "irregular" and group not in known[section]:
                raise BadWords(f"{path}: [{section}] has no “{group}”. It has {', '.join(sorted(known[section]))}.")
            if not isinstance(value, str):
                raise BadWords(f"{path}: [{section}] {group} must be a text.")


def _merged(base: dict[str, Any] | None, extra: dict[str, Any], path: Path) -> dict[str, Any]:
    """The lists of a language with words added; what is about rewriting replaces."""
    if base is None:
        raise BadWords(f"{path}: there is no language “{path.stem}”; words can be added to those of the package.")
    merged = {key: dict(value) if isinstance(value, dict) else value for key, value in base.items()}
    for section in SECTIONS:
        joint = "|" if section == "phrases" else " "
        for group, value in extra.get(section, {}).items():
            before = merged[section].get(group, "")
            merged[section][group] = value if section == "rewrite" or not before else f"{before}{joint}{value}"
    return merged


def _words(data: dict[str, Any]) -> Words:
    rules, irregular = data["forms"]["rules"], data["irregular"]
    verbs = {group: _forms(text.split(), rules, irregular) for group, text in data["verbs"].items()}
    return Words(
        language=data["language"],
        known_by=frozenset(data["known_by"].split()),
        verb_anywhere=bool(data.get("verb_anywhere", False)),
        verbs=verbs,
        forms=frozenset(form for group in verbs.values() for form in group),
        phrases={group: _by_first(_listed(text)) for group, text in data["phrases"].items()},
        ambiguous=frozenset(data["nouns"]["ambiguous"].split()),
        after_verb=frozenset(data["nouns"]["after_verb"].split()),
        months=_months(data["time"]["months"].split()),
        rewrite=data["rewrite"],
    )


def _listed(text: str) -> Iterable[str]:
    return (phrase.strip() for line in text.splitlines() for phrase in line.split("|") if phrase.strip())


def _by_first(phrases: Iterable[str]) -> Phrases:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        if tokens := lowered(phrase):
            found.setdefault(tokens[0], []).append(tokens)
    return {first: tuple(sorted(rest, key=len, reverse=True)) for first, rest in found.items()}


def _forms(bases: list[str], rules: list[tuple[str, list[str]]], irregular: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in bases:
        for form in (base, *_regular(base, rules), *irregular.get(base, "").split()):
            found.setdefault(form, base)
    return found


def _regular(base: str, rules: list[tuple[str, list[str]]]) -> list[str]:
    for ending, forms in rules:
        if base.endswith(ending):
            return [base.removesuffix(ending) + form for form in forms]
    return []


def _months(names: list[str]) -> dict[str, int]:
    """The names of the months: first twelve in full, then those shortened, in the same order."""
    full = {name: number for number, name in enumerate(names[:12], 1)}
    short = {
        name: next((number for month, number in full.items() if month.startswith(name[:3])), 0) for name in names[12:]
    }
    return {name: number for name, number in (full | short).items() if number}
