"""What runs beside the site: the outbox, what is due, and tasks. Stop it at any time and start it again."""

import logging
import signal
import socket
import threading
import time
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from communities.interaction.socialization.pictures import forget_pictures
from knowledge.organization.publishing import publish_due
from knowledge.outbox import forget, work_off
from knowledge.search.backends.elastic.connection import Unavailable
from knowledge.search.events import forget_events
from knowledge.search.indexing import index_stale
from knowledge.search.mirror import keep_up
from knowledge.throttle import forget_counts

log = logging.getLogger(__name__)
EVERY_DAY = 24 * 3600
MIRROR_EVERY, MIRROR_AWAY = 1, 5  # seconds between two looks at Elasticsearch: when all is sent, when it is away


class Command(BaseCommand):
    help = "Do what follows from writes (search index, mail, pages that are due) and run tasks. Start one or more."

    def add_arguments(self, parser):
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two looks (default: 0.5)")
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *, interval, once, **options):
        self.stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopped.set())
        tasks = _task_worker()
        self.mirror_rests_until = next_prune = 0
        while not self.stopped.is_set():
            close_old_connections()
            done = self.look(tasks)
            if time.monotonic() >= next_prune:
                prune()
                next_prune = time.monotonic() + EVERY_DAY
            if once and not done:
                return
            if not done:
                self.stopped.wait(interval)

    def look(self, tasks):
        """One round; return how much was done. A database that is away for a moment is tried again."""
        try:
            done = work_off() + publish_due() + index_stale() + self.look_after_mirror()
            tasks.run()
        except Exception:
            log.exception("the worker could not go on; it tries again")
            self.stopped.wait(5)
            return 0
        return done

    def look_after_mirror(self):
        """Keep Elasticsearch right, where there is one; one that is away is tried again after a while."""
        if time.monotonic() < self.mirror_rests_until:
            return 0
        pause, done = MIRROR_EVERY, 0
        try:
            done = keep_up()
        except Unavailable as error:
            log.warning("Elasticsearch is away: %s", error)
            pause = MIRROR_AWAY
        self.mirror_rests_until = 0 if done else time.monotonic() + pause
        return done


def _task_worker():
    """The library's own worker in batch mode: it runs the tasks that are ready, then returns."""
    return Worker(
        queue_names=["kmsite"],
        interval=0,
        batch=True,
        backend_name="kmsite",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{socket.gethostname()[:30]}-{threading.get_native_id()}",
        excluded_queue_names=[],
    )


def prune():
    """Forget what was done, or begun and never sent, more than two weeks ago, and words of searches when their time is over."""
    then = timezone.now() - timedelta(days=14)
    forget_pictures(older_than=then)
    forget(older_than=then)
    forget_counts()
    forget_events()
    DBTaskResult.objects.finished().filter(finished_at__lt=then).delete()
