"""`check --deploy` asks whether the search cluster can be reached as the settings say; the site starts without it all the same."""

from django.core.checks import Warning, register

from knowledge.search.backends.elastic import indices
from knowledge.search.backends.elastic.connection import Unavailable, is_configured


@register("search", deploy=True)
def the_cluster_answers(app_configs, **kwargs):
    if not is_configured():
        return []
    try:
        indices.greet()
        indices.ours()
    except Unavailable as error:
        return [Warning(f"Elasticsearch: {error}.", hint="The database answers meanwhile.", id="knowledge.W001")]
    return []
