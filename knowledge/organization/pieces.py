"""Long lists of keys in pieces: a query takes so many parameters only."""

PIECE = 2000


def in_pieces(keys, size=PIECE):
    """`keys` in lists of `size` at most."""
    keys = list(keys)
    return (keys[start : start + size] for start in range(0, len(keys), size))


def keys_of(model, uris):
    """URI -> key of those things of `model` that the database has."""
    found = {}
    for piece in in_pieces(sorted(uris)):
        found.update(model.objects.filter(uri__in=piece).values_list("uri", "pk"))
    return found
