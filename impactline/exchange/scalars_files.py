"""The kinds of single values about files in the native document."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from impactline.chain.file_kinds import SIZE_MAX
from impactline.exchange.scalars import between, one_line, plain_text, whole, wrong

NAME_MAX = 150
_SHA256 = r"[0-9a-f]{64}"


def file_name(value: object) -> str:
    """What a file is called, without folders."""
    text = one_line(value, NAME_MAX, "Shorten it.")
    if "/" in text or "\\" in text:
        raise wrong("This is a path.", "Write the name of the file alone.")
    return text


def sha256(value: object) -> str:
    """The digest of what a file holds."""
    text = plain_text(value).lower()
    if not re.fullmatch(_SHA256, text):
        raise wrong("This is not a SHA-256.", "Write the 64 hexadecimal digits that `sha256sum` prints.")
    return text


FileName = Annotated[str, BeforeValidator(file_name), WithJsonSchema({"type": "string", "maxLength": NAME_MAX})]
Sha256 = Annotated[str, BeforeValidator(sha256), WithJsonSchema({"type": "string", "pattern": f"^{_SHA256}$"})]
FileSize = Annotated[
    int,
    BeforeValidator(between(whole, 1, SIZE_MAX)),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": SIZE_MAX}),
]
