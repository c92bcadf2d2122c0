"""Every setting comes from the environment; the defaults are the embedded ones.

`deploy/.env.example` lists the variables. A value that cannot be right stops the program with
its name, because an archive that starts with a guessed secret or a guessed storage leaks.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)


def _secret(name: str, embedded: str, *, shortest: int) -> str:
    """A secret that production must be given, and that the embedded default may know."""
    value = str(env.str(name, default="" if PRODUCTION else embedded))
    if PRODUCTION and (len(value) < shortest or value == embedded):
        raise ImproperlyConfigured(
            f"{name} must be set in production, to at least {shortest} random characters"
        )
    return value


def _choice(name: str, default: str, allowed: set[str]) -> str:
    value = str(env.str(name, default=default))
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(sorted(allowed))}")
    return value


def _storage(name: str, default: str, *, group_reads: bool = False, account: str = "S3") -> dict[str, Any]:
    """A Django storage from `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…`.

    `group_reads`: the proxy that sends the files runs as another user of the same group. `account`: the
    prefix of the two variables that name the S3 account.
    """
    url = str(env.str(name, default=default))
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        folder = Path(parts.path)
        folder.mkdir(mode=0o750 if group_reads else 0o700, parents=True, exist_ok=True)
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            # No base_url: nothing in a storage has an address of its own.
            "OPTIONS": {
                "location": str(folder),
                "base_url": None,
                "file_permissions_mode": 0o640 if group_reads else 0o600,
                "directory_permissions_mode": 0o750 if group_reads else 0o700,
            },
        }
    if parts.scheme == "s3" and parts.netloc:
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        return {
            "BACKEND": "oralhistory.files.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.netloc,
                "location": parts.path.strip("/"),
                "endpoint_url": query.get("endpoint"),
                "region_name": query.get("region", "us-east-1"),
                "access_key": env.str(f"{account}_ACCESS_KEY_ID", default="") or None,
                "secret_key": env.str(f"{account}_SECRET_ACCESS_KEY", default="") or None,
                "file_overwrite": False,
                "default_acl": None,
                "querystring_expire": 60,
                "addressing_style": "path",
            },
        }
    raise ImproperlyConfigured(f"{name} is {url!r}; it must be file:///folder or s3://bucket?endpoint=…")


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two storages are one place, or one lies within the other, whoever opens them."""
    a, b = one["OPTIONS"], other["OPTIONS"]
    if any(a.get(name) != b.get(name) for name in ("endpoint_url", "bucket_name")):
        return False
    places = [Path("/", each["location"]) for each in (a, b)]
    return places[0].is_relative_to(places[1]) or places[1].is_relative_to(places[0])


