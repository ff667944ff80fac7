from __future__ import annotations

from headgate.stores.usage.errors import DatabaseUnavailable, UsageStoreError


def test_an_outage_is_an_error_with_a_hint_like_all_others() -> None:
    error: UsageStoreError = DatabaseUnavailable("it is down", hint="start it")
    assert (str(error), error.hint) == ("it is down", "start it")
