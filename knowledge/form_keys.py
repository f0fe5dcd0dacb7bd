"""The key that a form carries, so that sending it twice makes one thing."""

import hashlib


def own_key(form_key, *whose):
    """`form_key` as it is kept: together with `whose` form it was, so that it means nothing to anybody else; None without one."""
    return hashlib.sha256("\n".join(map(str, [form_key, *whose])).encode()).hexdigest()[:40] if form_key else None
