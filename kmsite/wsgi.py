"""The WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.production")
application = get_wsgi_application()

from kmsite.accounts.checks import refuse_demo_accounts  # noqa: E402  the models are ready only now
from kmsite.ops.badinput import sheltered  # noqa: E402

application = sheltered(application)

refuse_demo_accounts()
