"""The metrics room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The metrics room."""

    name = "impactline.metrics"
    label = "metrics"
    default_auto_field = "django.db.models.BigAutoField"
