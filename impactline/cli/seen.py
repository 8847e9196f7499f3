"""What a look at one part of the installation gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """`ok`, a `hint` that may be heeded, or a `finding` that has to be mended, with the remedy."""

    subject: str
    state: str
    message: str
    remedy: str = ""


def ok(subject: str, message: str) -> Seen:
    """All is well."""
    return Seen(subject, "ok", message)


def hint(subject: str, message: str, remedy: str) -> Seen:
    """Something that can be so, but need not."""
    return Seen(subject, "hint", message, remedy)


def finding(subject: str, message: str, remedy: str) -> Seen:
    """Something that has to be mended."""
    return Seen(subject, "finding", message, remedy)
