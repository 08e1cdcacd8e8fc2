"""All settings, from the environment. `docs/operations.md` lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from postpurchase import env as environment
from postpurchase.own_domains import AllowedHosts

# Lets Django's own classes be written with their types, as in `TextField[str, str]`.
django_stubs_ext.monkeypatch()

env = environment.environment()

BASE_DIR = environment.BASE_DIR
LOCAL_DIR = environment.LOCAL_DIR

# --- What kind of place this is -----------------------------------------------------------------
DEBUG: bool = env.bool("DEBUG", default=False)
DEMO: bool = env.bool("DEMO", default=False)
PUBLIC_URL: str = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
# For tests against servers of their own; production refuses it.
ALLOW_PRIVATE_ADDRESSES: bool = env.bool("ALLOW_PRIVATE_ADDRESSES", default=False)
# "address:port" of name servers to ask instead of this machine's own; tests bring theirs.
DNS_SERVERS: list[str] = []
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)

UNSAFE_SECRET_KEY = "unsafe-until-you-set-SECRET_KEY"  # noqa: S105  # production refuses it
SECRET_KEY: str = env.str("SECRET_KEY", default=UNSAFE_SECRET_KEY)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
FIELD_KEYS_GIVEN: list[str] = env.list("FIELD_KEYS", default=[])
FIELD_KEYS = environment.field_keys(FIELD_KEYS_GIVEN, secret_key=SECRET_KEY)

ALLOWED_HOSTS: list[str] = AllowedHosts(env.list("ALLOWED_HOSTS", default=[]))
if not ALLOWED_HOSTS and (DEBUG or DEMO):
    ALLOWED_HOSTS.extend(["127.0.0.1", "localhost", "[::1]", urlsplit(PUBLIC_URL).hostname or ""])

# --- Apps ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "merchants",
    "orders",
    "tracking",
    "returns",
    "notifications",
    "analytics",
    "postpurchase",
    "postpurchase.desk.apps.DeskConfig",
    "postpurchase.staff.accounts.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "anymail",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
AUTH_USER_MODEL = "merchants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "postpurchase.health.HealthMiddleware",
    "csp.middleware.CSPMiddleware",
    "postpurchase.own_domains.OwnDomains",
    "django.middleware.security.SecurityMiddleware",
    "orders.webhooks.ShortWay",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "postpurchase.staff.accounts.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "postpurchase.urls"
WSGI_APPLICATION = "postpurchase.wsgi.application"
APPEND_SLASH = True
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
            ],
        },
    },
]

# --- Database, cache, sessions ------------------------------------------------------------------
DATABASE_URL: str = env.str("DATABASE_URL", default=environment.NO_DATABASE)
REDIS_URL: str = env.str("REDIS_URL", default=environment.NO_REDIS)
# Seconds; `manage.py` sets 0 for its commands, since a migration may take its time.
STATEMENT_TIMEOUT: int = env.int("STATEMENT_TIMEOUT", default=30)
DATABASES = {"default": environment.database(DATABASE_URL, statement_timeout=STATEMENT_TIMEOUT)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": environment.redis_database(REDIS_URL, after=1),
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
    },
}
CELERY_BROKER_URL = REDIS_URL
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- People -------------------------------------------------------------------------------------
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:choose"
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_ADAPTER = "postpurchase.staff.accounts.adapters.PeopleAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# allauth's own limits need the cache; ours hold while it is away (`staff.accounts.limits`).
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "postpurchase.staff.accounts.adapters.SecondStepAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are proven by the invitation's mail
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # clocks may be half a minute off

# --- Security -----------------------------------------------------------------------------------
IS_HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "postpurchase.portal.errors.form_expired"
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only a proxy of our own may say that the shopper came over https; any client can send the header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# --- Mail ---------------------------------------------------------------------------------------
EMAIL_URL: str = env.str("EMAIL_URL", default=f"eml://{LOCAL_DIR}/mail")
EMAIL_TIMEOUT = 10  # seconds: far below the lease of a sender
EMAIL_FILE_PATH: Path  # of eml://
globals().update(environment.email(EMAIL_URL))
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Postpurchase <shop@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time --------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "postpurchase.formats"
TIME_ZONE = "UTC"

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STATIC_ROOT: Path = Path(env.str("STATIC_ROOT", default=str(LOCAL_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT: Path = Path(env.str("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
# Who names the directory runs `collectstatic`: names carry a digest and are cached for ever.
HASHED_STATIC = "STATIC_ROOT" in env.ENVIRON and not DEBUG
_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC if HASHED_STATIC else _PLAIN_STATIC},
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC

# --- API ----------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE: int = env.int("API_REQUESTS_PER_MINUTE", default=1200)  # of one key
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "postpurchase.api.errors.handle",
    "DEFAULT_AUTHENTICATION_CLASSES": ["postpurchase.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["postpurchase.api.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["postpurchase.api.throttling.KeyThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "postpurchase.api.negotiation.OnlyJson",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Postpurchase API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PATH_CONVERTER_OVERRIDES": {"anything": {"type": "string"}},
    "POSTPROCESSING_HOOKS": ["postpurchase.api.schema.with_documents"],
}

# --- Logs: one line each, to standard error, without personal data --------------------------------
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "postpurchase.logs.LineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A tick every ten seconds would hide all else.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
