"""The public addresses of knowledge."""

from django.urls import path

from knowledge.feeds import SavedSearchFeed
from knowledge.views import (
    browse,
    diagram,
    entry,
    inventory,
    learning,
    opensearch,
    person,
    pins,
    saved,
    search,
    searched_words,
    searches,
    tell,
    topics,
)

urlpatterns = [
    path("diagram-frame/", diagram.diagram_frame, name="diagram_frame"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("search/suggest/", search.suggest, name="search_suggest"),
    path("search/opensearch.xml", opensearch.description, name="opensearch"),
    path("search/opensearch.json", opensearch.suggestions, name="opensearch_suggest"),
    path("search/saved/new/", saved.SaveSearchView.as_view(), name="saved_search_new"),
    path("search/saved/<int:pk>/", saved.SavedSearchView.as_view(), name="saved_search"),
    path("search/saved/<str:token>.atom", SavedSearchFeed(), name="saved_search_feed"),
    path("search/opened/", learning.opened, name="search_opened"),
    path("browse/", browse.BrowseView.as_view(), name="browse"),
    path("entries/<int:pk>/", entry.permanent, name="entry"),
    path("entries/<int:pk>/check/", entry.check, name="entry_check"),
    path("entries/<int:pk>.bib", entry.citation, {"file_format": "bib"}, name="entry_bib"),
    path("entries/<int:pk>.ris", entry.citation, {"file_format": "ris"}, name="entry_ris"),
    path("people/<int:pk>/", person.PersonView.as_view(), name="person"),
    path("tell/", tell.TellView.as_view(), name="tell"),
    path("told/<str:token>/", tell.ToldView.as_view(), name="told"),
    path("inventory/", inventory.InventoryView.as_view(), name="inventory"),
    path("inventory/entries/", inventory.EntriesView.as_view(), name="inventory_entries"),
    path("inventory/captures/", inventory.CapturesView.as_view(), name="inventory_captures"),
    path("inventory/topics/", inventory.TopicsWithoutEntryView.as_view(), name="inventory_topics"),
    path("inventory/searches/", searches.SearchesView.as_view(), name="searches"),
    path("inventory/searches/list/", searches.SearchedWordsList.as_view(), name="searches_list"),
    path("inventory/searches/words/", searched_words.SearchedWordsView.as_view(), name="searched_words"),
    path("inventory/searches/months/", searches.EarlierMonths.as_view(), name="searches_months"),
    path("inventory/searches/first/", pins.PinsView.as_view(), name="search_pins"),
    path("topics/", topics.TopicsView.as_view(), name="topics"),
    path("topics/<int:pk>/", topics.TopicView.as_view(), name="topic"),
    path("topics/<int:pk>.ttl", topics.topic_file, {"file_format": "ttl"}, name="topic_ttl"),
    path("topics/<int:pk>.jsonld", topics.topic_file, {"file_format": "json-ld"}, name="topic_jsonld"),
]
