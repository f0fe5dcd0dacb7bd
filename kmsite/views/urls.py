"""The addresses under one's own page."""

from django.urls import path

from kmsite.views import me

urlpatterns = [
    path("", me.MeView.as_view(), name="me"),
    path("settings/", me.SettingsView.as_view(), name="me_settings"),
    path("topics/", me.TopicsView.as_view(), name="me_topics"),
    path("topics/<int:pk>/remove/", me.remove_topic, name="me_remove_topic"),
    path("data/", me.download, name="me_data"),
    path("sign-out-everywhere/", me.sign_out, name="me_sign_out_everywhere"),
    path("close/", me.CloseView.as_view(), name="me_close"),
]
