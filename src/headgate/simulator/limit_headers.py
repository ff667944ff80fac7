"""Headers about the provider's own limits, as each vendor words them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from headgate.model.clock import SECOND, Micros
from headgate.simulator.allowance import Allowance
from headgate.simulator.reply import Headers
from headgate.simulator.vendors import Vendor


def limit_headers(books: Mapping[str, Allowance], vendor: Vendor, *, now: Micros) -> Headers:
    """Return the headers about `requests` and `tokens`; Google sends none."""
    if vendor is Vendor.GOOGLE:
        return []
    headers: Headers = []
    for kind, book in books.items():
        if vendor is Vendor.ANTHROPIC:
            start = f"anthropic-ratelimit-{kind}"
            # Whole seconds, rounded up, as Anthropic tells them.
            full = datetime.fromtimestamp(-(-(now + book.until_full) // SECOND), UTC)
            headers.append((f"{start}-limit", str(book.limit)))
            headers.append((f"{start}-remaining", str(book.remaining)))
            headers.append((f"{start}-reset", f"{full:%Y-%m-%dT%H:%M:%SZ}"))
        else:
            headers.append((f"x-ratelimit-limit-{kind}", str(book.limit)))
            headers.append((f"x-ratelimit-remaining-{kind}", str(book.remaining)))
    return headers
