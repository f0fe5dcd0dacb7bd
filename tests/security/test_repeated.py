"""Check 6: the same form sent forty times at once makes one thing."""

import threading

import pytest
from django.db import connections

from knowledge.acquisition.telling import take_in
from knowledge.models import Capture, OutboxRow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("foundation_stays")]
TIMES = 40


def test_forty_identical_posts_make_one_capture_and_one_job():
    barrier, made, errors = threading.Barrier(TIMES), [], []

    def send():
        try:
            barrier.wait()
            made.append(take_in("The lift stands still.", form_key="pressed forty times").pk)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert (len(made), len(set(made))) == (TIMES, 1)
    assert Capture.objects.count() == 1
    assert OutboxRow.objects.filter(kind="capture_told").count() == 1
