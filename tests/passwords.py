"""Argon2id with the smallest cost, so that signing in does not rule the time that tests take."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """The hasher of the product but for its cost."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
