"""From which address a request really comes, where proxies stand in between."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proxies:
    """Those whose word is taken; without any, every request comes from where its connection does."""

    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @staticmethod
    def of(texts: Sequence[str]) -> "Proxies":
        """From addresses and networks as a configuration has them."""
        return Proxies(tuple(ipaddress.ip_network(one) for one in texts))

    def believes(self, address: str) -> bool:
        """Whether this is one of them."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        return any(parsed.version == one.version and parsed in one for one in self.networks)

    def client_of(self, peer: str, forwarded: str) -> str:
        """Where a request comes from: the last address before the believed proxies.

        Args:
            peer: the other end of the connection.
            forwarded: the header X-Forwarded-For. Each proxy adds at its end whom it heard from, so what stands before
                an address that is not believed may be invented.
        """
        client = peer
        for said in reversed([one.strip() for one in forwarded.split(",") if one.strip()]):
            if not self.believes(client):
                break
            client = said
        return client
