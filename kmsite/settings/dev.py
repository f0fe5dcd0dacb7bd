"""The embedded default that `make run` serves: SQLite, local files, nothing else to install.

DEBUG is off so that error pages are ours; `DEBUG=1 make run` turns it on for work on the code.
"""

import os

from django.core.management.utils import get_random_secret_key

from .base import *

VAR_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(path):
    """A secret key that stays the same between runs and never enters the repository."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(get_random_secret_key())
    return path.read_text()


DEBUG = os.environ.get("DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or ["localhost", "127.0.0.1", "[::1]"]
REQUIRE_SECOND_FACTOR = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # http://localhost
if "TRUSTED_NETWORKS" not in os.environ:
    TRUSTED_NETWORKS = ["127.0.0.0/8", "::1"]  # who tries out or measures the site on this machine is not slowed down
