"""What an action says when it refuses: a code for programs, a sentence and a remedy for people."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

Words = Callable[[str], str]


class Refusal(Exception):
    """The action was refused and nothing was changed.

    `code` is stable and for programs; `message` says what is wrong; `remedy` how to mend it;
    `field` names the input at fault, where there is one.
    """

    code = "refused"

    def __init__(self, message: str, *, remedy: str = "", field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field
        self.code = code or type(self).code

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def reworded(self, message: Words, remedy: Words) -> Self:
        """This refusal in other words, with all its faults; its code and its fields stay."""
        self.message, self.remedy = message(self.message), remedy(self.remedy)
        return self


class Invalid(Refusal):
    """What was entered cannot be right."""

    code = "invalid"


class TooLarge(Invalid):
    """More was sent than is taken."""

    code = "too_large"


class NotFound(Refusal):
    """No such item, or none that this person may see: the two look alike."""

    code = "not_found"


class Forbidden(Refusal):
    """The item may be seen but not changed by this person."""

    code = "forbidden"


class Conflict(Refusal):
    """Somebody else changed the item since it was read. `theirs` is its present version.

    `was` has what the fields that were changed since held before, as far as the log tells: whoever still has that there
    did not touch the field.
    """

    code = "conflict"

    def __init__(self, message: str, *, theirs: int, remedy: str = "", was: dict[str, list[Any]] | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.theirs = theirs
        self.was = was or {}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault among several of the same input."""

    field: str
    message: str
    remedy: str = ""


class Faults(Refusal):
    """Several faults of one input, told at once."""

    code = "invalid"

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        super().__init__(first.message, remedy=first.remedy, field=first.field)
        self.faults = faults

    def reworded(self, message: Words, remedy: Words) -> Self:
        self.faults = [
            replace(fault, message=message(fault.message), remedy=remedy(fault.remedy)) for fault in self.faults
        ]
        return super().reworded(message, remedy)
