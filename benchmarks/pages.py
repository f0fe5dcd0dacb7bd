"""How long pages take and how many a second: against the database that DATABASE_URL names, with what is in it.

    python -m benchmarks.pages                 # tables on the terminal
    python -m benchmarks.pages --json out.json # the same for a program

*Cold* is a page of which no cache has any part (all that is kept is forgotten before every request); *warm* is the same page again
as a visitor gets it from the page cache. Times are taken at the client on the loopback, so they hold server time and transport.
Requests a second need `wrk` (Debian: apt install wrk); beside them stands what a request takes of a processor, which other work on
the same machine changes less.
"""

import argparse
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kmsite.settings.dev")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.db.models import Count, Q, TextField
from django.db.models.functions import Cast, Length
from django.urls import reverse

from communities.models import Community, Distillation, Post, Thread
from communities.models.post import PAGE
from kmsite.models import User
from knowledge.kept import move_on
from knowledge.models import Concept, Entry
from maps.models import MapNode

PORT = int(os.environ.get("BENCH_PORT", "8765"))
VISITOR = AnonymousUser()
QUERIES = {"en": "interlibrary loan", "zh-hans": "图书馆"}


def pages():
    """What is measured: name -> path."""
    return knowledge_pages() | talk_pages() | map_pages()


def knowledge_pages():
    """The largest entry and the busiest topic stand beside a usual one."""
    entries = Entry.objects.live().visible_to(VISITOR)
    largest = entries.annotate(size=Length(Cast("body", TextField()))).order_by("-size").first()
    busiest = Concept.objects.annotate(n=Count("entry_concepts")).order_by("-n", "pk").first()
    broadest = (
        Concept.objects.annotate(n=Count("relations_in", filter=Q(relations_in__kind="broader")))
        .order_by("-n", "pk")
        .first()
    )
    found = {
        "home": "/en/",
        "home (zh)": "/zh-hans/",
        "entry": entries.order_by("pk").first().get_url(),
        "entry, the largest": largest.get_url(),
        "browse": "/en/browse/",
        "browse, page 20": "/en/browse/?page=20",
        "topic, most entries": busiest.get_absolute_url(),
        "topic, most narrower": broadest.get_absolute_url(),
        "topics": "/en/topics/",
    }
    for language, query in QUERIES.items():
        found[f"search ({language})"] = f"/{language}/search/?" + urlencode({"q": query})
    return found


def talk_pages():
    """Talk that a visitor reads; the threads made by rule (benchmarks.seed) where they are there."""
    threads = Thread.objects.public().select_related("community")
    rule = threads.filter(community__slug="benchmark-threads")
    real = threads.exclude(community__slug="benchmark-threads")
    largest = real.order_by("-post_count", "-comment_count").first()
    most_said = real.filter(post_count__lte=PAGE).order_by("-comment_count").first()
    usual = rule.filter(post_count=PAGE).order_by("pk").first() or real.filter(post_count__lte=PAGE).last()
    longest = rule.order_by("-last_number").first() or largest
    written_up = Distillation.objects.visible_to(VISITOR).exclude(combinations=None).order_by("pk").first()
    tried = Entry.objects.live().visible_to(VISITOR).annotate(n=Count("practice_reports")).order_by("-n", "pk").first()
    busiest = Community.objects.visible_to(VISITOR).order_by("-thread_count").first()
    found = {
        "thread, 20 posts": usual.get_absolute_url(),
        "thread, the largest": largest.get_absolute_url(),
        "thread, most comments": most_said.get_absolute_url(),
        f"thread, last of {longest.last_number:,}": f"{longest.get_absolute_url()}?page={-(-longest.last_number // PAGE)}",
        "communities": "/en/communities/",
        "community": busiest.get_absolute_url(),
        "threads": "/en/communities/threads/",
        "threads of a community": reverse("community_threads", args=[busiest.slug]),
        "entry, practised": tried.get_url(),
    }
    return found | ({"distillation": written_up.get_absolute_url()} if written_up else {})


def map_pages():
    """The map around the topic with most, whatever is joined with most, and one person."""
    joined = MapNode.objects.filter(access="public").annotate(n=Count("edges_in", filter=Q(edges_in__access="public")))
    topic = joined.filter(kind="topic").order_by("-n", "pk").first()
    person = MapNode.objects.filter(access="public", kind="person").order_by("pk").first()
    chosen = {"map": "", "map of a busy topic": topic, "map of a person": person}
    return {
        name: "/en/maps/" + (f"?{urlencode({'node': node.key})}" if node else "")
        for name, node in chosen.items()
        if node is not None
    }


