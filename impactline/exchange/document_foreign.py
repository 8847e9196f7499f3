"""What another format says of an item and has no place of its own in the native document."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from impactline.exchange.document_parts import Part
from impactline.exchange.faults import shown
from impactline.exchange.scalars import Ref, wrong

FRAGMENT_MAX = 5_000_000
_NEVER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fragment(value: object) -> str:
    """A piece of a file of another format, as it stood: any text that XML can hold."""
    if not isinstance(value, str):
        raise wrong(f"“{shown(value)}” is not a text.", "Write a text, in quotes if need be.")
    if len(value) > FRAGMENT_MAX:
        raise wrong(f"The text has {len(value):,} characters; at most {FRAGMENT_MAX:,} are allowed.", "Leave it out.")
    if found := _NEVER.search(value):
        raise wrong(f"The text contains the control character U+{ord(found[0]):04X}.", "Remove it.")
    return str(value)


Fragment = Annotated[str, BeforeValidator(fragment), WithJsonSchema({"type": "string", "maxLength": FRAGMENT_MAX})]


class Foreign(Part):
    """What a file of another format said of an item, kept so that an export to that format says it again."""

    on: Ref = Field(description="The item or metric that it is about.")
    format: Literal["iati"] = Field("iati", description="The format.")
    within: Ref | None = Field(None, description="The item or metric in whose element it stood.")
    content: Fragment = Field("", description="The element; empty where that of `within` says it all.")
