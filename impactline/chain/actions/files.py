"""Files as evidence: handed in, checked by what they hold, kept under their digest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from impactline.base import kept_files
from impactline.base.errors import Invalid
from impactline.base.texts import TITLE_MAX, line
from impactline.base.transactions import action
from impactline.chain.actions.grounds import Ground, next_number, require_edit_ground, tell_evidence
from impactline.chain.file_kinds import checked_kind
from impactline.chain.models import FILE_NAME_MAX, Evidence, Judgement, Link
from impactline.people.models import Person

FILES_MAX = 100


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file as it is handed in; without a title it is called as the file is."""

    name: str
    content: bytes
    title: str = ""


class Checked(NamedTuple):
    """What is told of a file that was checked; its content lies under the digest."""

    title: str
    file_name: str
    digest: str
    size: int


def checked(file: HandedIn) -> Checked:
    """A file whose content is what its name says; raises Invalid."""
    called = line(file.name.replace("\\", "/").rpartition("/")[2], "file", FILE_NAME_MAX)
    checked_kind(called, file.content)
    title = line(file.title or called[:TITLE_MAX], "title")
    return Checked(title, called, kept_files.digest_of(file.content), len(file.content))


@action
def add_file(*, by: Person, on: Ground, name: str, content: bytes, title: str, at: datetime) -> Evidence:
    """Hand in a file that shows that an item was delivered, or that a link holds; the same one again is no other."""
    require_edit_ground(by, on)
    own = {"link": on} if isinstance(on, Link) else {"item": on}
    found = checked(HandedIn(name, content, title))
    before = Evidence.objects.filter(**own, digest=found.digest).first()
    if before is not None:
        return before
    if Evidence.objects.filter(**own).exclude(digest="").count() >= FILES_MAX:
        raise Invalid(f"There are {FILES_MAX} files here already.", remedy="Take one away first.", field="file")
    kept_files.keep(content)
    made = Evidence.objects.create(**own, **found._asdict(), position=next_number(Evidence, on))
    tell_evidence(on, by, at, added=made.title, file=made.file_name, sha256=made.digest)
    return made


def drop_unused_files(now: datetime) -> None:
    """Remove files that are evidence of nothing any more."""
    kept_files.drop_unused(_used, now)


def _used(digests: Iterable[str]) -> Iterable[str]:
    wanted = list(digests)
    yield from Evidence.objects.filter(digest__in=wanted).values_list("digest", flat=True)
    for entries in Judgement.objects.exclude(evidence=[]).order_by().values_list("evidence", flat=True).iterator():
        yield from (entry["digest"] for entry in entries if "digest" in entry)
