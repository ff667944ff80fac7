from __future__ import annotations

import pytest

from headgate.model.entities import (
    Api,
    Backend,
    BackendCredentials,
    Deployment,
    NamedValue,
    Product,
    Service,
    Subscription,
)


def test_an_api_asks_for_a_key_in_apims_header() -> None:
    api = Api(id="a", name="A", path="a")
    assert api.subscription_required
    assert (api.key_header, api.key_query) == ("Ocp-Apim-Subscription-Key", "subscription-key")
    assert not api.accept_bearer_key


def test_a_secret_is_never_shown() -> None:
    value = NamedValue(id="key", name="key", value="hunter2", secret=True)
    assert "hunter2" not in repr(value)
    assert "'***'" in repr(value)


def test_a_plain_value_is_shown() -> None:
    assert "'eu'" in repr(NamedValue(id="region", name="region", value="eu"))


def test_a_backend_has_no_credentials_and_checks_certificates() -> None:
    backend = Backend(id="b", url="https://b")
    assert backend.credentials == BackendCredentials()
    assert backend.validate_certificate_chain
    assert backend.validate_certificate_name


def test_products_and_subscriptions_are_in_force_from_the_start() -> None:
    assert Product(id="p", name="P").state == "published"
    assert Subscription(id="s", name="S", scope="all").state == "active"


def test_a_service_may_be_empty_and_entities_never_change() -> None:
    assert Service().deployment == Deployment()
    with pytest.raises(AttributeError):
        Service().apis = ()  # type: ignore[misc]  # that is what is tested
