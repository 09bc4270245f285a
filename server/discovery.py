"""Announces the server on the LAN with multicast DNS (RFC 6762, 6763), and knows under which addresses it is reached.

Nothing here stops the server: where announcing is not possible, a notice says so, and it is tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import ifaddr
from zeroconf import AddressResolver, Zeroconf  # type: ignore[attr-defined] # the resolver is documented, not in __all__
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from server.events import Notice, NoticeCode

logger = logging.getLogger(__name__)

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MIAUFLIX_TYPE: Final = "_miauflix._tcp.local."
HTTP_TYPE: Final = "_http._tcp.local."
_LABEL_BYTES = 63 - len("-99")  # a DNS label's limit, less room for the number that tells two of one name apart
_PROBE_MS = 750.0  # RFC 6762, 8.1: three probes, 250 ms apart

# Networks of containers and virtual machines on this computer: nobody else on the LAN is in them.
_INTERNAL = re.compile(
    r"docker|br-[0-9a-f]{12}|veth|virbr|lxcbr|lxdbr|cni|podman|vmnet|vboxnet|vEthernet|VirtualBox|VMware", re.IGNORECASE
)
_TUNNEL = re.compile(r"tun|tap|wg|utun|ppp|tailscale|zt|WireGuard", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Interface:
    """One address of a network interface."""

    name: str
    address: IPAddress


@dataclass(frozen=True, slots=True)
class Service:
    """What is announced: the name people see, an id that stays, the version and the port."""

    name: str
    id: str
    version: str
    port: int


def interfaces() -> list[Interface]:
    """Return this machine's addresses, as the operating system lists them. Blocks for a moment."""
    return [
        Interface(ip.nice_name, ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0]))
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]


def reachable(host: str, found: Iterable[Interface]) -> tuple[IPAddress, ...]:
    """Return the addresses under which others reach a server that listens on ``host``, best for people first.

    Private IPv4 comes first, then IPv6 where that is listened on, tunnels last; link-local addresses and networks of
    containers are left out. A server on every address of a machine without a network is reached over loopback alone.
    """
    try:
        bound = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host or "0.0.0.0")  # noqa: S104
    except ValueError:
        bound = ipaddress.ip_address("0.0.0.0")  # noqa: S104 - a host name: its addresses are among the machine's
    if not bound.is_unspecified:
        return (bound,)
    usable = [
        interface
        for interface in found
        if interface.address.version <= bound.version
        and not (interface.address.is_loopback or interface.address.is_link_local or interface.address.is_multicast)
        and not _INTERNAL.match(interface.name)
    ]
    usable.sort(key=_ease)
    return tuple(dict.fromkeys(interface.address for interface in usable)) or (ipaddress.ip_address("127.0.0.1"),)


def _ease(interface: Interface) -> tuple[bool, int, bool]:
    """Return how easily people use an address, for sorting."""
    address = interface.address
    return bool(_TUNNEL.match(interface.name)), address.version, not address.is_private


def reachable_now(host: str) -> tuple[IPAddress, ...]:
    """Return ``reachable`` for this machine as it is at the moment. Blocks for a moment."""
    return reachable(host, interfaces())


def urls(addresses: Iterable[IPAddress], port: int) -> tuple[str, ...]:
    """Return the addresses that a person types into a browser."""
    return tuple(f"http://[{ip}]:{port}" if ip.version == 6 else f"http://{ip}:{port}" for ip in addresses)  # noqa: PLR2004


