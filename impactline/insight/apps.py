"""The insight room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The insight room."""

    name = "impactline.insight"
    label = "insight"
    default_auto_field = "django.db.models.BigAutoField"
