"""How often somebody may do something: counted in the shared cache, and without one in the database.

A limit that is `exact` holds across all processes: Redis counts it, or a row of the database where Redis is missing or
does not answer. The others are asked with every page; without Redis each process counts for itself. A `closed` limit
refuses when nothing can count (signing in), the others let pass (reading).
"""

import hashlib
import ipaddress
import logging
import time
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from knowledge.models import ThrottleCount

MINUTE, HOUR, DAY = 60, 3600, 86_400
WRITING = ("POST", "PUT", "PATCH", "DELETE")
log = logging.getLogger(__name__)
process_counts = LocMemCache("throttle", {"OPTIONS": {"MAX_ENTRIES": 20_000}})


@dataclass(frozen=True)
class Limit:
    amount: int
    seconds: int
    exact: bool = True
    closed: bool = False


LIMITS = {
    "read": Limit(200, MINUTE, exact=False),
    "search": Limit(30, MINUTE, exact=False),
    "note": Limit(60, MINUTE, exact=False),
    "similar": Limit(60, MINUTE, exact=False),
    "preview": Limit(60, MINUTE),
    "draft": Limit(60, MINUTE),
    "post": Limit(6, MINUTE),
    "edit": Limit(20, MINUTE),
    "upload": Limit(20, HOUR),
    "flag": Limit(20, DAY),
    "export": Limit(2, HOUR),
    "stop-letters": Limit(60, MINUTE),
    # Signing in and what leads to it: by address, then by the account that is tried.
    "sign-in": Limit(30, MINUTE, closed=True),
    "sign-in-account": Limit(10, 5 * MINUTE, closed=True),
    "sign-up": Limit(10, MINUTE, closed=True),
    "reset": Limit(10, MINUTE, closed=True),
    "reset-account": Limit(3, 5 * MINUTE, closed=True),
    "confirm-account": Limit(3, 5 * MINUTE, closed=True),
    "second-factor": Limit(5, 5 * MINUTE, closed=True),
    "password": Limit(5, MINUTE, closed=True),
}


class TooMany(Exception):
    """Too often: `wait` says after how many seconds it may be tried again. Answered with 429."""

    message = _("That was too often. Please wait a moment and try again.")

    def __init__(self, wait):
        super().__init__(str(self.message))
        self.wait = wait


class CannotCount(Exception):
    """Neither the cache nor the database can count."""


def count(action, who):
    """Count that `who` (any text) did `action`; raise `TooMany` above its limit in LIMITS."""
    limit = LIMITS[action]
    window, passed = divmod(int(time.time()), limit.seconds)
    wait = limit.seconds - passed
    try:
        number = _counted(f"{action}:{_short(who)}", window, limit)
    except CannotCount:
        if limit.closed:
            raise TooMany(wait) from None
        return
    times = 1 if limit.closed else settings.LIMIT_FACTOR  # no setting makes it easier to guess passwords
    if number > limit.amount * times:
        raise TooMany(wait)


def forgive(action, who):
    """Forget what `who` did: the right password was found after some wrong ones."""
    limit = LIMITS[action]
    window, key = int(time.time()) // limit.seconds, f"{action}:{_short(who)}"
    try:
        if _is_shared():
            cache.delete(f"throttle:{key}:{window}")
        ThrottleCount.objects.filter(key=key, window=window).delete()
    except Exception:
        log.warning("a count of %s could not be forgotten", action)


def throttled(action, methods=WRITING):
    """Decorate a view: count the account, or a visitor's address, on `methods`."""

    def decorate(view):
        @wraps(view)
        def counting(request, *args, **kwargs):
            if request.method in methods:
                count_request(action, request)
            return view(request, *args, **kwargs)

        return counting

    return decorate


def count_request(action, request):
    """Count the account that asks, or the address of a visitor; trusted networks are exempt from limits on reading."""
    if LIMITS[action].exact is False and is_trusted(client_address(request)):
        return
    count(action, who_asks(request))


def who_asks(request):
    """`user:<pk>` or `address:<address>`: people behind one address do not block each other once signed in."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return f"address:{client_address(request)}"


def client_address(request):
    """The address that the request came from; behind PROXY_HOPS proxies what the outermost of them saw."""
    hops = settings.PROXY_HOPS
    address = request.META.get("REMOTE_ADDR", "")
    if hops:
        seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        address = seen[-hops] if len(seen) >= hops else address
    return _network_of(address)


def is_trusted(address):
    """Whether the address belongs to the house: TRUSTED_NETWORKS, such as the reading rooms."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in ipaddress.ip_network(network, strict=False) for network in settings.TRUSTED_NETWORKS)


def _network_of(address):
    """One household has a whole /64 of IPv6: count it as one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False).network_address) if ip.version == 6 else str(ip)


def _short(who):
    """Addresses and mail addresses are not kept as they are."""
    return hashlib.sha256(str(who).lower().encode()).hexdigest()[:32]


def _is_shared():
    return bool(settings.REDIS_URL)


def _counted(key, window, limit):
    if _is_shared():
        try:
            return _in_cache(cache, key, window, limit)
        except Exception:
            log.warning("the shared cache does not count; counting without it")
    return _in_database(key, window) if limit.exact else _in_cache(process_counts, key, window, limit)


def _in_cache(store, key, window, limit):
    name = f"throttle:{key}:{window}"
    store.add(name, 0, limit.seconds + 5)
    try:
        return store.incr(name)
    except ValueError as lost:  # thrown out between the two calls
        raise CannotCount from lost


def _in_database(key, window):
    """One row a key and window, raised by the database itself so that no two requests read the same number."""
    rows = ThrottleCount.objects.filter(key=key, window=window)
    try:
        with transaction.atomic():
            ThrottleCount.objects.bulk_create([ThrottleCount(key=key, window=window)], ignore_conflicts=True)
            rows.update(count=F("count") + 1)
            return rows.values_list("count", flat=True).get()
    except (DatabaseError, ThrottleCount.DoesNotExist) as error:
        raise CannotCount from error


def forget_counts():
    """Drop the rows of windows that are over; return how many. Called by the worker once a day."""
    oldest = int(time.time()) - 2 * DAY
    dropped = 0
    for action, limit in LIMITS.items():
        rows = ThrottleCount.objects.filter(key__startswith=f"{action}:", window__lt=oldest // limit.seconds)
        dropped += rows.delete()[0]
    return dropped
