"""What context tells about the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[[str], Any]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (
            "@(context.Api.Id + context.Api.ServiceUrl.Host + context.Api.Protocols.Count())",
            "ab.example2",
        ),
        ("@(context.Operation.UrlTemplate)", "/chat"),
        ("@(context.Product.State == ProductState.Published)", True),
        ("@(context.Subscription.Key + context.Subscription.CreatedDate.Year)", "k2024"),
        ("@(context.Subscription.EndDate == null)", True),
        ("@(context.User.Groups.First().Id)", "developers"),
        ("@(context.User.Groups.First().Name)", "Developers"),
        (
            "@(context.User.Identities.Single().Provider + context.User.Identities.First().Id)",
            "Basicu-1",
        ),
        ("@(context.User.RegistrationDate.Year)", 2023),
        ("@(context.Product.Groups.Any())", False),
        ("@(context.Deployment.Gateway.IsManaged)", True),
        ("@(context.Backend.Id)", "System.NullReferenceException"),
        ("@(context.Api.SubscriptionKeyParameterNames.Query)", "subscription-key"),
    ],
)
def test_entities(run: Run, source: str, value: Any) -> None:
    assert run(source) == value
