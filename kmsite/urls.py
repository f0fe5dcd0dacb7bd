"""The addresses of the site: one line an app, Wagtail's pages last."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from kmsite.accounts.urls import admin_doors, page_doors
from kmsite.ops.health import healthz, readyz
from kmsite.ops.wellknown import robots, security
from kmsite.views import guides
from knowledge.feeds import PublicSitemap
from knowledge.views import files

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots),
    path(".well-known/security.txt", security),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": PublicSitemap}}),
    path("", include(admin_doors)),
    path("admin/", include("knowledge.views.guard")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:pk>/<str:filename>", files.document),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", files.media),
]

urlpatterns += i18n_patterns(
    path("", include("knowledge.urls")),
    path("", include("communities.spiral_urls")),
    path("", include("communities.urls")),
    path("maps/", include("maps.urls")),
    path("help/", guides.to_own_guide, name="help"),
    path("help/<slug:name>/", guides.GuideView.as_view(), name="guide"),
    path("me/", include("kmsite.views.urls")),
    path("account/", include("allauth.urls")),
    path("", include(page_doors)),
    path("", include(wagtail_urls)),
)
