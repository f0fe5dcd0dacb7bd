"""For the tests: fast password hashing, mail in memory, tasks at once, its own database."""

import os

from .base import *

SECRET_KEY = "only for tests"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": database(os.environ.get("DATABASE_URL") or "sqlite:///:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    TEST_DATABASE = os.environ.get("KMSITE_TEST_DB") or str(VAR_DIR / "test.sqlite3")
    DATABASES["default"]["NAME"] = TEST_DATABASE
    DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # it need not survive a crash
else:
    DATABASES["default"]["OPTIONS"].pop("pool")  # the test database is dropped while the pool would hold on to it
VAR_DIR.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR_DIR / "test-media"
STORAGES = {
    **STORAGES,
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "kmsite": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["kmsite"]},
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "generation": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "generation"},
}
ELASTICSEARCH_URL = ""  # tests that are about it read the environment and turn it on
REQUIRE_SECOND_FACTOR = False
TRUSTED_NETWORKS = ["127.0.0.0/8"]  # the tests of limits come from elsewhere
WHITENOISE_AUTOREFRESH = True
LOGGING["root"]["level"] = "WARNING"
