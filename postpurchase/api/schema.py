"""The description of the API (OpenAPI 3.1), made from the views and the documents themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from orders.api import describe as orders
from tracking.api import describe as parcels

INTRODUCTION = """
Orders and parcels in, orders and parcels out. Send your key as `Authorization: Bearer pp_…`.

Amounts are decimal strings of the major unit ("12.34"), moments RFC 3339 with an offset. Writes may
carry an `Idempotency-Key`; every refusal is an `application/problem+json` of RFC 9457.
"""

EXTERNAL_ID = {
    "description": "The shop's id, percent-encoded, such as gid%3A%2F%2Fshopify%2FOrder%2F1",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's
    """Describes the API key."""

    target_class = "postpurchase.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Give the scheme in the words of OpenAPI."""
        return {"type": "http", "scheme": "bearer", "description": "An API key: pp_…"}


def with_documents(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Add the documents' schemas, as msgspec gives them (JSON Schema 2020-12)."""
    (_, components) = msgspec.json.schema_components(
        [*orders.DOCUMENTS, *parcels.DOCUMENTS], ref_template="#/components/schemas/{name}"
    )
    result.setdefault("components", {}).setdefault("schemas", {}).update(components)
    result["info"]["description"] = INTRODUCTION
    operations = [operation for path in result["paths"].values() for operation in path.values()]
    for operation in operations:
        operation["summary"] = operation["description"].partition(". ")[0].rstrip(".")
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "external_id" and parameter["in"] == "path":
                parameter.update(EXTERNAL_ID)
    return result


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """Give the whole description; made once per process."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library's
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema
