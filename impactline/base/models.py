"""The event log, the register of refs, and the answers kept for repeated requests."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One change: who did what to which item, when, and what differs now. Never edited, never deleted."""

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    ref = models.CharField(max_length=254)
    item_id = models.BigIntegerField()
    objective_id = models.BigIntegerField(null=True)
    chain_item_id = models.BigIntegerField(null=True)
    linked_item_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "item_id", "-id"], name="event_of_item"),
            models.Index(fields=["objective_id", "-id"], name="event_of_objective"),
            models.Index(
                fields=["chain_item_id", "-id"], name="event_of_chain_item", condition=Q(chain_item_id__isnull=False)
            ),
            models.Index(
                fields=["linked_item_id", "-id"], name="event_of_linked_item", condition=Q(linked_item_id__isnull=False)
            ),
            models.Index(fields=["id"], name="event_unhandled", condition=Q(handled_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.ref}"


class Ref(models.Model):
    """A ref that is taken. One organisation has one namespace, so that a ref finds its item anywhere."""

    ref = models.CharField(max_length=80, primary_key=True)
    kind = models.CharField(max_length=30)

    def __str__(self) -> str:
        return self.ref


class Reply(models.Model):
    """The answer to a request that carried an Idempotency-Key, to be given again when it is repeated."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="one_reply_a_key")]

    def __str__(self) -> str:
        return self.key


class Lease(models.Model):
    """Who does a piece of work that only one may do at a time, and until when without renewal."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """For which occasion (such as a day) a routine ran last."""

    name = models.CharField(max_length=40, primary_key=True)
    occasion = models.CharField(max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.occasion}"
