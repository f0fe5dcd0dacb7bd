"""What an approval ends with. Wagtail imports this while its models load (WAGTAIL_FINISH_WORKFLOW_ACTION), so it imports nothing."""


def publish_approved(workflow_state, user=None):
    """Publish the version that was approved, though nobody has the right to publish without an approval."""
    workflow_state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
