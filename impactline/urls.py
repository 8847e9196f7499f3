"""The map of every address."""

from django.urls import include, path

from impactline.api.root import api, description

urlpatterns = [
    path("api/v1/openapi.json", description, name="api-description"),
    path("api/v1/", api.urls),
    path("", include("impactline.web.addresses")),
]
handler400 = "impactline.web.errors.malformed"
handler403 = "impactline.web.errors.forbidden"
handler404 = "impactline.web.errors.not_found"
handler500 = "impactline.web.errors.failed"
