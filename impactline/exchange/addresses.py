"""Addresses in the native document: of pages that bear a reading out, and of lists of codes."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from impactline.base.addresses import ADDRESS_MAX, is_web_address
from impactline.exchange.faults import shown
from impactline.exchange.scalars import one_line, plain_text, wrong
from impactline.metrics.said import URL_MAX, url_fault


def web_address(value: object) -> str:
    """An http or https address that a browser can open."""
    text = one_line(value, ADDRESS_MAX, "Use a shorter address.")
    if not is_web_address(text):
        raise wrong(f"“{shown(text)}” is not a web address.", "Write one that begins with https://.")
    return text


def https_address(value: object) -> str:
    """The address of a page: https:// and a host, without a name or password."""
    text = plain_text(value).strip()
    if fault := url_fault(text):
        raise wrong(f"“{shown(text)}”: {fault}", "Copy the address from the browser.")
    return text


def uri(value: object) -> str:
    """What names a vocabulary or a code anywhere: a URI."""
    text = plain_text("" if value is None else value).strip()
    if text and (":" not in text or any(char.isspace() for char in text) or len(text) > URL_MAX):
        raise wrong(f"“{shown(text)}” is not a URI.", "Write it as https://…")
    return text


WebAddress = Annotated[
    str, BeforeValidator(web_address), WithJsonSchema({"type": "string", "maxLength": ADDRESS_MAX, "minLength": 1})
]
Address = Annotated[
    str,
    BeforeValidator(https_address),
    WithJsonSchema({"type": "string", "maxLength": URL_MAX, "pattern": "^https://"}),
]
Uri = Annotated[str, BeforeValidator(uri), WithJsonSchema({"type": "string", "maxLength": URL_MAX})]
