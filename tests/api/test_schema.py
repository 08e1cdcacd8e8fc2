"""The description of the API: valid, complete, and true."""

import hypothesis
import jsonschema
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from postpurchase.api.schema import description
from postpurchase.urls import urlpatterns
from tests.factories import OrderFactory

METHODS = {"get", "put", "post", "patch", "delete"}


def operations():
    return [
        pytest.param(operation, id=f"{method} {path}")
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def validator(schema):
    """Hold something against a schema of the description."""
    return Draft202012Validator({**schema, "components": description()["components"]})


def test_the_description_is_openapi_3_1():
    schema = description()

    assert schema["openapi"] == "3.1.0"
    assert schema["info"]["title"] == "Postpurchase API"
    for name, component in schema["components"]["schemas"].items():
        Draft202012Validator.check_schema(component)
        assert component.get("description"), name
    assert schemathesis.openapi.from_dict(schema).validate() is None


def test_every_view_of_the_api_is_described():
    [api] = [p for p in urlpatterns if str(p.pattern) == "api/v1/"]
    views = []
    for pattern in api.url_patterns:
        views += getattr(pattern, "url_patterns", [])
    described = {
        path: {method.upper() for method in methods}
        for path, methods in description()["paths"].items()
    }

    expected = {}
    for pattern in views:
        path = f"/api/v1/{pattern.pattern}".replace("<anything:", "{").replace("<uuid:", "{")
        expected[path.replace(">", "}")] = {
            name.upper() for name in METHODS if hasattr(pattern.callback.cls, name)
        }
    assert described == expected


@pytest.mark.parametrize("operation", operations())
def test_every_operation_has_words_and_valid_examples(operation):
    assert operation["description"]
    assert operation["summary"]
    assert operation["security"] == [{"key": []}]
    contents = [
        content
        for answer in operation["responses"].values()
        for content in answer["content"].values()
    ]
    contents += operation.get("requestBody", {"content": {}})["content"].values()
    examples = [
        (content["schema"], example["value"])
        for content in contents
        for example in content.get("examples", {}).values()
    ]
    assert len(examples) >= 2
    for schema, example in examples:
        validator(schema).validate(example)


def test_a_wrong_example_would_be_noticed():
    with pytest.raises(jsonschema.ValidationError):
        validator({"$ref": "#/components/schemas/PutOrderDoc"}).validate({"number": 5})


def test_examples_can_be_sent_as_they_are(api):
    for operation in (p.values[0] for p in operations()):
        for content in operation.get("requestBody", {"content": {}})["content"].values():
            [example] = content["examples"].values()
            if "orders" in example["value"]:
                assert api.post("orders/batch", example["value"]).json()["created"] == 1
    assert api.get("orders/10442").status_code == 200


def test_anybody_may_read_the_description(db):
    answer = Client().get("/api/v1/schema")

    assert answer.status_code == 200
    assert answer.json()["openapi"] == "3.1.0"


def test_the_page_to_read_it_asks_nobody_else(db):
    answer = Client().get("/api/v1/docs/")

    assert answer.status_code == 200
    assert "http" not in answer.content.decode().replace("http-equiv", "")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "default-src 'none'" in policy


@pytest.fixture
def _one_connection():
    """Keep the test's transaction open from request to request, as Django's own client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def fuzzed():
    schema = schemathesis.openapi.from_dict(description())
    schema.app = get_wsgi_application()
    found = [result.ok() for result in schema.get_all_operations()]
    return [pytest.param(operation, id=operation.label) for operation in found]


@pytest.mark.usefixtures("_one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", fuzzed())
def test_the_api_keeps_to_its_description_whatever_is_sent(operation, mode, key, settings):
    settings.ALLOWED_HOSTS, settings.API_REQUESTS_PER_MINUTE = ["localhost"], 1_000_000
    OrderFactory(merchant=key.merchant, external_id="0", lines=1)

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    def fuzz(case):
        response = case.call(headers={"Authorization": f"Bearer {key.plain}"})
        case.validate_response(
            response,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    fuzz()
