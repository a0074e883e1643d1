"""Settings. Everything an operator may set comes from the environment and is listed in the docs."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environs import Env

from serein.config import sqlite

env = Env()

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.str("SEREIN_DATA_DIR", default=str(ROOT / "var"))).resolve()
"""All data of an installation: database, secret key, assets."""

DEBUG = env.bool("SEREIN_DEBUG", default=False)
ALLOWED_HOSTS = env.list("SEREIN_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
SEREIN_SECOND_FACTOR = env.bool("SEREIN_SECOND_FACTOR", default=True)
SEREIN_HTTPS = env.bool("SEREIN_HTTPS", default=False)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("SEREIN_TRUSTED_ORIGINS", default=[])


def _secret_key() -> str:
    given: str = env.str("SEREIN_SECRET_KEY", default="")
    if given:
        return given
    kept = DATA_DIR / "secret.key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text().strip()


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "serein.config",
    "serein.core",
    "serein.audit",
    "serein.accounts",
    "serein.patients",
    "serein.messaging",
    "serein.safety",
    "serein.scheduling",
    "serein.assessments",
    "serein.consents",
    "serein.monitoring",
    "serein.intake",
    "serein.eligibility",
    "serein.plans",
    "serein.infusions",
    "serein.outcomes",
    "serein.website",
    "serein.portal",
    "serein.workspace",
    "serein.fhir",
    "serein.demo",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "serein.accounts.middleware.Gate",
    "serein.patients.middleware.PatientInAddress",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "serein.config.urls"
ASGI_APPLICATION = "serein.config.server.application"
WSGI_APPLICATION = "serein.config.server.pages"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "serein.config.context.shell",
            ],
            "builtins": ["serein.core.templatetags.serein"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Databases

SQLITE_VERSION = sqlite.use_newest()
SQLITE_PRAGMAS = sqlite.pragmas(SQLITE_VERSION)

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'serein.sqlite3'}", conn_max_age=0
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "serein.config.in_turn"
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "; ".join(
            f"PRAGMA {name}={value}" for name, value in SQLITE_PRAGMAS.items()
        ),
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 16, "timeout": 20},
        "options": "-c synchronous_commit=on",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People

AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "serein.accounts.sign_in.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "60/h/ip"}  # one name is locked out by axes, below
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Serein"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "serein.accounts.sign_in.name_tried"

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SEREIN_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if SEREIN_HTTPS else "session"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "serein.config.errors.csrf_failure"

# What browsers are told

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SEREIN_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SEREIN_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SEREIN_HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Files, words, time

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "SEREIN_STATICFILES", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = DEBUG
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# One line of what was done, signed, until the next page. In the session it would cost every save a
# second write that waits for the disk. It never says whom it is about.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Messages: files by default, because a console would put patients' addresses into the log

SEREIN_ADDRESS = env.str("SEREIN_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")
EMAIL_BACKEND = env.str(
    "SEREIN_EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.str("SEREIN_EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("SEREIN_EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("SEREIN_EMAIL_USER", default="")
EMAIL_HOST_PASSWORD = env.str("SEREIN_EMAIL_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("SEREIN_EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("SEREIN_EMAIL_FROM", default="clinic@localhost")
SEREIN_SMS_SENDER = env.str(
    "SEREIN_SMS_SENDER", default="serein.messaging.actions.senders.FileSender"
)
SEREIN_SMS_FOLDER = DATA_DIR / "texts"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"no_patient_data": {"()": "serein.config.logs.NoPatientData"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["no_patient_data"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.str("SEREIN_LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "level": env.str("SEREIN_LOG_LEVEL", default="INFO")},
        "django.server": {"handlers": [], "propagate": False},
        "uvicorn.access": {"handlers": [], "propagate": False},
        "axes": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # one e-mail address, whatever its case, by a constraint on Lower("email")
]
