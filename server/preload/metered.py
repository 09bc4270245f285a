"""Whether the network costs by the byte: NetworkManager knows on Linux. Of other systems we do not ask yet."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from collections.abc import AsyncIterator, Callable

if sys.platform == "linux":
    from jeepney import DBusAddress, DBusErrorResponse, MatchRule, Message, MessageFlag, new_method_call
    from jeepney.bus_messages import message_bus
    from jeepney.io.asyncio import DBusRouter, Proxy, open_dbus_connection
    from jeepney.io.common import RouterClosed
    from jeepney.wrappers import unwrap_msg

_MANAGER = "org.freedesktop.NetworkManager"
_PATH = "/org/freedesktop/NetworkManager"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_METERED = frozenset({1, 3})  # NM_METERED_YES, NM_METERED_GUESS_YES
_PATIENCE = 10.0  # seconds for an answer on the bus
_LOOK_EVERY = 60.0  # seconds after which it is asked without having said anything

_log = logging.getLogger(__name__)


class MeteredNetwork:
    """Knows whether the network costs by the byte, for as long as ``watched`` lasts."""

    def __init__(self) -> None:
        self.is_metered = False
        """Whether it is said to; where nobody says anything it does not."""

    @contextlib.asynccontextmanager
    async def watched(self, changed: Callable[[], None]) -> AsyncIterator[None]:
        """Follow what NetworkManager says; ``changed`` is called when it is something else than before."""
        if sys.platform != "linux":
            yield
            return
        task = asyncio.create_task(self._watch(changed), name="metered")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    if sys.platform == "linux":

        async def _watch(self, changed: Callable[[], None]) -> None:
            while True:
                try:
                    async with contextlib.AsyncExitStack() as stack:
                        async with asyncio.timeout(_PATIENCE):
                            connection = await stack.enter_async_context(await open_dbus_connection("SYSTEM"))
                            router = await stack.enter_async_context(DBusRouter(connection))
                        await self._follow(router, changed)
                except (OSError, EOFError, RouterClosed, DBusErrorResponse, TimeoutError) as error:
                    _log.debug("Nobody says whether the network is metered: %s", type(error).__name__)
                self._take(metered=False, changed=changed)
                await asyncio.sleep(_LOOK_EVERY)

        async def _follow(self, router: DBusRouter, changed: Callable[[], None]) -> None:
            told = MatchRule(type="signal", path=_PATH, interface=_PROPERTIES, member="PropertiesChanged")
            came = MatchRule(type="signal", sender="org.freedesktop.DBus", member="NameOwnerChanged")
            came.add_arg_condition(0, _MANAGER)
            news: asyncio.Queue[Message] = asyncio.Queue(1)
            with router.filter(told, queue=news), router.filter(came, queue=news):
                for rule in (told, came):
                    await Proxy(message_bus, router).AddMatch(rule)
                while True:
                    self._take(metered=await _ask(router) in _METERED, changed=changed)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_LOOK_EVERY):
                            await news.get()

    def _take(self, *, metered: bool, changed: Callable[[], None]) -> None:
        if metered != self.is_metered:
            self.is_metered = metered
            changed()


if sys.platform == "linux":

    async def _ask(router: DBusRouter) -> int:
        """Return NetworkManager's word, 0 (unknown) when it is not there."""
        address = DBusAddress(_PATH, bus_name=_MANAGER, interface=_PROPERTIES)
        question = new_method_call(address, "Get", "ss", (_MANAGER, "Metered"))
        question.header.flags |= MessageFlag.no_auto_start
        try:
            async with asyncio.timeout(_PATIENCE):
                ((_, value),) = unwrap_msg(await router.send_and_get_reply(question))
        except DBusErrorResponse:
            return 0
        return int(value)
