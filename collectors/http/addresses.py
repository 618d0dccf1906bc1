"""Which addresses are the public internet's, and connections that reach no others.

A name can mean one address while it is looked at and another while it is connected to (DNS rebinding), and an address
can be written in many ways. So it is the socket's own address that is judged, where the connection is made.
"""

import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult

_SPECIAL = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "168.63.129.16/32",
        ),
    )
)
"""IANA's special-purpose registry, multicast and reserved; last, Azure's metadata, which looks like any other host.

Written out, because what ``ipaddress`` calls global differs between releases of Python.
"""

_UNICAST = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
_NAT64 = IPv6Network("64:ff9b::/96")

AddressInfo = tuple[int, int, int, str, tuple[object, ...]]


class PrivateAddress(OSError):
    """A connection would have reached this machine, its network, or nobody."""


def is_public(address: str) -> bool:
    """Whether an address in its usual notation belongs to a host of the public internet.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged as the IPv4 address that it reaches.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inner = _embedded(ip)
        if inner is None:
            return ip in _UNICAST and not any(ip in network for network in _SPECIAL_6)
        ip = inner
    return not any(ip in network for network in _SPECIAL)


def is_this_machine(host: str) -> bool:
    """Whether a host, by name or address, is surely this machine: what is sent to it passes no network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


class PublicResolver(AbstractResolver):
    """Leaves out of another resolver's answers what is not public."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public addresses of a host.

        Raises:
            PrivateAddress: it has none.
            OSError: it is unknown.
        """
        found = await self._inner.resolve(host, port, family)
        public = [answer for answer in found if is_public(answer["host"])]
        if not public:
            raise PrivateAddress(", ".join(answer["host"] for answer in found))
        return public

    async def close(self) -> None:
        """Close the other resolver."""
        await self._inner.close()


def public_socket(info: AddressInfo) -> socket.socket:
    """A socket for a connection to this address, however it was come by: aiohttp resolves no literal ones.

    Raises:
        PrivateAddress: it is not public.
    """
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress(str(address[0]))
    return socket.socket(family, kind, protocol)


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