class Discovery:
    """Keeps the server announced while the machine's addresses come and go.

    ``notices`` holds the reason while nothing is announced; ``host_name`` is the ``.local`` name that was free.
    ``settled`` is set once the first attempt is over, whether or not it worked.
    """

    def __init__(self, service: Service, addresses: Callable[[], tuple[IPAddress, ...]]) -> None:
        self.host_name: str | None = None
        self.notices: tuple[Notice, ...] = ()
        self.settled = asyncio.Event()
        self._service = service
        self._addresses = addresses
        self._responder: AsyncZeroconf | None = None
        self._announced: tuple[IPAddress, ...] = ()

    async def keep_announced(self, interval: float) -> None:
        """Announce, and again whenever the addresses differ from those ``interval`` seconds ago; never returns."""
        while True:
            try:
                await self._follow()
            except Exception as error:  # noqa: BLE001 - the network's troubles must not end the server
                if not self.notices:
                    logger.warning("The server is not announced on the network: %r", error)
                await self.withdraw()
                self.notices = (_off(error),)
            self.settled.set()
            await asyncio.sleep(interval)  # zeroconf does not notice changed addresses, nor does the standard library

    async def withdraw(self) -> None:
        """Say goodbye on the network, so that the others forget the services at once."""
        responder, self._responder, self._announced, self.host_name = self._responder, None, (), None
        if responder is None:
            return
        try:
            await responder.async_close()
        except Exception as error:  # noqa: BLE001 - as above
            logger.warning("Leaving the network's directory failed: %r", error)

    async def _follow(self) -> None:
        addresses = await asyncio.to_thread(self._addresses)
        own = {*addresses, *(interface.address for interface in await asyncio.to_thread(interfaces))}
        if set(addresses) == set(self._announced) and not self._yields_name(own):
            return
        await self.withdraw()
        self._responder = AsyncZeroconf(interfaces=[str(address) for address in addresses])
        self.host_name = await _free_host_name(self._responder.zeroconf, own)
        infos = _service_infos(self._service, self.host_name, addresses)
        # One after the other takes twice as long: each is probed for and announced with pauses.
        register = self._responder.async_register_service
        announcements = await asyncio.gather(*(register(info, allow_name_change=True) for info in infos))
        await asyncio.gather(*announcements)
        self._announced = addresses
        self.notices = ()
        logger.info("Announced as %s, port %d", self.host_name, self._service.port)

    def _yields_name(self, own: set[IPAddress]) -> bool:
        """Say whether another machine took our host name meanwhile and has the higher address: then it keeps it."""
        if self._responder is None or self.host_name is None:
            return False
        resolver = AddressResolver(f"{self.host_name}.")
        resolver.load_from_cache(self._responder.zeroconf)
        others = _others(resolver, own)
        return bool(others) and max(map(int, others)) > max(map(int, self._announced))


@contextlib.asynccontextmanager
async def advertise(
    service: Service, addresses: Callable[[], tuple[IPAddress, ...]], *, interval: float = 3.0
) -> AsyncIterator[Discovery]:
    """Announce ``service`` on the networks of ``addresses()`` until the end of the block, and say goodbye then.

    Does not wait for the announcement, which takes a second or two. ``addresses`` may block; it is asked every
    ``interval`` seconds. Raises nothing: see ``Discovery.notices``.
    """
    discovery = Discovery(service, addresses)
    keeper = asyncio.create_task(discovery.keep_announced(interval), name="discovery")
    try:
        yield discovery
    finally:
        keeper.cancel()
        await asyncio.wait([keeper])
        await discovery.withdraw()


async def _free_host_name(responder: Zeroconf, own: set[IPAddress]) -> str:
    """Return ``miauflix.local``, or the first ``miauflix-N.local`` that no other machine answers to."""
    for number in itertools.count(1):
        name = "miauflix.local" if number == 1 else f"miauflix-{number}.local"
        resolver = AddressResolver(f"{name}.")
        await resolver.async_request(responder, _PROBE_MS)
        if not _others(resolver, own):
            break
    return name


def _others(resolver: AddressResolver, own: set[IPAddress]) -> set[IPAddress]:
    """Return the addresses of other machines among those that the network gave for a host name."""
    known = {ipaddress.ip_address(text) for text in resolver.parsed_addresses()}
    return {address for address in known - own if not address.is_loopback}


def _service_infos(service: Service, host_name: str, addresses: tuple[IPAddress, ...]) -> list[AsyncServiceInfo]:
    name = _instance_name(service.name)
    texts: dict[str, dict[str, str]] = {
        MIAUFLIX_TYPE: {
            "txtvers": "1",
            "id": service.id,
            "v": service.version,
            "path": "/",
            "api": "/api",
            "auth": "pair",
        },
        HTTP_TYPE: {"path": "/"},
    }
    return [
        AsyncServiceInfo(
            kind,
            f"{name}.{kind}",
            port=service.port,
            properties=text,
            server=f"{host_name}.",
            addresses=[address.packed for address in addresses],
        )
        for kind, text in texts.items()
    ]


def _instance_name(name: str) -> str:
    """Return ``name`` as one DNS label: no dots, no control characters, not too many bytes."""
    printable = "".join(letter for letter in name.replace(".", " ") if letter.isprintable())
    return printable.encode()[:_LABEL_BYTES].decode(errors="ignore").strip() or "Miauflix"


def _off(error: Exception) -> Notice:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return Notice(
        NoticeCode.DISCOVERY_OFF,
        f"Other devices can't find Miauflix by itself ({reason}). They can still open the address shown here.",
    )
