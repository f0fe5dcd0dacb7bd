"""For a library that runs kmsite in earnest: refuses to start half configured (`manage.py check --deploy` is clean)."""

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *


def required(name, why):
    """The environment's `name`; stops the start with what to do when it is missing."""
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment: {why}.")
    return value


SECRET_KEY = required("SECRET_KEY", "a long random text that stays the same and that nobody else knows")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    raise ImproperlyConfigured("SECRET_KEY is too easy to guess: use at least 50 random characters.")
ALLOWED_HOSTS = [h.strip() for h in required("ALLOWED_HOSTS", "the host names of the site, with commas").split(",")]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the site; '*' would accept any.")
if os.environ.get("DEBUG", "") not in ("", "0"):
    raise ImproperlyConfigured("DEBUG must not be on in production: it shows settings and code to visitors.")
DEBUG = False
required("BASE_URL", "the address of the site, such as https://know.example.org")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

required("EMAIL_URL", "where mail goes out, such as smtp://user:password@mail.example.org:587/?tls=true")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
REFUSE_DEMO_ACCOUNTS = True
