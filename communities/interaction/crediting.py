"""Whose knowledge it is, and who may be told so outside the community where they said it."""

from communities.models import ConversionCredit, Membership


def named_and_unnamed(people, community):
    """`people` in two lists: who may be named to everybody, and who only to those who read `community`.

    Who has no account, such as the author of an imported post, stands beside their own text only. In a closed community
    everybody decides for themselves (`Membership.may_name`); who left it did not agree.
    """
    people = list(dict.fromkeys(person for person in people if person is not None and person.erased_at is None))
    agreed = {one.pk for one in people if one.user_id}
    if community.is_closed:
        willing = Membership.objects.filter(community=community, may_name=True, person__in=agreed)
        agreed = set(willing.values_list("person", flat=True))
    return [one for one in people if one.pk in agreed], [one for one in people if one.pk not in agreed]


def credits_on(output_keys, mode):
    """The credits of the conversions of `mode` that led to one of `output_keys`, with their people."""
    led = {"conversion__parts__role": "output", "conversion__parts__key__in": output_keys}
    return ConversionCredit.objects.filter(conversion__mode=mode, **led).select_related("person").distinct()


def name_again(membership):
    """Let what was credited follow what a member says now about being named outside."""
    theirs = ConversionCredit.objects.filter(
        person=membership.person_id, conversion__threads__community=membership.community_id
    )
    ConversionCredit.objects.filter(pk__in=theirs.values("pk")).update(named=membership.may_name)