SECRET_KEY = _secret("SECRET_KEY", "embedded-default-for-the-demo-and-tests-only-not-a-secret", shortest=50)
# Fernet key of the identity vault (real names, contacts): never kept in the database.
IDENTITY_KEY = _secret("IDENTITY_KEY", "ZW1iZWRkZWQtZGVmYXVsdC1ub3QtYS1zZWNyZXQtISE=", shortest=44)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
if PRODUCTION and (DEBUG or "*" in ALLOWED_HOSTS or not ALLOWED_HOSTS or not SITE_URL.startswith("https://")):
    raise ImproperlyConfigured(
        "Production needs DEBUG off, ALLOWED_HOSTS without '*', and a SITE_URL with https"
    )
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "oralhistory.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "oralhistory.provenance",
    "oralhistory.jobs",
    "oralhistory.files",
    "oralhistory.notices",
    "oralhistory.people",
    "oralhistory.organizations",
    "oralhistory.places",
    "oralhistory.interviews",
    "oralhistory.consent",
    "oralhistory.search",
    "oralhistory.recordings",
    "oralhistory.transcripts",
    "oralhistory.mentions",
    "oralhistory.review",
    "oralhistory.editions",
    "oralhistory.intake",
    "oralhistory.interchange",
    "oralhistory.pipeline",
    "oralhistory.web",
    "oralhistory.narrator_room",
    "oralhistory.workroom",
    "oralhistory.reading_room",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "oralhistory.web.middleware.AnswerHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oralhistory.web.middleware.WhoAsks",
    "oralhistory.web.refusals.Refusals",
    # Behind the workroom's door, where Django's template has it before: it looks for the token in the body, and so
    # puts whatever a stranger sends onto the disk.
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "oralhistory.urls"
WSGI_APPLICATION = "oralhistory.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oralhistory.web.context.site",
            ],
            "builtins": ["oralhistory.web.templatetags.archive"],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'archive.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Web and workers share the file: WAL lets them read while one writes, IMMEDIATE takes the
        # write lock when a transaction begins, so that none fails half-way with "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;",
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A connection for every request costs more than most requests: logging in, and a server process that knows no table yet.
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
else:
    raise ImproperlyConfigured("DATABASE_URL must name SQLite or PostgreSQL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES: dict[str, dict[str, Any]] = {
    "masters": _storage("MASTERS_STORAGE", f"file://{DATA_DIR / 'masters'}"),
    "access": _storage("ACCESS_STORAGE", f"file://{DATA_DIR / 'access'}", group_reads=True),
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing may land there
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
if STORAGES["masters"] == STORAGES["access"]:
    raise ImproperlyConfigured(
        "MASTERS_STORAGE and ACCESS_STORAGE must be two places: the public one holds no master"
    )
if env.str("MASTERS_REPLICA", default=""):
    own_account = bool(env.str("REPLICA_S3_ACCESS_KEY_ID", default=""))
    STORAGES["replica"] = _storage("MASTERS_REPLICA", "", account="REPLICA_S3" if own_account else "S3")
    if any(_overlap(STORAGES["replica"], STORAGES[name]) for name in ("masters", "access")):
        raise ImproperlyConfigured(
            "MASTERS_REPLICA must be a place of its own, not MASTERS_STORAGE or ACCESS_STORAGE: better another disk, "
            "best another house"
        )
# Every master is read whole and compared at least this often; working copies four times more seldom.
FIXITY_DAYS = env.int("FIXITY_DAYS", default=90)
if FIXITY_DAYS < 1:
    raise ImproperlyConfigured(f"FIXITY_DAYS is {FIXITY_DAYS}; it must be a number of days, at least 1")
# Where browsers are sent for the bytes of a recording, by an address that holds for a minute.
_S3_ORIGINS = sorted(
    {
        "{0.scheme}://{0.netloc}".format(urlsplit(str(storage["OPTIONS"]["endpoint_url"])))
        for storage in (STORAGES["masters"], STORAGES["access"])
        if storage["OPTIONS"].get("endpoint_url")
    }
)
ACCEL_REDIRECT = env.str("ACCEL_REDIRECT", default="")
TEMPORARY_DIR = DATA_DIR / "tmp"
TEMPORARY_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_TEMP_DIR = str(TEMPORARY_DIR)
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=8 * 1024**3)
UPLOAD_DEFERRED_BYTES = env.int("UPLOAD_DEFERRED_BYTES", default=2 * 1024**3)
UPLOAD_QUOTA_BYTES = env.int("UPLOAD_QUOTA_BYTES", default=64 * 1024**3)
UPLOAD_RESERVE_BYTES = env.int("UPLOAD_RESERVE_BYTES", default=1024**3)
UPLOAD_MOST_OPEN = env.int("UPLOAD_MOST_OPEN", default=20)
UPLOAD_EXPIRES_HOURS = env.int("UPLOAD_EXPIRES_HOURS", default=7 * 24)
UPLOAD_AT_ONCE = env.int("UPLOAD_AT_ONCE", default=4)  # half of the threads that gunicorn is started with
UPLOAD_STALL_SECONDS = env.float("UPLOAD_STALL_SECONDS", default=60.0)
RECORDING_MAX_SECONDS = env.int("RECORDING_MAX_SECONDS", default=8 * 3600)
MEDIA_ISOLATION = _choice(
    "MEDIA_ISOLATION", "required" if PRODUCTION else "preferred", {"required", "preferred"}
)

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "oralhistory" / "static"]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workroom:desk"
LOGOUT_REDIRECT_URL = "reading_room:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "oralhistory.accounts.adapter.InvitedOnly"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail of an archive that they have nothing to do with
# Guesses are counted by address. In production that is what the proxy says, or one guesser locks everybody out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
# Five wrong passwords for an account from one place (accounts/adapter.py), five wrong codes for an account; then five
# minutes of nothing. `reauthenticate` is per account, the others per address.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reauthenticate": "5/m/user"}
# Every process of this machine counts with the others, and knows which code was used already. On the disk, so that
# people come in while the broker is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(DATA_DIR / "counts"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},  # beyond it, a third is forgotten at random
    }
}
# What the API, OAI-PMH, the reconciliation service and the files of the whole list answer one place together.
PROGRAM_REQUESTS_PER_MINUTE = env.int("PROGRAM_REQUESTS_PER_MINUTE", default=300)
# Archivists and sysadmins do nothing in the workroom until they have set one up; others may (accounts/second_factor.py).
SECOND_FACTOR = _choice("SECOND_FACTOR", "required" if PRODUCTION else "optional", {"required", "optional"})
MFA_ADAPTER = "oralhistory.accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "activate_totp": "oralhistory.accounts.forms.SetUpAppForm",
    "authenticate": "oralhistory.accounts.forms.SecondFactorForm",
    "reauthenticate": "oralhistory.accounts.forms.SecondFactorAgainForm",
    "add_webauthn": "oralhistory.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "oralhistory.accounts.forms.NamePasskeyForm",
}
MFA_TOTP_TOLERANCE = 1  # a telephone whose clock is half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # whoever invited knows whose address it is
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # http://localhost
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer, forms would arrive without an origin to check
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What an S3 store sends does not say that pages may use it: from there, things are fetched without cookies instead.
CROSS_ORIGIN_EMBEDDER_POLICY = "credentialless" if _S3_ORIGINS else "require-corp"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_S3_ORIGINS],
        "font-src": [SELF],
        "media-src": [SELF, *_S3_ORIGINS],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English"), ("pt", "Português")]
