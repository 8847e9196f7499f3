"""The REST API: parse, call one action or a few queries, answer in JSON. Under /api/v1, described by OpenAPI 3.1."""
