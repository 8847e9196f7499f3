"""A kept file as an answer: to be saved, never to be shown as a page of ours."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from impactline.base.errors import NotFound
from impactline.base.kept_files import kept
from impactline.chain.file_kinds import kind_named

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
}


def download(name: str, digest: str) -> HttpResponse:
    """The file of this digest, that the caller has looked up for somebody who may see it, under its name."""
    place = kept(digest)
    if place is None:
        raise NotFound("This file is not in the data folder.", remedy="Restore the folder “files” from the backup.")
    kind = kind_named(name)
    mime = kind.mime if kind else "application/octet-stream"
    saved = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(place.read_bytes(), content_type=mime, headers=SAFE | saved)
