"""Addresses for programs, which speak no language: outside of the languages' prefixes."""

from django.urls import path, re_path

from oralhistory.reading_room import api, crawlers, harvesting

app_name = "programs"
API = "api/v1"

urlpatterns = [
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.index, name="sitemap"),
    path("sitemaps/pages.xml", crawlers.pages, name="sitemap_pages"),
    path("sitemaps/organizations.xml", crawlers.organizations, name="sitemap_organizations"),
    path("sitemaps/testimonies-<int:part>.xml", crawlers.testimonies, name="sitemap_testimonies"),
    path("oai", harvesting.oai, name="oai"),
    path(f"{API}/openapi.json", api.openapi, name="openapi"),
    path(f"{API}/testimonies", api.testimonies, name="testimonies"),
    path(f"{API}/testimonies/<str:id>", api.testimony, name="testimony"),
    path(f"{API}/testimonies/<str:id>/segments", api.segments, name="segments"),
    path(f"{API}/organizations", api.all_organizations, name="organizations"),
    path(f"{API}/organizations/<str:slug>", api.organization, name="organization"),
    path(f"{API}/organizations/<str:slug>/moments", api.moments, name="moments"),
    path(f"{API}/search/moments", api.search, name="search"),
    re_path(rf"^{API}(?P<rest>(/.*)?)$", api.nothing, name="nothing"),
]
