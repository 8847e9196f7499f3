"""The people room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The people room."""

    name = "impactline.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
