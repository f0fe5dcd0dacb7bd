"""The public addresses of talk. What stands under a fixed word comes before the communities themselves."""

from django.urls import path
from django.views.decorators.http import require_safe

from communities import feeds
from communities.views import (
    acts,
    asking,
    community,
    members,
    moderating,
    posts,
    queue,
    thread,
    threads,
    watching,
    writing,
)

urlpatterns = [
    path("communities/", community.CommunitiesView.as_view(), name="communities"),
    path("communities/new/", community.OpenView.as_view(), name="community_new"),
    path("communities/ask/", asking.AskView.as_view(), name="ask"),
    path("communities/ask/similar/", asking.similar_view, name="talk_similar"),
    path("communities/threads/", threads.ThreadsView.as_view(), name="threads"),
    path("communities/threads.atom", require_safe(feeds.TalkFeed()), name="threads_feed"),
    path("communities/queue/", queue.QueueView.as_view(), name="queue"),
    path("communities/invitations/<str:token>/", members.InvitationView.as_view(), name="invitation"),
    path("communities/off/<str:token>/", watching.OffView.as_view(), name="watch_off"),
    path("communities/preview/", writing.preview, name="talk_preview"),
    path("communities/draft/", writing.draft, name="talk_draft"),
    path("communities/images/", writing.upload, name="talk_image"),
    path("communities/images/<int:pk>/", writing.picture, name="talk_picture"),
    path("communities/posts/<int:pk>/edit/", posts.EditView.as_view(), name="post_edit"),
    path("communities/posts/<int:pk>/delete/", posts.DeleteView.as_view(), name="post_delete"),
    path("communities/posts/<int:pk>/history/", posts.HistoryView.as_view(), name="post_history"),
    path("communities/posts/<int:pk>/comment/", posts.CommentView.as_view(), name="post_comment"),
    path("communities/posts/<int:pk>/flag/", posts.FlagView.as_view(), name="post_flag"),
    path("communities/posts/<int:pk>/accept/", acts.AcceptView.as_view(), name="post_accept"),
    path("communities/posts/<int:pk>/helpful/", acts.HelpfulView.as_view(), name="post_helpful"),
    path("communities/posts/<int:pk>/moderate/", moderating.ModeratePostView.as_view(), name="post_moderate"),
    path("practice/<int:pk>/moderate/", moderating.ModerateReportView.as_view(), name="practice_moderate"),
    path("practice/<int:pk>/flag/", posts.FlagReportView.as_view(), name="practice_flag"),
    path("communities/<str:slug>/", community.CommunityView.as_view(), name="community"),
    path("communities/<str:slug>/edit/", community.SettingsView.as_view(), name="community_edit"),
    path("communities/<str:slug>/members/", members.MembersView.as_view(), name="community_members"),
    path("communities/<str:slug>/join/", members.JoinView.as_view(), name="community_join"),
    path("communities/<str:slug>/leave/", members.LeaveView.as_view(), name="community_leave"),
    path("communities/<str:slug>/invite/", members.InviteView.as_view(), name="community_invite"),
    path("communities/<str:slug>/queue/", queue.CommunityQueueView.as_view(), name="community_queue"),
    path("communities/<str:slug>/threads/", threads.CommunityThreadsView.as_view(), name="community_threads"),
    path("communities/<str:slug>/threads.atom", require_safe(feeds.CommunityFeed()), name="community_feed"),
    path("communities/<str:slug>/threads/<int:pk>/", thread.ThreadView.as_view(), name="thread"),
    path("communities/<str:slug>/threads/<int:pk>.atom", require_safe(feeds.ThreadFeed()), name="thread_feed"),
    path("communities/<str:slug>/threads/<int:pk>/edit/", moderating.EditThreadView.as_view(), name="thread_edit"),
    path(
        "communities/<str:slug>/threads/<int:pk>/delete/", moderating.DeleteThreadView.as_view(), name="thread_delete"
    ),
    path("communities/<str:slug>/threads/<int:pk>/move/", moderating.MoveThreadView.as_view(), name="thread_move"),
    path(
        "communities/<str:slug>/threads/<int:pk>/moderate/",
        moderating.ModerateThreadView.as_view(),
        name="thread_moderate",
    ),
    path("communities/<str:slug>/threads/<int:pk>/watch/", watching.WatchView.as_view(), name="thread_watch"),
]