def cookie_for(user):
    """A session cookie that signs `user` in, made as Django makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def server(workers):
    """gunicorn with this many workers, as `make run` starts it."""
    command = [sys.executable, "-m", "gunicorn", "kmsite.wsgi:application", "--workers", str(workers), "--threads", "2"]
    command += ["--bind", f"127.0.0.1:{PORT}", "--log-level", "warning", "--timeout", "120"]
    process = subprocess.Popen(command, env=os.environ)
    try:
        for _ in range(200):
            try:
                get("/healthz")
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def get(path, cookie=""):
    """Seconds for one answer; anything but 200 stops the benchmark."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return time.perf_counter() - start


def times(path, cookie, runs, cold):
    get(path, cookie)  # templates and connections are ready; what is measured is the page
    taken = []
    for _run in range(runs):
        if cold:
            move_on()
        taken.append(get(path, cookie))
    return {"median_ms": statistics.median(taken) * 1000, "worst_ms": max(taken) * 1000}


def busy(process):
    """Seconds of a processor that a process and its children have used (Linux)."""
    used, waiting = 0, [process.pid]
    while waiting:
        pid = waiting.pop()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])  # in user and in system mode
        waiting += Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return used / os.sysconf("SC_CLK_TCK")


def a_second(process, path, cookie, seconds):
    """(requests a second, milliseconds of a processor for each) by wrk, 8 connections."""
    before = busy(process)
    command = ["wrk", "-t", "1", "-c", "8", "-d", f"{seconds}s", f"http://127.0.0.1:{PORT}{path}"]
    if cookie:
        command += ["-H", f"Cookie: {cookie}"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        raise SystemExit(f"{path}: wrk met answers that were no pages\n{output}")
    asked = max(1, int(re.search(r"(\d+) requests in", output)[1]))
    return float(re.search(r"Requests/sec:\s*([\d.]+)", output)[1]), (busy(process) - before) / asked * 1000


def people():
    """Cookies: visitor, somebody signed in, a librarian (the first account of each; made accounts are not touched)."""
    patron = User.objects.filter(is_active=True, groups=None, is_superuser=False).first()
    librarian = User.objects.filter(is_active=True, groups__name="librarian").first()
    return {"visitor": "", "signed in": cookie_for(patron), "librarian": cookie_for(librarian)}


def measure(runs, seconds, only=""):
    cookies, paths = people(), {name: path for name, path in pages().items() if only in name}
    connections.close_all()
    table = {}
    with server(workers=1):
        for name, path in paths.items():
            table[name] = {f"cold, {who}": times(path, cookie, runs, cold=True) for who, cookie in cookies.items()}
            table[name]["warm, visitor"] = times(path, "", runs, cold=False)
    if shutil.which("wrk"):
        with server(workers=2) as process:
            for name, path in paths.items():
                for who in ("visitor", "signed in"):
                    asked, taken = a_second(process, path, cookies[who], seconds)
                    table[name] |= {f"a second, {who}": asked, f"processor, {who}": {"median_ms": taken}}
    else:
        print("wrk is missing, so requests a second are left out (Debian: apt install wrk)", file=sys.stderr)
    return table


def show(table):
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    print(
        f"database: {settings.DATABASES['default']['ENGINE']}; {Entry.objects.count()} entries, "
        f"{Concept.objects.count()} concepts, {Thread.objects.count()} threads, {Post.objects.count()} posts"
    )
    print(f"{'page':24}" + "".join(f"{column:>22}" for column in columns))
    for name, row in table.items():
        cells = [row.get(column, "") for column in columns]
        print(f"{name:24}" + "".join(f"{_cell(cell):>22}" for cell in cells))


def _cell(cell):
    return f"{cell['median_ms']:.1f} ms" if isinstance(cell, dict) else f"{cell:.0f}/s" if cell != "" else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=4, help="how long wrk asks for each page")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--json", help="write the figures to this file too")
    options = parser.parse_args()
    result = measure(options.runs, options.seconds, options.only)
    show(result)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=1)
