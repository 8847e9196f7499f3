"""Contribution requests: what one team asks of another, and what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from impactline.base.numbers import quantity_or_none
from impactline.chain.models import ChainItem
from impactline.okrs.models import TITLE_MAX, KeyResult
from impactline.people.models import Team


class RequestState(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", "Asked"
    PROPOSED = "proposed", "Another date proposed"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (RequestState.ASKED, RequestState.PROPOSED)


class ContributionRequest(models.Model):
    """A team is asked for something, by a day, for a key result.

    When it is accepted, the promise is an activity of the team that was asked; the activity that waits for it, if
    one was named, depends on it from then on.
    """

    kind_name: ClassVar = "contribution_request"
    ref = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, default="")
    asked = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    asking = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    key_result = models.ForeignKey(KeyResult, null=True, on_delete=models.PROTECT, related_name="+")
    waiting = models.ForeignKey(ChainItem, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    effort_hours = quantity_or_none()
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.ASKED)
    proposed_on = models.DateField(null=True)
    reason = models.TextField(blank=True, default="")
    promise = models.ForeignKey(ChainItem, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(fields=["asked", "due_on"], name="request_open", condition=Q(state__in=OPEN)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=Q(asking=None) | ~Q(asking=F("asked")), name="request_of_another_team"),
            models.CheckConstraint(
                condition=~Q(state=RequestState.PROPOSED) | Q(proposed_on__isnull=False),
                name="request_proposal_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.DECLINED) | ~Q(reason=""), name="request_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.ACCEPTED) | Q(promise__isnull=False),
                name="request_accepted_is_promised",
            ),
            models.CheckConstraint(
                condition=Q(effort_hours=None) | Q(effort_hours__gte=0), name="request_effort_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.state in OPEN
