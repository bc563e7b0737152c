"""Who may speak to us and from where: the Origin of a page, and the network a request came from."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

_PREFIX_BITS = {4: 24, 6: 48}
_FETCH_SITES = ("same-origin", "none")
_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")


class Origins:
    """Knows our own address, and whether a proxy before us names the client's."""

    def __init__(self, public_origin: str, *, behind_proxy: bool) -> None:
        self._public_origin = public_origin
        self._behind_proxy = behind_proxy

    def is_ours(self, request: web.Request) -> bool:
        """Tell whether a request may act: from a page of ours, or from no page at all.

        Programs send no Origin; a foreign page cannot leave it out.
        """
        if request.headers.get("Sec-Fetch-Site", "none") not in _FETCH_SITES:
            return False
        origin = request.headers.get("Origin")
        if origin is None or origin == self._public_origin:
            return True
        # On this machine under another name or port; a foreign name that resolves here is foreign.
        parts = urlsplit(origin)
        return parts.hostname in _LOOPBACK_NAMES and parts.netloc == request.host

    def prefix_of(self, request: web.Request) -> bytes:
        """Return the network of the client (IPv4 /24, IPv6 /48), for limits in memory only."""
        address = request.remote or ""
        if self._behind_proxy:
            # The last entry is our own proxy's; what stands before it anybody could have written.
            address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
        return network_of(address)


def network_of(address: str) -> bytes:
    """Return the network of an address as bytes, empty when it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    network = ipaddress.ip_network((parsed, _PREFIX_BITS[parsed.version]), strict=False)
    return network.network_address.packed
