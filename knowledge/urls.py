"""The public addresses of knowledge."""

from django.urls import path

from knowledge.views import inventory, person, tell

urlpatterns = [
    path("people/<int:pk>/", person.PersonView.as_view(), name="person"),
    path("tell/", tell.TellView.as_view(), name="tell"),
    path("told/<str:token>/", tell.ToldView.as_view(), name="told"),
    path("inventory/", inventory.InventoryView.as_view(), name="inventory"),
    path("inventory/entries/", inventory.EntriesView.as_view(), name="inventory_entries"),
    path("inventory/captures/", inventory.CapturesView.as_view(), name="inventory_captures"),
    path("inventory/topics/", inventory.TopicsWithoutEntryView.as_view(), name="inventory_topics"),
]
