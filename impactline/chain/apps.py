"""The chain room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The chain room."""

    name = "impactline.chain"
    label = "chain"
    default_auto_field = "django.db.models.BigAutoField"
