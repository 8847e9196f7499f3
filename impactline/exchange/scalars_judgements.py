"""The kinds of single values that judgements of outcomes have in the native document."""

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from impactline.chain.rubric import LEVEL_MAX, LEVELS_MAX, LEVELS_MIN, VOICE_MAX
from impactline.exchange.scalars import between, one_line, whole


def level_name(value: object) -> str:
    """A level of a rubric, in words; none where a judgement is told in words alone."""
    return "" if value in ("", None) else one_line(value, LEVEL_MAX, "Shorten it.")


def voice_name(value: object) -> str:
    """A group on whose behalf something is told."""
    return "" if value in ("", None) else one_line(value, VOICE_MAX, "Shorten it.")


LevelName = Annotated[str, BeforeValidator(level_name), WithJsonSchema({"type": "string", "maxLength": LEVEL_MAX})]
VoiceName = Annotated[str, BeforeValidator(voice_name), WithJsonSchema({"type": "string", "maxLength": VOICE_MAX})]
LevelPlace = Annotated[
    int,
    BeforeValidator(between(whole, 0, LEVELS_MAX - 1)),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LEVELS_MAX - 1}),
]
LevelCount = Annotated[
    int,
    BeforeValidator(between(whole, LEVELS_MIN, LEVELS_MAX)),
    WithJsonSchema({"type": "integer", "minimum": LEVELS_MIN, "maximum": LEVELS_MAX}),
]
