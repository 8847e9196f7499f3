"""The exchange room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The exchange room."""

    name = "impactline.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
