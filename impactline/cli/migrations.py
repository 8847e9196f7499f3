"""Whether the database is there and up to date, and making it so."""

from enum import Enum
from pathlib import Path

from impactline.cli.faults import BadInput


class Problem(Enum):
    """Why the database cannot be used as it is."""

    ABSENT = "There is no database yet."
    BEHIND = "The database is older than this program."
    AHEAD = "The database was made by a newer version of this program."

    def __str__(self) -> str:
        return str(self.value)


def problem() -> Problem | None:
    """What stands in the way of using the database. Raises BadInput where it cannot be reached at all."""
    from django.db import Error, connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite" and not _is_there(str(connection.settings_dict["NAME"])):
        return Problem.ABSENT
    try:
        executor = MigrationExecutor(connection)
    except Error as error:
        raise BadInput(f"The database cannot be reached: {reason(error)}") from None
    loader = executor.loader
    if not loader.applied_migrations:
        return Problem.ABSENT
    ours = loader.migrated_apps
    if any(key not in loader.disk_migrations and key[0] in ours for key in loader.applied_migrations):
        return Problem.AHEAD
    return Problem.BEHIND if executor.migration_plan(loader.graph.leaf_nodes()) else None


def bring_up_to_date() -> None:
    """Create the database and apply the migrations that are missing. Raises BadInput where that cannot be."""
    from django.core.management import call_command
    from django.db import Error, connection

    found = problem()
    if found is Problem.AHEAD:
        raise BadInput(f"{found} Update the program, or restore a backup of before.")
    try:
        if connection.vendor == "sqlite":
            _make_file(Path(str(connection.settings_dict["NAME"])))
        call_command("migrate", verbosity=0, interactive=False)
    except (Error, OSError) as error:
        raise BadInput(f"The database cannot be made: {reason(error)}") from None


def reason(error: Exception) -> str:
    """The first line of what a driver says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _is_there(name: str) -> bool:
    return ":memory:" in name or "mode=memory" in name or Path(name).exists()


def _make_file(path: Path) -> None:
    """An empty file that only its owner may read, in a folder that only its owner may enter."""
    if not _is_there(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
