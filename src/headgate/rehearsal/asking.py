"""Makes the messages of a test: the requests of its clients and the headers of its answers."""

from __future__ import annotations

from typing import Any

import orjson
from msgspec import UNSET

from headgate.csharp.runtime.jsonreader import parse
from headgate.model.entities import Subscription
from headgate.model.messages import Body, Headers, Request, Url
from headgate.rehearsal.script import Answer, Asked, Pairs, Script, SubscriptionForm
from headgate.rehearsal.world import World
from headgate.routing.router import Match

HOST = "gateway.example"


def request_body(asked: Asked) -> bytes | None:
    """Return the body of a request, or None if it has none."""
    if asked.json is not UNSET:
        return orjson.dumps(asked.json)
    if isinstance(asked.body, list):
        return "".join(text * times for text, times in asked.body).encode()
    return None if asked.body is None else asked.body.encode()


def net_value(value: Any) -> Any:
    """Return a variable's .NET value: an object or list is a JObject or JArray."""
    return parse(orjson.dumps(value).decode()) if isinstance(value, dict | list) else value


def request_of(world: World, asked: Asked, *, content: bytes | None) -> Request:
    """Return the head of a request; its body is still on its way."""
    path, mark, query = asked.path.partition("?")
    headers = listed(asked.headers)
    if asked.json is not UNSET and "content-type" not in headers:
        headers.set("Content-Type", "application/json")
    body = None if content is None else Body(complete=False)
    url = Url("https", HOST, 443, path, mark + query)
    subscription = subscription_of(world, asked)
    if subscription is not None:
        found = world.snapshot.router.match(asked.method, path, query_string=url.query_string)
        if isinstance(found, Match):
            headers.append(found.api.key_header, subscription.primary_key)
    return Request(asked.method, url, headers, body, asked.ip)


def subscription_id(script: Script, asked: Asked) -> str | None:
    """Return the id of the subscription whose key a request carries."""
    named = script.subscription if asked.subscription is UNSET else asked.subscription
    if isinstance(named, SubscriptionForm):
        return named.id
    return None if named is UNSET else named


def subscription_of(world: World, asked: Asked) -> Subscription | None:
    """Return the subscription whose key a request carries."""
    wanted = subscription_id(world.script, asked)
    found = (one for one in world.service.subscriptions if one.id == wanted)
    return next(found, None)


def headers_of(answer: Answer) -> Headers:
    """Return the headers of an answer, with the content type that its body has."""
    headers = listed(answer.headers)
    if "content-type" not in headers:
        if answer.sse is not None:
            headers.set("Content-Type", "text/event-stream")
        elif answer.json is not UNSET:
            headers.set("Content-Type", "application/json")
    return headers


def listed(pairs: Pairs) -> Headers:
    """Return headers as they stand in a test."""
    headers = Headers()
    for name, values in pairs.items():
        for value in [values] if isinstance(values, str) else values:
            headers.append(name, value)
    return headers
