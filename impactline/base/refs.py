"""Short human names of items: made from the title where none is given, unique in the organisation."""

import secrets
import unicodedata
from unicodedata import category

from django.db import IntegrityError, transaction

from impactline.base.errors import Invalid
from impactline.base.models import Ref

LENGTH_MAX = 80
# Addresses of pages that stand where an item's would: forms, and views of the whole chain.
RESERVED = frozenset({"new", "outline", "logframe", "drawing", "gaps", "unattached"})
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def claim(kind: str, wanted: str, title: str = "") -> str:
    """Take a ref for a new item: the wanted one, or one made from the title.

    Raises Invalid when the wanted ref is malformed or taken.
    """
    if wanted:
        ref = valid(wanted)
        if _taken(kind, ref):
            raise Invalid(f"The ref “{ref}” is taken.", remedy="Choose another ref.", field="ref")
        return ref
    stem = slug(title)[: LENGTH_MAX - 6] or kind.replace("_", "-")
    candidate = stem
    while _taken(kind, candidate):
        candidate = f"{stem}-{''.join(secrets.choice(_ALPHABET) for _ in range(4))}"
    return candidate


def valid(ref: str) -> str:
    """The ref in normal form; raises Invalid when it is not one."""
    normal = unicodedata.normalize("NFC", ref.strip())
    if not _is_ref(normal) or len(normal) > LENGTH_MAX:
        raise Invalid(
            f"“{ref[:40]}” is not a ref.",
            remedy=f"Use up to {LENGTH_MAX} letters, digits, points, hyphens and underscores.",
            field="ref",
        )
    return normal


def slug(title: str) -> str:
    """A ref-like form of a title: lower case, words joined by hyphens, at most eight words."""
    plain = unicodedata.normalize("NFC", title).lower()
    found = "".join(char if category(char)[0] in "LMN" else " " for char in plain).split()
    words = [word for word in found if category(word[0])[0] != "M"]  # a mark alone is what is left of a picture
    return "-".join(words[:8])[:LENGTH_MAX].strip("-")


def _is_ref(text: str) -> bool:
    """Letters, digits and the marks that go with them, of any script; points, hyphens and underscores inside."""
    return bool(text) and text[0] not in ".-" and all(char in "._-" or category(char)[0] in "LMN" for char in text)


def _taken(kind: str, ref: str) -> bool:
    if ref in RESERVED:
        return True
    try:
        with transaction.atomic():
            Ref.objects.create(ref=ref, kind=kind)
    except IntegrityError:
        return True
    return False
