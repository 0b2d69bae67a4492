"""Settings, and the only reader of the environment.

Where DATABASE_URL is not set, the services that `make run` embeds are used.
Every limit stands here by name with its reason.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from collab import embedded
from collab.environment import env, flag, origins, postgres, required, words
from documents import engine

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env("DATA", BASE_DIR / ".data", Path)

_embedded = None if env("DATABASE_URL", "", str) else embedded.read(DATA_DIR)
EMBEDDED = _embedded is not None


DEBUG = env("DEBUG", default=False, cast=flag)
if _embedded is not None:
    SECRET_KEY = _embedded.secret_key
    _database_url, REDIS_URL = _embedded.database_url, _embedded.redis_url
    ORIGINS = _embedded.origins
else:
    SECRET_KEY = required("SECRET_KEY", str)
    _database_url, REDIS_URL = required("DATABASE_URL", str), required("REDIS_URL", str)
    ORIGINS = required("ORIGINS", origins)

# Exactly these origins may open sockets and post forms.
ALLOWED_HOSTS = sorted({str(urlsplit(origin).hostname) for origin in ORIGINS})
CSRF_TRUSTED_ORIGINS = ORIGINS
_SECURE = bool(ORIGINS) and all(origin.startswith("https:") for origin in ORIGINS)

INSTALLED_APPS = [
    "collab.apps.CollabConfig",
    "documents.apps.DocumentsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "axes",
    "channels",
    "csp",
    "django_vite",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "collab.urls"
ASGI_APPLICATION = "collab.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "documents" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# A connection a request: threads come and go under ASGI, and theirs must not stay.
DATABASES = {
    "default": {
        **postgres(_database_url),
        "CONN_MAX_AGE": 0,
        # libpq's: a host that vanishes without a word is noticed within 20 s, whether
        # an answer is awaited (keepalives) or a statement not acknowledged (timeout).
        "OPTIONS": {
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 15_000,
        },
    }
}
MIGRATION_MODULES = {"documents": "migrations"}

CHANNEL_LAYERS = {
    "default": {
        # A layer that loses messages must do no harm: a test puts one here.
        "BACKEND": env(
            "CHANNEL_LAYER_BACKEND",
            "collab.layer.WaitingChannelLayer",
            str,
        ),
        # Several share the groups by name; presence and counts stay in REDIS_URL.
        "CONFIG": {"hosts": env("LAYER_URLS", [REDIS_URL], words)},
    }
}

# What all processes count together: sign-ups, mails, log-ins, what is asked over HTTP
CACHES = {
    "default": {
        "BACKEND": "collab.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "limits",
        "OPTIONS": {
            "serializer": "collab.cache.Json",
            # A Redis that hangs must not hold up who logs in.
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
        },
    }
}

# People and their sessions
AUTH_USER_MODEL = "documents.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = env("EMAIL_VERIFICATION", "none", str)
ACCOUNT_FORMS = {
    "login": "documents.forms.LoginForm",
    "reset_password": "documents.forms.ResetPasswordForm",
    "signup": "documents.forms.SignupForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# allauth also counts failures by account alone, and so any stranger could shut anybody
# out; django-axes counts them by account and address together.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"}
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env("LOGIN_TRIES", 10, int)
"""Wrong passwords for one account from one address: a person has given up before."""
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "collab.doors.tried"
AXES_CLIENT_IP_CALLABLE = "collab.doors.address"
AXES_LOCKOUT_CALLABLE = "collab.doors.locked"
# Of a try only that it was: no form, no visit that went well, no page to look it up.
AXES_SENSITIVE_PARAMETERS = ["username", "login", "csrfmiddlewaretoken", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_SAMESITE = "Lax"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env("EMAIL_HOST", "", str)
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env("EMAIL_HOST", "localhost", str)
EMAIL_PORT = env("EMAIL_PORT", 25, int)
EMAIL_HOST_USER = env("EMAIL_USER", "", str)
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD", "", str)
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", "palimpsest@localhost", str)

# What a browser is told
# With no-referrer browsers post forms with `Origin: null`, which CSRF checks refuse;
# the page that a share token goes through says no-referrer itself.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
X_FRAME_OPTIONS = "DENY"
# Behind nginx, whose word on the scheme is taken only where this says so.
BEHIND_PROXY = env("BEHIND_PROXY", default=False, cast=flag)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
_SOCKETS = [origin.replace("http", "ws", 1) for origin in ORIGINS]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "connect-src": ["'self'", *_SOCKETS],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Words, times, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "documents" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.is_dir() else []
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG
DJANGO_VITE = {"default": {"manifest_path": FRONTEND_DIST / ".vite" / "manifest.json"}}

# Live editing: every number a reason
UPDATE_BYTES = env("UPDATE_BYTES", 512 * 1024, int)
"""One live update. Our client splits larger pastes; others are told by name."""
REPLY_BYTES = env("REPLY_BYTES", 8 * 1024 * 1024, int)
"""A sync reply after a long time offline, and so the greatest frame of all."""
AWARENESS_BYTES = env("AWARENESS_BYTES", 4096, int)
"""A caret and a selection take 200 bytes; a stock provider repeats everybody's."""
SAYING_CHARACTERS = env("SAYING_CHARACTERS", 4000, int)
"""One message of a chat, or one comment, as JavaScript counts: two pages. More is a
document."""
SAYINGS_PER_SECOND = env("SAYINGS_PER_SECOND", 5, int)
"""Of one socket in a chat. Ten may come at once, as of who was offline; then reading
pauses."""
FRAMES_PER_SECOND = env("FRAMES_PER_SECOND", 2000, int)
"""Above it reading pauses: an honest flood, such as a replayed log, only waits."""
BYTES_PER_SECOND = env("BYTES_PER_SECOND", 4 * 1024 * 1024, int)
"""Above it reading pauses, as for frames."""
WAITING_BYTES = env("WAITING_BYTES", 32 * 1024 * 1024, int)
"""Updates of one process that wait for Postgres; past it sockets close with 4503."""
WAITING_PER_SOCKET = env("WAITING_PER_SOCKET", 1000, int)
"""Frames of one socket that wait for Postgres; past it reading pauses."""
UNSENT_BYTES = env("UNSENT_BYTES", 4 * 1024 * 1024, int)
"""What may wait unsent for one slow reader before it is dropped, to resume later."""
SOCKETS_PER_USER = env("SOCKETS_PER_USER", 100, int)
"""Tabs of one person in one process: more is a loop, not a person."""
SOCKETS_PER_DOCUMENT = env("SOCKETS_PER_DOCUMENT", 1000, int)
"""Sockets of one process on one document: what fan-out can serve within a second."""
IDLE_SECONDS = env("IDLE_SECONDS", 12 * 3600, int)
"""A socket that sent nothing but heartbeats so long is told to come back."""
SYNC_ATTEMPTS = env("SYNC_ATTEMPTS", 3, int)
"""How often a socket that lacks the same things is asked for them."""
HEARTBEAT_SECONDS = env("HEARTBEAT_SECONDS", 15, int)
"""Half of the 30 s after which a browser calls a silent server dead."""
PING_SECONDS = env("PING_SECONDS", 10, int)
"""How long a socket may be silent before it is asked whether it lives."""
PONG_SECONDS = env("PONG_SECONDS", 15, int)
"""How long it may take to answer; with Daphne's rounds of 2 s a dead one is gone
within 30 s."""
AUDIT_SECONDS = env("AUDIT_SECONDS", 3, int)
"""How long a message that the channel layer lost can go unnoticed."""
RECHECK_SECONDS = env("RECHECK_SECONDS", 60, int)
"""How long a change of rights can go unnoticed whose announcement was lost."""
SNAPSHOT_UPDATES = env("SNAPSHOT_UPDATES", 500, int)
"""How many updates a document is opened from, at most, beside its snapshot."""
CHAPTER_AGE_SECONDS = env("CHAPTER_AGE_SECONDS", 24 * 3600, int)
"""How old updates are when they are packed: by then nobody resumes from them."""
CHAPTER_UPDATES = env("CHAPTER_UPDATES", 4096, int)
"""How many make a chapter, 65,536 at most. Twice as many take 5 % less room; each
costs 5 microseconds to whoever reads any of them."""
PACK_SECONDS = env("PACK_SECONDS", 60, int)
"""How often a process that has nothing to commit looks for updates to pack."""
CRDT_ENGINE = env("CRDT_ENGINE", engine.DEFAULT, engine.chosen)
"""What reads documents for pages, API and search, in processes of its own. With y-py
in place of pycrdt, HTML and JSON have no marks, and every attribute is a string."""
PRESENCE_SECONDS = env("PRESENCE_SECONDS", 30, int)
"""When a participant is gone whose process died without a word: what it wrote to
Redis expires after two thirds of that, and is looked at four times in it."""

ASKED_PER_MINUTE = {
    "reads": env("READS_PER_MINUTE", 2400, int),
    "writes": env("WRITES_PER_MINUTE", 1200, int),
    "searches": env("SEARCHES_PER_MINUTE", 300, int),
    "labours": env("LABOURS_PER_MINUTE", 120, int),
}
"""What one person may ask over HTTP. A page that shows the past while others write
asks 250 times a minute, who searches while typing 240 times at most; who changes a
whole text tells at once where up to 1,000 threads went. Opening a document is a labour,
its past two more where it is long, and six a minute while it is prepared."""

METRICS_TOKEN = env("METRICS_TOKEN", "", str)
"""Who may ask for /metrics from elsewhere; without it only this machine may."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "collab.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "INFO", str)},
    "loggers": {
        # Requests and their query strings can hold tokens.
        "daphne": {"level": "WARNING"},
        "uvicorn": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        # It says four lines a try, and of each who it was in asterisks.
        "axes": {"level": "ERROR"},
    },
}
