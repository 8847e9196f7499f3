"""All settings: from the environment only, and it runs with nothing set."""

import os
import secrets
import sys
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from impactline.base.databases import database
from impactline.base.environ import setting, switch, text, whole, words

HERE = Path(__file__).resolve().parent


def _data_home() -> str:
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(base) / "impactline")


DATA = Path(
    setting(
        "IMPACTLINE_DATA",
        _data_home(),
        "The data folder: the SQLite file, the secret key, uploaded files.",
        text,
        shown="~/.local/share/impactline (./data under `make`)",
    )
)


def _words_folder(value: str) -> Path | None:
    """The folder of the team's words: the one given, else `words` in the data folder where that is there."""
    if not value:
        usual = DATA / "words"
        return usual if usual.is_dir() else None
    if not Path(value).is_dir():
        raise ValueError("must be a folder")
    return Path(value)


WORDS_FOLDER = setting(
    "IMPACTLINE_WORDS",
    "",
    "A folder of words that the team adds to those of the wording linter: a TOML file a language, such as de.toml.",
    _words_folder,
    shown="words in the data folder",
)


def _web_address(value: str) -> str:
    """The address of a site: http or https, a host, perhaps a port, nothing else."""
    parts = urlsplit(value.strip().rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or "@" in value:
        raise ValueError("must be an address such as https://okr.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _networks(value: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks such as 10.0.0.0/8."""
    return [ip_network(word, strict=False) for word in words(value)]


def _key(value: str) -> str:
    if value and len(value) < 32:
        raise ValueError("must have at least 32 characters")
    return value


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder, readable by its owner only."""
    given = setting(
        "IMPACTLINE_SECRET_KEY",
        "",
        "Signs sessions and links. At least 32 characters; made and kept in the data folder when not given.",
        _key,
        secret=True,
        shown="a file in the data folder",
    )
    if given:
        return given
    file = DATA / "secret-key"
    try:
        DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return secrets.token_urlsafe(48)  # no data folder: sessions end with the process
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(made := secrets.token_urlsafe(48))
    return made


SECRET_KEY = _secret_key()
DEBUG = False
HOST = setting("IMPACTLINE_HOST", "127.0.0.1", "The address `impactline serve` listens on.", text)
PORT = setting("IMPACTLINE_PORT", "8000", "The port `impactline serve` listens on.", whole(0, 65535))
URL = setting(
    "IMPACTLINE_URL",
    f"http://127.0.0.1:{PORT or 8000}",
    "The address under which people reach it. With https://, cookies are secure and HSTS is sent.",
    _web_address,
    shown="http://127.0.0.1 with the port of IMPACTLINE_PORT",
)
SECURE = URL.startswith("https://")
ALLOWED_HOSTS = setting(
    "IMPACTLINE_HOSTS",
    "localhost,127.0.0.1,[::1]",
    "Host names that are answered, besides that of IMPACTLINE_URL.",
    words,
)
_host = urlsplit(URL).hostname or ""
ALLOWED_HOSTS.append(f"[{_host}]" if ":" in _host else _host)
CSRF_TRUSTED_ORIGINS = [URL]
TRUSTED_PROXIES = setting(
    "IMPACTLINE_TRUSTED_PROXIES",
    "",
    "Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    _networks,
)

DATABASES = {
    "default": setting(
        "IMPACTLINE_DATABASE_URL",
        f"sqlite:///{DATA / 'impactline.db'}",
        "The database: sqlite:///path or postgresql://user:password@host/name.",
        database,
        secret=True,
        shown="sqlite:///impactline.db in the data folder",
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

THREADS = setting(
    "IMPACTLINE_THREADS", "8", "Threads that answer pages and API calls in one web process.", whole(1, 256)
)

EMAIL_HOST = setting("IMPACTLINE_SMTP_HOST", "", "The SMTP server. Without one, no mail is sent.", text)
EMAIL_PORT = setting("IMPACTLINE_SMTP_PORT", "587", "Its port.", whole(1, 65535))
EMAIL_HOST_USER = setting("IMPACTLINE_SMTP_USER", "", "The user name for the SMTP server.", text)
EMAIL_HOST_PASSWORD = setting("IMPACTLINE_SMTP_PASSWORD", "", "Its password.", text, secret=True)
EMAIL_USE_TLS = setting("IMPACTLINE_SMTP_TLS", "on", "Start TLS before signing in.", switch)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = setting("IMPACTLINE_MAIL_FROM", "Impactline <impactline@localhost>", "The sender of mails.", text)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "impactline.base",
    "impactline.people",
    "impactline.metrics",
    "impactline.chain",
    "impactline.exchange",
    "impactline.okrs",
    "impactline.checkins",
    "impactline.planning",
    "impactline.insight",
    "impactline.web",
]
MIDDLEWARE = [
    "impactline.web.middleware.trusted_proxy",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "impactline.web.assets.Policy",
    "impactline.web.middleware.private",
    "impactline.web.middleware.bounded",
    "impactline.web.assets.Served",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "impactline.api.repeats.repeats",
    "impactline.api.known.Known",
    "impactline.web.middleware.signed_in",
    "impactline.web.middleware.legible",
    "impactline.web.middleware.refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "impactline.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "impactline.web.environment.environment"},
    },
]

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "impactline.people.signing_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "impactline.web.middleware.account_name"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a stranger could lock somebody out for ever
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "impactline.web.middleware.client_address"
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "impactline.web.account.locked_out"

SESSION_COOKIE_AGE = 7 * 24 * 3600  # the end for good; half a day without use ends a session before (signing_in.py)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "impactline_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "impactline_csrf"
CSRF_FAILURE_VIEW = "impactline.web.errors.csrf_failed"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = False  # the proxy in front redirects; the server itself speaks http
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
STATIC_ROOT = HERE / "web" / "static"
STATICFILES_DIRS: list[str] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "impactline.web.assets.Assets"},
}
WHITENOISE_ROOT = None
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOG_LEVEL = setting("IMPACTLINE_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.", text)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"axes": {"level": "WARNING"}, "django.request": {"level": "ERROR"}, "asyncio": {"level": "WARNING"}},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W008",  # the proxy in front redirects to https
    "axes.W006",
]
