"""What people muted of what rules find, in the native document."""

from typing import Annotated

from pydantic import Field

from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import Day, Email, Few, Moment, Name, Note
from impactline.exchange.scalars_rules import FindingKey, RuleName


class Mute(Part):
    """A finding that is silent until a day, for a reason."""

    rule: RuleName = Field(description="The rule that finds it, such as R2.")
    about: Annotated[tuple[Name, ...], Few] = Field(
        description="What the finding names, in its order: refs, and the addresses of people."
    )
    finding: FindingKey = Field(
        "", description="The key of the finding, where the rule finds several of the same things."
    )
    reason: Note = Field(description="Why it may be silent.")
    until: Day = Field(description="The last day on which it is silent.")
    by: Email | None = Field(None, description="Who muted it.")
    at: Moment = Field(description="When.")
    ended_at: Moment | None = Field(None, description="When it was told again, or muted otherwise.")
