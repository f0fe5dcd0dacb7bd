"""Writing on at what somebody else may have changed meanwhile."""


class StaleVersion(Exception):
    """Another version was saved meanwhile: nothing is written, and who sent this one is shown both.

    `current` is the thing as it stands now, `yours` the texts that were sent: name of the field -> text.
    """

    def __init__(self, current, **yours):
        super().__init__(f"{current._meta.label_lower}:{current.pk} is at version {current.version}")
        self.current, self.yours = current, yours


def check_version(current, version, **yours):
    """Raise `StaleVersion` when `yours` was started from another version than the one that stands."""
    if int(version) != current.version:
        raise StaleVersion(current, **yours)
