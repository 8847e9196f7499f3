"""What all tests share: which database, the cast, a real mail sink, a real server.

`pytest --database=postgresql` runs everything that touches a database on a throw-away PostgreSQL cluster;
the default is SQLite in files, as users run it. Nothing here imports Django before a test asks for it.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.cast import NOON, PASSWORD

if TYPE_CHECKING:
    from impactline.people.models import Organisation, Person, Team
    from tests.mailbox import Mailbox
    from tests.servers import Server

# Two busy cores make single examples slow now and then; what is random prints how to repeat it. The build machine
# tries the same examples each time, so that what it says is of the change; new ones are found where people work.
settings.register_profile(
    "house",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
settings.load_profile("house")

HOME = pytest.StashKey[Path]()
CLUSTER = pytest.StashKey[Any]()


# --- the database, before Django is set up -----------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="which database the tests run on",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until everything is collected
    if not hasattr(config, "workerinput"):  # the workers inherit what the first process sets
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever is told to end tidies up, as after Ctrl-C
        # Where Python is asked to keep no bytecode, each of the many processes here would compile everything anew.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        home = Path(tempfile.mkdtemp(prefix="impactline-tests-"))
        config.stash[HOME] = home
        for name in [name for name in os.environ if name.startswith("IMPACTLINE_")]:
            if name not in {"IMPACTLINE_CHROMIUM", "IMPACTLINE_POSTGRESQL_BIN"} and "_TEST_" not in name:
                del os.environ[name]
        os.environ["IMPACTLINE_DATA"] = str(home / "data")
        os.environ["IMPACTLINE_TEST_HOME"] = str(home)
        os.environ["IMPACTLINE_DATABASE_URL"] = _database_url(config, home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "impactline.settings"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop running in the tests' thread
    _set_django_up(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if CLUSTER in config.stash:
        config.stash[CLUSTER].stop()
    if HOME in config.stash:
        shutil.rmtree(config.stash[HOME], ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('database')}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests with a server come last: its worker would take the leases and events of the others.

    Of both the slow ones begin, so that at the end no process waits for another. On PostgreSQL only what touches the
    database is worth a second run.
    """
    items.sort(key=lambda item: ("server" in getattr(item, "fixturenames", ()), not item.get_closest_marker("slow")))
    if config.getoption("database") == "sqlite":
        return
    databases = {"db", "transactional_db", "fresh_database", "migrated_database"}
    chosen, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or databases & set(getattr(item, "fixturenames", ()))
        (chosen if touches else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = chosen


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays until the end: looking through it again for garbage is a waste."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """A failure shows what the server wrote."""
    report = yield
    server = getattr(item, "funcargs", {}).get("server")
    if report.failed and server is not None:
        report.sections.append(("impactline serve", server.log()[-4000:]))
    return report


def _database_url(config: pytest.Config, home: Path) -> str:
    if config.getoption("database") == "sqlite":
        return f"sqlite:///{home / 'unused.db'}"
    from tests.postgres import Cluster, programs

    folder = programs()
    if folder is None:
        raise pytest.UsageError("PostgreSQL 15 or later was not found: see bin/postgresql")
    config.stash[CLUSTER] = Cluster(folder)
    return config.stash[CLUSTER].url("unused")


def _set_django_up(config: pytest.Config) -> None:
    import django
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["tests.passwords.QuickArgon2"]
    database = django_settings.DATABASES["default"]
    if config.getoption("database") == "sqlite":
        # A file, not memory: the tests then see the locks and the journal that users have.
        database.setdefault("TEST", {})["NAME"] = str(Path(os.environ["IMPACTLINE_TEST_HOME"]) / "test.db")
        # As on PostgreSQL nothing waits for the disk here: the machine will not fail. The servers of the tests do wait.
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    django.setup()
    from tests.emptying import empty_quickly
    from tests.statics import look_once

    empty_quickly()
    look_once()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Nothing is dropped one by one: folder and cluster go with the run, whoever is still connected."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of each process is a copy: Django finds all migrations in it."""
    from django.conf import settings as django_settings

    from tests import migrated

    test = django_settings.DATABASES["default"].setdefault("TEST", {})
    if migrated.is_sqlite():
        shutil.copy(migrated.file_of_original(), test["NAME"])
    else:
        test["TEMPLATE"] = migrated.original()


@pytest.fixture
def fresh_database() -> Iterator[str]:
    """The address of a new, empty database, for what is to be tried from the very beginning."""
    from tests import migrated

    with migrated.database(migrated.EMPTY) as url:
        yield url


@pytest.fixture
def migrated_database() -> Iterator[str]:
    """The address of a new database with all migrations and nothing else, for processes of the test's own."""
    from tests import migrated

    with migrated.database(migrated.original()) as url:
        yield url


# --- the cast ----------------------------------------------------------------------------------------------


@pytest.fixture
def ada(db: None) -> "Person":
    """Ada, the administrator who set the organisation up."""
    from impactline.people import actions

    return actions.set_up(
        organisation="Northwind Health",
        timezone="Europe/Berlin",
        locale="en",
        name="Ada Admin",
        email="ada@example.org",
        password=PASSWORD,
        at=NOON,
    )


@pytest.fixture
def organisation(ada: "Person") -> "Organisation":
    """Northwind Health, set up by Ada."""
    from impactline.people import queries

    return queries.organisation()


@pytest.fixture
def alice(ada: "Person") -> "Person":
    """Alice, who owns things."""
    return _person(ada, "Alice Adler", "alice@example.org")


@pytest.fixture
def bob(ada: "Person") -> "Person":
    """Bob, of Alice's team."""
    return _person(ada, "Bob Brown", "bob@example.org")


@pytest.fixture
def charlie(ada: "Person") -> "Person":
    """Charlie, a member of the organisation but of no team: the outsider."""
    return _person(ada, "Charlie Clark", "charlie@example.org")


@pytest.fixture
def gil(ada: "Person") -> "Person":
    """Gil, a guest, who only reads."""
    return _person(ada, "Gil Guest", "gil@example.org", role="guest")


@pytest.fixture
def care(ada: "Person", alice: "Person", bob: "Person") -> "Team":
    """The team Care: Alice and Bob; nobody leads it."""
    from impactline.people import actions

    return actions.create_team(by=ada, ref="care", name="Care", members=[alice, bob], at=NOON)


def _person(ada: "Person", name: str, email: str, **details: Any) -> "Person":
    from impactline.people import actions

    return actions.create(by=ada, name=name, email=email, password=PASSWORD, at=NOON, **details)


# --- mail and a server, both real --------------------------------------------------------------------------


@pytest.fixture(scope="session")
def smtp_sink() -> Iterator["Mailbox"]:
    """A real SMTP server on a random port; use `mailbox`, which empties it."""
    from tests.mailbox import Mailbox

    with Mailbox() as sink:
        yield sink


@pytest.fixture
def mailbox(smtp_sink: "Mailbox", settings: Any) -> "Mailbox":
    """What was mailed during this test, received over SMTP, by this process or by the `server`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_sink.host, smtp_sink.port
    settings.EMAIL_USE_TLS = False
    smtp_sink.messages.clear()
    return smtp_sink


@pytest.fixture(scope="session")
def _server(django_db_setup: None, smtp_sink: "Mailbox") -> Iterator["Server"]:
    from django.conf import settings as django_settings

    from tests.servers import Server

    with Server(
        database_url=_url_of_test_database(), smtp=smtp_sink, IMPACTLINE_SECRET_KEY=django_settings.SECRET_KEY
    ) as server:
        yield server


@pytest.fixture
def url_of_the_database(transactional_db: None) -> str:
    """The address of this test's database, for a server or a command of the test's own."""
    return _url_of_test_database()


@pytest.fixture
def server(transactional_db: None, _server: "Server") -> "Server":
    """`impactline serve` as users run it, on this test's database: set up with actions, look with queries."""
    _server.must_be_alive()
    return _server


def _url_of_test_database() -> str:
    from django.conf import settings as django_settings

    name = str(django_settings.DATABASES["default"]["NAME"])  # Django has put the test database's name there
    base = os.environ["IMPACTLINE_DATABASE_URL"]
    return f"sqlite:///{name}" if base.startswith("sqlite") else base.replace("/unused?", f"/{name}?")
