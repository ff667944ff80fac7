from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from headgate.rehearsal.fixture import service_of, settings_of
from headgate.rehearsal.script import Asked, BackendForm, PriceForm, Script, Settings, UserForm
from headgate.settings.gateway import GatewaySettings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("policy.xml", "broad.xml", "part.xml"):
        (tmp_path / name).write_text(f"<{name} />")
    return tmp_path


def test_document_belongs_to_the_operation_unless_a_scope_names_it(folder: Path) -> None:
    service = service_of(Script(requests=[]), folder, document="policy.xml")
    assert service.operation_policies["api", "operation"].text == "<policy.xml />"
    assert service.products == ()
    script = Script(requests=[], scopes={"global": "broad.xml", "product": "policy.xml"})
    service = service_of(script, folder, document="policy.xml")
    assert service.operation_policies == {}
    assert service.global_policy is not None
    assert service.global_policy.file == "broad.xml"
    assert service.product_policies["product"].text == "<policy.xml />"
    assert [product.id for product in service.products] == ["product"]


def test_there_is_a_subscription_for_each_that_is_named(folder: Path) -> None:
    requests = [Asked(), Asked(subscription="b"), Asked(subscription=None)]
    script = Script(requests=requests)
    service = service_of(script, folder, document="policy.xml")
    assert [(one.id, one.scope) for one in service.subscriptions] == [
        ("subscription-1", "all"),
        ("b", "all"),
    ]
    script = Script(requests=[], subscription="c", scopes={"product": "broad.xml"})
    (one,) = service_of(script, folder, document="policy.xml").subscriptions
    assert (one.id, one.scope, one.scope_id) == ("c", "product", "product")


def test_entities_are_those_of_the_script(folder: Path) -> None:
    credentials = {"header": [["api-key", ["k"]]]}
    script = Script(
        requests=[],
        backends={"east": BackendForm(url="http://east/", credentials=credentials)},
        named_values={"a": "b"},
        fragments={"f": "part.xml"},
        api_path="/base",
        service_url=None,
    )
    service = service_of(script, folder, document="policy.xml")
    assert service.backends[0].credentials.header == (("api-key", ("k",)),)
    assert service.named_values[0].value == "b"
    assert service.fragments["f"].text == "<part.xml />"
    assert (service.apis[0].path, service.apis[0].service_url) == ("/base", None)


def test_document_that_is_missing_raises(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        service_of(Script(requests=[]), folder, document="other.xml")


def test_settings_of_a_test_go_before_those_of_the_service() -> None:
    base = GatewaySettings(admission="strict", strict_max_completion=7)
    assert settings_of(Settings(), base) == base
    form = Settings(
        admission="apim",
        prices={"m": PriceForm(input="2.50", output="10")},
        completion_caps={"n": 5},
    )
    changed = settings_of(form, base)
    assert (changed.admission, changed.strict_max_completion) == ("apim", 7)
    priced, capped = changed.models
    assert priced.prices is not None
    assert (priced.model, priced.prices.input) == ("m", Decimal("2.50"))
    assert (capped.model, capped.max_completion_tokens, capped.prices) == ("n", 5, None)


def test_user_owns_the_subscriptions_and_has_groups(folder: Path) -> None:
    script = Script(requests=[], user=UserForm(id="u", email="u@x", groups=["staff"]))
    service = service_of(script, folder, document="policy.xml")
    (user,) = service.users
    assert (user.email, [group.name for group in user.groups]) == ("u@x", ["staff"])
    assert [one.owner_id for one in service.subscriptions] == ["u"]
