"""The okrs room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The okrs room."""

    name = "impactline.okrs"
    label = "okrs"
    default_auto_field = "django.db.models.BigAutoField"
