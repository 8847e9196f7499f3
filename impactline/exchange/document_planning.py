"""What teams ask of each other, in the native document."""

from typing import Literal

from pydantic import Field

from impactline.exchange.document_parts import Part
from impactline.exchange.scalars import Amount, Day, Email, Note, Ref, Title


class Request(Part):
    """A contribution that a team is asked for, and what came of it."""

    ref: Ref = Field(description="Short name, unique in the organisation.")
    title: Title | None = Field(None, description="What is asked for; default: the ref.")
    description: Note = Field("", description="More about it.")
    asked: Ref | None = Field(None, description="The team that is asked; needed for a request that is new.")
    asking: Ref | None = Field(None, description="The team that asks.")
    key_result: Ref | None = Field(None, description="The key result that it is for.")
    waiting: Ref | None = Field(None, description="The activity that waits for it.")
    due_on: Day | None = Field(None, description="By when; needed for a request that is new.")
    effort_hours: Amount | None = Field(None, description="The work that it is thought to take, in hours.")
    state: Literal["asked", "proposed", "accepted", "declined", "withdrawn"] = Field(
        "asked", description="Where it stands; proposed: the team that is asked offers another day."
    )
    proposed_on: Day | None = Field(None, description="The day that was offered instead.")
    reason: Note = Field("", description="Why it was declined, or another day offered.")
    promise: Ref | None = Field(None, description="The activity that was promised when it was accepted.")
    asked_by: Email | None = Field(None, description="Who asked.")
    asked_on: Day | None = Field(None, description="When; default: the day of the import.")
    answered_by: Email | None = Field(None, description="Who answered.")
    answered_on: Day | None = Field(None, description="When it was answered.")
