"""The API's names of the levels of the chain."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from impactline.api.access import REFUSALS, version_read
from impactline.api.shapes import Wanted, etag
from impactline.chain.actions import name_levels
from impactline.chain.names import Name, read
from impactline.people.models import Organisation, Person
from impactline.people.queries import organisation

router = Router(tags=["organisation"])


class LevelName(Schema):
    """What a level is called inside a sentence: one item of it, and several."""

    one: str
    many: str


class LevelNameWanted(Wanted):
    """A name; without `many` an s is added to `one`."""

    one: str
    many: str = ""


class LevelNames(Schema):
    """The names in force, by the codes that never change; `renamed` are those that are not the usual ones."""

    names: dict[str, LevelName]
    renamed: list[str]
    version: int


class LevelNamesWanted(Wanted):
    """All names that are not the usual ones; a level that is not named has its usual name again."""

    names: dict[str, LevelNameWanted]


@router.get("/organisation/level-names", response={200: LevelNames, **REFUSALS}, summary="What the levels are called")
def names(request: HttpRequest, response: HttpResponse) -> LevelNames:
    return _shape(organisation(), response)


@router.put("/organisation/level-names", response={200: LevelNames, **REFUSALS}, summary="Name the levels of the chain")
def rename(request: HttpRequest, response: HttpResponse, wanted: LevelNamesWanted) -> LevelNames:
    by: Person = request.auth  # type: ignore[attr-defined]
    given = {code: Name(name.one, name.many) for code, name in wanted.names.items()}
    return _shape(name_levels(by=by, version=version_read(request), names=given, at=timezone.now()), response)


def _shape(found: Organisation, response: HttpResponse) -> LevelNames:
    etag(response, found.version)
    names = {code: LevelName(one=name.one, many=name.many) for code, name in read(found.level_names).by_code.items()}
    return LevelNames(names=names, renamed=list(found.level_names), version=found.version)
