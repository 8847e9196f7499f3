"""An action is one transaction. When the database undoes it for a deadlock, it is tried again."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 6
DEADLOCK = {"40P01", "40001"}


def action(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb in one transaction; repeat it after a deadlock, unless it is part of a larger transaction."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():  # a savepoint: what is refused leaves nothing here either
                return verb(*args, **kwargs)
        for attempt in range(1, TRIES):
            try:
                with transaction.atomic():
                    return verb(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in DEADLOCK:
                    raise
                time.sleep(random.uniform(0, 0.02 * attempt))  # noqa: S311 - spreads retries, no secret
        with transaction.atomic():
            return verb(*args, **kwargs)

    return run
