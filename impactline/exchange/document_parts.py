"""What the parts of the native document have in common."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator


class TooManyFaults(Exception):
    """So much is wrong with a document that there is no sense in telling, and no room for, all of it."""


class Patience:
    """How many faults of a document are collected before its validation is given up; passed as its context."""

    def __init__(self, most: int) -> None:
        self.left = most

    def lose(self, count: int) -> None:
        """Count some faults. Raises TooManyFaults when there have been too many."""
        self.left -= count
        if self.left < 0:
            raise TooManyFaults


class Part(BaseModel):
    """Any part of the document: unknown keys are refused, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="wrap")
    @classmethod
    def _within_patience(cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        try:
            return handler(value)
        except ValidationError as error:
            if isinstance(info.context, Patience):
                info.context.lose(error.error_count())
            raise

    def states(self, field: str) -> bool:
        """Whether this key was given; one that was not leaves what is there as it is."""
        return field in self.model_fields_set

    @classmethod
    def keys(cls) -> dict[str, str]:
        """The keys as files write them, each with the name of its field, in canonical order."""
        return {info.alias or field: field for field, info in cls.model_fields.items()}
