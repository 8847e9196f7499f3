"""The checkins room, as Django knows it."""

from django.apps import AppConfig


class Room(AppConfig):
    """The checkins room."""

    name = "impactline.checkins"
    label = "checkins"
    default_auto_field = "django.db.models.BigAutoField"