LOCALE_PATHS = [BASE_DIR / "oralhistory" / "locale"]
FORMAT_MODULE_PATH = ["oralhistory.web.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="America/Mexico_City")

BROKER_FOLDER = DATA_DIR / "broker"
CELERY_BROKER_URL = env.str("BROKER_URL", default="filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem:"):
    for folder in ("messages", "processed", "control"):
        (BROKER_FOLDER / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder both ways: what the web puts in, the worker takes out.
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "processed_folder": str(BROKER_FOLDER / "processed"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "store_processed": False,
        "polling_interval": 0.1,  # seconds; a second would be a twentieth of what a chunk takes
    }
elif urlsplit(CELERY_BROKER_URL).scheme in ("redis", "rediss", "sentinel"):
    # Above the hard time limit, so that a slow chunk is never handed out twice by the broker.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 4 * 3600, "socket_keepalive": True}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the lease recovers; a redelivery would make a poison loop
# Work goes on while the broker is away: whether it still counts is for the lease to say.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
# RabbitMQ closes the channel of whoever has a message longer than its `consumer_timeout`: a worker would end, too.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3 * 3600  # of what is not a job: each job has its own
CELERY_TASK_DEFAULT_QUEUE = "io"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "dispatch what is due": {
        "task": "oralhistory.pipeline.tasks.dispatch",
        "schedule": env.float("DISPATCH_SECONDS", default=30.0),
        "options": {"queue": "safety"},
    },
    "look after what is kept": {
        "task": "oralhistory.pipeline.tasks.look_after",
        "schedule": env.float("KEEPING_SECONDS", default=600.0),
        "options": {"queue": "safety"},
    },
}
LEASE_SECONDS = env.int("LEASE_SECONDS", default=60)

ASR_ENGINE = _choice("ASR_ENGINE", "faster-whisper", {"faster-whisper", "openai-whisper", "fake"})
ASR_MODEL = env.str("ASR_MODEL", default="base")
# What may be chosen when another transcription is asked for in the browser, besides ASR_MODEL.
ASR_MODELS = env.list("ASR_MODELS", default=["base", "small", "medium", "large-v3-turbo", "large-v3"])
# Windows that are heard before they are stored: a worker that is killed loses at most these.
ASR_BATCH_WINDOWS = env.int("ASR_BATCH_WINDOWS", default=8)
# numpy's products of matrices are small here: with more threads than one they wait for each other, and on a machine
# that does other work they take ten times as long. Read when numpy is first imported, which is later than this.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Whether voices are told apart by their sound; where each speaker had a microphone, they are told apart by that.
# "auto": on, but not beside the engine that hears no speech.
VOICES = _choice("VOICES", "auto", {"auto", "on", "off"})
# Whether windows whose text sounds near a name of the interview's glossary are heard once more by an engine that is told
# the name. "auto": on, but not with the engine that hears no speech.
SECOND_READINGS = _choice("SECOND_READINGS", "auto", {"auto", "on", "off"})
ASR_DEVICE = _choice("ASR_DEVICE", "cpu", {"cpu", "cuda", "auto"})
# Of the arithmetic. Every device has int8; a GPU is as fast with float16, and hears a little better.
ASR_COMPUTE_TYPE = env.str("ASR_COMPUTE_TYPE", default="float16" if ASR_DEVICE == "cuda" else "int8")
# A worker that cannot hear takes nothing to transcribe, and tries again every so many seconds.
HEARING_SECONDS = env.float("HEARING_SECONDS", default=300.0)
os.environ.setdefault("MODEL_CACHE", str(DATA_DIR / "models"))

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds: a server that does not answer keeps no worker, and no page
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="archivo@localhost")

LOG_FORMAT = _choice("LOG_FORMAT", "json" if PRODUCTION else "plain", {"json", "plain"})
_OUR_HANDLER = {"handlers": ["console"], "propagate": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Both write fields from one list, and no exception's message: lib/logs.py.
    "formatters": {
        "json": {"()": "oralhistory.lib.logs.Json"},
        "plain": {"()": "oralhistory.lib.logs.Plain"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "oralhistory": {"level": "INFO"},
        # Django would send what a view had in its hands to ADMINS by mail.
        "django": {"handlers": []},
        # Refusals are not news, and their addresses may hold a narrator's link.
        "django.request": {"level": "ERROR"},
        # Of `runserver`: the addresses that were asked for.
        "django.server": {"level": "ERROR"},
        # Who finds no handler here brings one of their own, which writes what exceptions say.
        "celery.task": _OUR_HANDLER,
        "multiprocessing": _OUR_HANDLER,
        "gunicorn.error": _OUR_HANDLER,
    },
}

# What Prometheus must bring to read /metrics (`Authorization: Bearer …`); none: nobody reads it.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN must have at least 32 random characters, or be left out")
