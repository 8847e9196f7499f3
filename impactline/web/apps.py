"""The pages, as Django knows them."""

from django.apps import AppConfig


class Web(AppConfig):
    """Pages and their static files."""

    name = "impactline.web"
    label = "web"
