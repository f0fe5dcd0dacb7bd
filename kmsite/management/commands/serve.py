"""What `make run` starts: the site on an embedded default, one process with threads and one worker beside it."""

import os
import signal
import socket
import subprocess
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import BaseApplication

from kmsite.settings import base


class Command(BaseCommand):
    help = "Bring the database up to date, then serve the site on PORT (8000) with one worker beside it."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(base.PORT))
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--threads", type=int, default=4)
        parser.add_argument("--no-demo", action="store_true", help="do not write the demo library into an empty site")

    def handle(self, *, port, bind, threads, no_demo, **options):
        _check_free(bind, port)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("setup", verbosity=0)
        if not no_demo:
            call_command("demo")
        connections.close_all()
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=base.BASE_DIR)
        self.stdout.write(f"\nkmsite is at http://localhost:{port}/ (stop it with Ctrl+C).\n")
        self.stdout.flush()
        try:
            Server(
                {"bind": f"{bind}:{port}", "workers": 1, "threads": threads, "timeout": 120, "accesslog": None}
            ).run()
        finally:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=20)


def _check_free(bind, port):
    """Say what to do when somebody else has the port, before anything is built."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken ({error.strerror}). Choose another one: PORT=8001 make run"
            ) from error


class Server(BaseApplication):
    """gunicorn with our settings, started from Python."""

    def __init__(self, options):
        self.options = options
        super().__init__()

    def load_config(self):
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")
        from kmsite.wsgi import application

        return application
