"""Files as evidence: handed in, checked by what they hold, kept under their digest."""

from collections.abc import Iterable
from datetime import datetime

from impactline.base import kept_files
from impactline.base.errors import Invalid
from impactline.base.texts import TITLE_MAX, line
from impactline.base.transactions import action
from impactline.chain.actions.grounds import Ground, next_number, require_edit_ground, tell_evidence
from impactline.chain.file_kinds import checked_kind
from impactline.chain.models import FILE_NAME_MAX, Evidence, Link
from impactline.people.models import Person

FILES_MAX = 100


@action
def add_file(*, by: Person, on: Ground, name: str, content: bytes, title: str, at: datetime) -> Evidence:
    """Hand in a file that shows that an item was delivered, or that a link holds; the same one again is no other."""
    require_edit_ground(by, on)
    own = {"link": on} if isinstance(on, Link) else {"item": on}
    called = line(name.replace("\\", "/").rpartition("/")[2], "file", FILE_NAME_MAX)
    checked_kind(called, content)
    digest = kept_files.digest_of(content)
    before = Evidence.objects.filter(**own, digest=digest).first()
    if before is not None:
        return before
    if Evidence.objects.filter(**own).exclude(digest="").count() >= FILES_MAX:
        raise Invalid(f"There are {FILES_MAX} files here already.", remedy="Take one away first.", field="file")
    said = line(title or called[:TITLE_MAX], "title")
    kept_files.keep(content)
    made = Evidence.objects.create(
        **own, title=said, file_name=called, digest=digest, size=len(content), position=next_number(Evidence, on)
    )
    tell_evidence(on, by, at, added=made.title, file=called, sha256=digest)
    return made


def drop_unused_files(now: datetime) -> None:
    """Remove files that are evidence of nothing any more."""
    kept_files.drop_unused(_used, now)


def _used(digests: Iterable[str]) -> Iterable[str]:
    return Evidence.objects.filter(digest__in=list(digests)).values_list("digest", flat=True)
