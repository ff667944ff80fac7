from __future__ import annotations

from headgate.model.access import Access, Doorkeeper
from headgate.model.entities import Api
from headgate.model.messages import Headers, Request, Url
from headgate.testing.snapshots import OpenDoor
from headgate.testing.virtual_clock import START


def test_access_may_be_in_nobodys_name() -> None:
    assert Access() == Access(subscription=None, product=None)


def test_a_doorkeeper_answers_with_access() -> None:
    door: Doorkeeper = OpenDoor()
    request = Request("GET", Url("http", "gw", 80, "/", ""), Headers(), None, "127.0.0.1")
    assert door.admit(Api(id="a", name="A", path="a"), request, now=START) == Access()
