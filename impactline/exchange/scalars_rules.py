"""The kinds of single values about rules and findings in the native document."""

import re
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from impactline.exchange.scalars import plain_text, wrong

_RULE, _DIGEST, _KEY = r"[A-Z][A-Za-z0-9-]{0,39}", r"[0-9a-f]{32}", r"[0-9a-f]{16}"


def rule_name(value: object) -> str:
    """The id of a rule, such as W-vague."""
    text = plain_text(value)
    if not re.fullmatch(_RULE, text):
        raise wrong("This is not the id of a rule.", "Write it as `impactline lint` does, such as W-vague.")
    return text


def digest(value: object) -> str:
    """The digest of a text, or nothing for that of the present text."""
    text = "" if value is None else plain_text(value)
    if text and not re.fullmatch(_DIGEST, text):
        raise wrong("This is not a digest.", "Leave it out: the present text is meant then.")
    return text


def finding_key(value: object) -> str:
    """The key of a finding, or nothing for the one that the rule and the refs make."""
    text = "" if value is None else plain_text(value)
    if text and not re.fullmatch(_KEY, text):
        raise wrong("This is not the key of a finding.", "Leave it out: the rule and the refs name it then.")
    return text


RuleName = Annotated[str, BeforeValidator(rule_name), WithJsonSchema({"type": "string", "pattern": f"^{_RULE}$"})]
Digest = Annotated[str, BeforeValidator(digest), WithJsonSchema({"type": "string", "pattern": f"^({_DIGEST})?$"})]
FindingKey = Annotated[str, BeforeValidator(finding_key), WithJsonSchema({"type": "string", "pattern": f"^({_KEY})?$"})]
