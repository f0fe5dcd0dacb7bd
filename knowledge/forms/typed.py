"""What somebody wrote into a form that was not taken: it is given back, on the page that says why."""

# Never shown again: what is secret, and what the form wrote itself.
SECRET = ("password", "csrf", "token", "code", "key", "secret", "otp", "made", "next", "credential")
# Fields for words, of which one alone is worth keeping; notes stand beside posts as “note-12”.
WORDS = ("text", "title", "note", "reason", "tried", "happened", "learned", "question", "picture_title")


def typed(fields):
    """The texts among `fields`, in their order: what has words in it and is no secret."""
    found = ((name, value) for name in fields if not _is_secret(name) for value in fields.getlist(name))
    return [value for name, value in found if _is_text(name, value.strip())]


def _is_secret(name):
    return any(word in name.lower() for word in SECRET)


def _is_text(name, value):
    """Anything in a field for words; elsewhere more than one word, or a few Chinese characters: not the value of a choice."""
    if name.partition("-")[0] in WORDS:
        return bool(value)
    return " " in value or "\n" in value or sum(ord(letter) > 0x2E80 for letter in value) >= 4
