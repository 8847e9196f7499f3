"""The base room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The base room."""

    name = "impactline.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
