"""The organisation, its people and teams, who belongs where, and the tokens that act for people."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower


class Organisation(models.Model):
    """The one organisation of this installation, with its policies and what it calls the levels of its chain."""

    kind_name: ClassVar = "organisation"
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="UTC")
    locale = models.CharField(max_length=20, default="en")
    policies = models.JSONField(default=dict)
    level_names = models.JSONField(default=dict)
    holidays = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """The organisation has no ref of its own; its name stands in the log."""
        return self.name


class Role(models.TextChoices):
    """What a person may do: administer, change, or only read."""

    ADMINISTRATOR = "administrator", "Administrator"
    MEMBER = "member", "Member"
    GUEST = "guest", "Guest"


class Digest(models.TextChoices):
    """How often somebody wants to be told by mail what they owe and what needs their attention."""

    NEVER = "never"
    WEEKLY = "weekly"
    DAILY = "daily"


class PersonManager(BaseUserManager["Person"]):
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody who owns, checks in or reads. Without a password they have been imported but not invited."""

    kind_name: ClassVar = "person"
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    timezone = models.CharField(max_length=60, blank=True, default="")
    locale = models.CharField(max_length=20, blank=True, default="")
    capacity_hours_per_week = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    digest = models.CharField(max_length=10, choices=Digest.choices, default=Digest.WEEKLY)
    digested_at = models.DateTimeField(null=True)
    absences = models.JSONField(default=list)
    seen_at = models.DateTimeField(null=True)
    invited_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_address"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="person_role_known"),
            models.CheckConstraint(
                condition=Q(capacity_hours_per_week=None)
                | Q(capacity_hours_per_week__gte=0, capacity_hours_per_week__lte=168),
                name="person_capacity_in_a_week",
            ),
            models.CheckConstraint(condition=Q(digest__in=Digest.values), name="person_digest_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """People are named by their address."""
        return self.email

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def may_write(self) -> bool:
        """Guests only read."""
        return self.is_active and self.role != Role.GUEST


class Team(models.Model):
    """A group of people; teams form a tree. Without `holidays` it has those of the team above, or the organisation."""

    kind_name: ClassVar = "team"
    ref = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    purpose = models.TextField(blank=True, default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    holidays = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="team_not_own_parent")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person belongs to a team."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "team"], name="member_once_a_team")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


class Token(models.Model):
    """A secret with which a program acts for a person; only its digest is kept."""

    kind_name: ClassVar = "token"
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        return self.prefix
