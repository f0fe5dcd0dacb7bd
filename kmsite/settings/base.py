"""What every way of running kmsite shares. Only the modules of this package read the environment."""

import os
from pathlib import Path

import dj_database_url
import dj_email_url
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("KMSITE_VAR", BASE_DIR / "var"))
VERSION = "1.0.0"
PORT = os.environ.get("PORT", "8000")

# ---------------------------------------------------------------- apps
# kmsite stands first: its templates may extend those of the apps below (docs/architecture.md).
INSTALLED_APPS = [
    "kmsite",
    "maps",
    "communities",
    "knowledge",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "kmsite.accounts.apps.UsersConfig",  # in the place of "wagtail.users"
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kmsite.ops.headers.HeadersMiddleware",
    "kmsite.ops.badinput.BadInputMiddleware",
    "kmsite.accounts.middleware.ThrottleMiddleware",
    "kmsite.ops.pagecache.PageCacheMiddleware",  # inside what sets headers, outside session and database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kmsite.ops.language.LanguageMiddleware",
    "kmsite.accounts.middleware.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kmsite.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "kmsite.urls"
WSGI_APPLICATION = "kmsite.wsgi.application"
FORM_RENDERER = "kmsite.forms.FaceRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "kmsite.context.frame",
            ],
        },
    }
]

# ---------------------------------------------------------------- database
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",  # a reader that turns writer would fail at once otherwise
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;",
}
POSTGRES_OPTIONS = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}


def database(url):
    """The DATABASES entry for `url`, with what each engine needs to hold under load."""
    config = dj_database_url.parse(url, conn_health_checks=True)
    is_sqlite = config["ENGINE"].endswith("sqlite3")
    config["OPTIONS"] = {**config.get("OPTIONS", {}), **(SQLITE_OPTIONS if is_sqlite else POSTGRES_OPTIONS)}
    if is_sqlite:
        config["CONN_MAX_AGE"] = None  # a connection a thread: opening one costs more than a query
    return config


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'kmsite.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------------------------------------------------------------- cache, tasks, mail
REDIS_URL = os.environ.get("REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
}
# One small value that every process must see at once (kmsite/ops/pagecache.py); files serve where there is no Redis.
CACHES["generation"] = (
    CACHES["default"]
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
)
TASKS = {
    # Wagtail's own bookkeeping (two tasks a page save) runs at once; ours waits for a worker.
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "kmsite": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["kmsite"]},
}
if os.environ.get("EMAIL_URL"):
    vars().update({name: value for name, value in dj_email_url.parse(os.environ["EMAIL_URL"]).items() if value != ""})
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "kmsite@localhost")
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# ---------------------------------------------------------------- people
AUTH_USER_MODEL = "kmsite.User"
# The only way a password is checked: allauth's backend takes as long for an unknown address as for a known one.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "me"
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
REQUIRE_SECOND_FACTOR = True  # of everybody who has a role
REFUSE_DEMO_ACCOUNTS = False
ACCOUNT_ADAPTER = "kmsite.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "kmsite.accounts.forms.SignInForm",
    "signup": "kmsite.accounts.forms.SignUpForm",
    "reset_password": "kmsite.accounts.forms.ResetForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # only then a sign-up with a known address can be answered like any other
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = False  # knowledge/throttle.py counts: allauth's own limits hold in one process only
MFA_ADAPTER = "kmsite.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "kmsite.accounts.forms.AuthenticateForm",
    "reauthenticate": "kmsite.accounts.forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False

# ---------------------------------------------------------------- limits
PROXY_HOPS = int(os.environ.get("PROXY_HOPS", "0"))  # proxies between us and the reader that add to X-Forwarded-For
LIMIT_FACTOR = int(os.environ.get("LIMIT_FACTOR", "1"))  # how many times knowledge/throttle.py's limits hold here
TRUSTED_NETWORKS = [n.strip() for n in os.environ.get("TRUSTED_NETWORKS", "").split(",") if n.strip()]

SEARCH_EVENTS_DAYS = int(os.environ.get("SEARCH_EVENTS_DAYS", "90"))  # how long words of searches are kept

# ---------------------------------------------------------------- languages and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["kmsite.formats"]
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")

# ---------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "kmsite.ops.stylesheet.StaticStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a long entry in the admin has thousands of fields

# ---------------------------------------------------------------- Wagtail
BASE_URL = os.environ.get("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
WAGTAIL_SITE_NAME = "kmsite"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "knowledge.LibraryImage"
WAGTAILDOCS_DOCUMENT_MODEL = "knowledge.LibraryDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "knowledge.forms.media.LibraryImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "knowledge.forms.media.LibraryDocumentForm"
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # Wagtail would ask a foreign host otherwise
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_AUTOSAVE_INTERVAL = 5_000
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "knowledge.organization.approved.publish_approved"

# ---------------------------------------------------------------- search
# Addresses of the cluster, with commas between; without one the database answers alone.
ELASTICSEARCH_URL = os.environ.get("ELASTICSEARCH_URL", "")
ELASTICSEARCH_USER = os.environ.get("ELASTICSEARCH_USER", "elastic")
ELASTICSEARCH_PASSWORD = os.environ.get("ELASTICSEARCH_PASSWORD", "")
ELASTICSEARCH_API_KEY = os.environ.get("ELASTICSEARCH_API_KEY", "")
ELASTICSEARCH_CA = os.environ.get("ELASTICSEARCH_CA", "")
ELASTICSEARCH_INDEX = os.environ.get("ELASTICSEARCH_INDEX", "kmsite")
ELASTICSEARCH_SHARDS = int(os.environ.get("ELASTICSEARCH_SHARDS", "1"))
ELASTICSEARCH_REPLICAS = int(os.environ.get("ELASTICSEARCH_REPLICAS", "0"))

# ---------------------------------------------------------------- headers
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kmsite.ops.lostsession.lost_session"
SESSION_COOKIE_HTTPONLY = True
# Public pages carry no inline script or style, so there is no nonce and a page is the same for every visitor.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}
# Wagtail's date pickers and rich text write scripts and styles into the page (kmsite/ops/headers.py sends this).
ADMIN_CONTENT_POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
}
SILENCED_SYSTEM_CHECKS = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # A line a page save.
        **{name: {"level": "WARNING"} for name in ("django_tasks", "django_tasks_db", "wagtail", "fontTools")},
        # A line a question, and a traceback for each that another node took over; which node is away, `node_pool` says.
        "elastic_transport.transport": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
