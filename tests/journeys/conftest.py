"""A real site for the browser: gunicorn, a worker, the demo library, on a database of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kmsite.settings.base import BASE_DIR

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    if CHROMIUM is None:
        pytest.skip("Chromium is missing. On Debian or Ubuntu: apt install chromium")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu"]}


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """The environment of the site under test: its own folder, its own database, static files as they were collected.

    KMSITE_SITE names a site that runs already, with the environment of the caller; it saves the start while one writes a journey.
    """
    if "KMSITE_SITE" in os.environ:
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "kmsite.settings.dev"}
    var = tmp_path_factory.mktemp("site")
    collected = BASE_DIR / "var" / "static"
    (var / "static").symlink_to(collected)
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{var / 'journeys.sqlite3'}"
    names = {"KMSITE_VAR": str(var), "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "kmsite.settings.dev"}
    return {**os.environ, **names}


@pytest.fixture(scope="session")
def manage(environment):
    """Run a management command on the site under test; return what it printed."""

    def run(*arguments, **kwargs):
        command = [sys.executable, "manage.py", *arguments]
        result = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, **kwargs)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


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
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=output, stderr=output)
        try:
            _wait_for(f"http://localhost:{port}/readyz", process, log)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(address, process, log):
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the site did not start:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"the site did not answer within five minutes:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def base_url(site):
    return site


@pytest.fixture(scope="session")
def passwords(site, manage):
    """New passwords of the demo accounts, by the name before the @."""
    lines = [
        line.split() for line in manage("accounts", "--demo", "--reset").splitlines() if "@reedferry.example" in line
    ]
    return {line[0].partition("@")[0]: line[-1] for line in lines}


@pytest.fixture
def sign_in(browser, site, passwords):
    """A signed-in page of somebody's own: `sign_in("librarian", language="zh-hans", width=375)`."""
    contexts = []

    def open_page(role, language="en", width=1280):
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"/{language}/account/login/")
        page.fill("[name=login]", f"{role}@reedferry.example")
        page.fill("[name=password]", passwords[role])
        page.press("[name=password]", "Enter")
        page.wait_for_load_state()
        assert "login" not in page.url, page.inner_text("main")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(browser, site):
    """A page of a visitor: `visitor(width=375)`."""
    contexts = []

    def open_page(width=1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=site, **options)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
