"""A real site for the browser: gunicorn, a worker, the demo library, on a database of its own.

Every process of the runner (`-n 2`) has a site of its own; the demo is written once and copied.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from email import message_from_string
from email.policy import default
from functools import cache, partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kmsite.settings.base import BASE_DIR
from tests.database import begin_with_template
from tests.journeys.steps import PATIENCE, fill_in_the_door

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
DATABASE = "journeys.sqlite3"  # in the folder of a site
PASSWORD = "heron-reed-ferry-journey-1897"  # of everybody at Reedferry, on a site that only the journeys know
STEPS = f"""
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from kmsite.models import User
for name in ("migrate", "setup", "demo"):
    call_command(name, verbosity=0)
User.objects.update(password=make_password("{PASSWORD}"))
"""
WRITING = ("shell", "--verbosity=0", "-c", STEPS)  # one process, which is slow to start
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        pytest.skip("Chromium is missing. On Debian or Ubuntu: apt install chromium")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def environment(tmp_path_factory, worker_id):
    """The environment of the site under test: its own folder, its own database, static files as they were collected.

    KMSITE_SITE names a site that runs already, with the environment of the caller; it saves the start while one writes a journey.
    """
    if "KMSITE_SITE" in os.environ:
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "kmsite.settings.dev"}
    if os.environ.get("DATABASE_URL"):
        if worker_id != "master":
            pytest.exit("The journeys can share no database: leave out DATABASE_URL, or run them with -n 0.")
        whole = environment_of(tmp_path_factory.mktemp("site"), os.environ["DATABASE_URL"])
        managed(whole, *WRITING)
        return whole
    var = tmp_path_factory.mktemp("sites") / "site"
    shutil.copytree(written_demo(tmp_path_factory, worker_id), var)
    return environment_of(var)


def environment_of(var, database=None):
    """What a site needs that keeps its things in the folder `var`."""
    database = database or f"sqlite:///{var / DATABASE}"
    names = {"KMSITE_VAR": str(var), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "kmsite.settings.dev"}
    names["LIMIT_FACTOR"] = "100"  # a robot posts faster than a person
    names["STATIC_ROOT"] = str(BASE_DIR / "var" / "static")
    return {**os.environ, **names}


def written_demo(tmp_path_factory, worker_id):
    """The folder of a site with the demo in it, which no process serves: written by whoever comes first."""
    run = tmp_path_factory.getbasetemp()
    run = run if worker_id == "master" else run.parent
    folder = run / "written-demo"
    with (run / "written-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            half = Path(tempfile.mkdtemp(dir=run))
            begin_with_template(half / DATABASE)
            managed(environment_of(half), *WRITING)
            half.rename(folder)
    return folder


@pytest.fixture(scope="session")
def manage(environment):
    """Run a management command on the site under test; return what it printed."""

    return partial(managed, environment)


def managed(environment, *arguments, **kwargs):
    command = [sys.executable, "manage.py", *arguments]
    result = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, **kwargs)
    assert result.returncode == 0, result.stderr
    return result.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(environment, tmp_path_factory):
    """The address of the running site."""
    if "KMSITE_SITE" in os.environ:
        yield os.environ["KMSITE_SITE"]
        return
    port = free_port()
    log = Path(tmp_path_factory.mktemp("log")) / "serve.log"
    with log.open("w") as output:
        command = [sys.executable, "manage.py", "serve", "--no-demo", "--port", str(port)]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(f"http://localhost:{port}/readyz", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(address, process, log):
    for _ in range(1200):
        if process.poll() is not None:
            pytest.fail(f"the site did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"the site did not answer within five minutes:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def base_url(site):
    return site


@pytest.fixture
def open_page(browser, site):
    """A page in a browser of its own, patient and without movement: `open_page(width=375)`. It is closed afterwards."""
    contexts = []

    def make(width=1280, **options):
        viewport = {"width": width, "height": 900}
        # A colour that still fades into another one would be judged half-way.
        context = browser.new_context(viewport=viewport, base_url=site, reduced_motion="reduce", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def sessions():
    """The cookies of who signed in already, by role and language."""
    return {}


@pytest.fixture(scope="session")
def password_of(site, manage):
    """The password of anybody at Reedferry: `password_of("rhea-minton")`. On a site that ran before, a new one for each."""

    @cache
    def find(name):
        if "KMSITE_SITE" not in os.environ:
            return PASSWORD
        printed = manage("accounts", "--reset", f"{name}@reedferry.example")
        return next(line.split()[-1] for line in printed.splitlines() if f"{name}@" in line)

    return find


@pytest.fixture
def sign_in(open_page, sessions, password_of):
    """A signed-in page of somebody's own: `sign_in("librarian", language="zh-hans", width=375)`, `sign_in("rhea-minton")`.

    Whoever signed in once in this run comes in with the same session; how one signs in is a journey of its own.
    """

    def come_in(role, language="en", width=1280):
        known = sessions.get((role, language))
        page = open_page(width, storage_state=known)
        if known is None:
            fill_in_the_door(page, f"{role}@reedferry.example", password_of(role), language)
            sessions[role, language] = page.context.storage_state()
        else:
            page.goto(f"/{language}/me/")
        return page

    return come_in


@pytest.fixture
def visitor(open_page):
    """A page of a visitor: `visitor(width=375)`."""
    return open_page


@pytest.fixture
def mail_to(environment):
    """The text of the newest mail to an address, as soon as it was sent; those from before the journey do not count."""
    folder, begin = Path(environment["KMSITE_VAR"]) / "mail", time.time()

    def newest(address):
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            paths = [path for path in folder.glob("*") if path.stat().st_mtime > begin]
            for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True):
                messages = [
                    message_from_string(part, policy=default) for part in path.read_text().split("\n" + "-" * 79)
                ]
                for message in reversed(messages):
                    if address in str(message.get("To", "")).lower():
                        return message.get_content()
            time.sleep(0.25)
        pytest.fail(f"no mail came to {address}")

    return newest
