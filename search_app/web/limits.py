"""How often one client may ask: a token bucket for each, in the memory of one serving process.

A bucket holds a minute's worth of requests and fills up steadily. Promise: memory is bounded, and who keeps below the
rate is never refused. Knows addresses as text, not HTTP.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from search_app.errors import RequestError

MOST_CLIENTS: Final = 10_000
# One household or company has at least this much of IPv6; it counts as one client.
IPV6_NETWORK: Final = 64
# What sums of fractions of seconds may be off by.
_NOISE: Final = 1e-6


class RateLimitedError(RequestError):
    """One client asked too often; after `retry` seconds it may ask again."""

    def __init__(self, rate: int, retry: int) -> None:
        super().__init__(f"more than {rate} requests a minute", kind="rate-limited", limit=rate)
        self.retry = retry


class RateLimit:
    """Counts the requests of each client.

    rate    requests a minute that one client may make
    clock   monotonic seconds
    """

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        # client → tokens left and when they were counted, the one seen longest ago first
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str) -> None:
        """Count one request.

        address   of the client
        raises    RateLimitedError
        """
        client, now = client_of(address), self._clock()
        with self._lock:
            tokens, then = self._buckets.pop(client, (float(self._rate), now))
            tokens = min(float(self._rate), tokens + (now - then) * self._rate / 60)
            allowed = tokens >= 1 - _NOISE
            self._buckets[client] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > MOST_CLIENTS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = (1 - tokens) * 60 / self._rate
            raise RateLimitedError(self._rate, max(1, math.ceil(wait - _NOISE)))


def client_of(address: str) -> str:
    """Who counts as one client: an IPv4 address, a network of IPv6 addresses, else the text as it is."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known), IPV6_NETWORK), strict=False))
