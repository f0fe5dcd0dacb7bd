"""What a thread waits for, in a few words, by its stage."""

from django.utils.translation import gettext_lazy

from communities.seci import Stage

WAITS_FOR = {
    Stage.SOCIALIZATION: gettext_lazy("nobody has answered yet"),
    Stage.EXTERNALIZATION: gettext_lazy("next: put it into words"),
    Stage.COMBINATION: gettext_lazy("next: a librarian makes an entry of it"),
    Stage.INTERNALIZATION: gettext_lazy("next: try it and tell how it went"),
    Stage.PRACTISED: gettext_lazy("tried out; what is still open?"),
}
