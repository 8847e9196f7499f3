"""The planning room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The planning room."""

    name = "impactline.planning"
    label = "planning"
    default_auto_field = "django.db.models.BigAutoField"
