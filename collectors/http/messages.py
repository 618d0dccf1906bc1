"""What a websocket tells, one text after the other."""

from collections.abc import AsyncIterator

import aiohttp

from collectors.base import SourceRefused, SourceUnavailable
from collectors.http.failures import transport_failure, without_secrets
from collectors.http.limits import Limits


async def texts(url: str, socket: aiohttp.ClientWebSocketResponse, limits: Limits) -> AsyncIterator[str]:
    """Yield the text messages until the server closes the connection.

    Raises:
        SourceUnavailable: the connection broke, fell silent, or spoke something else.
        SourceRefused: a message is larger than a body may be.
    """
    try:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                yield message.data
            elif message.type is aiohttp.WSMsgType.ERROR:
                raise _nonsense(url, socket)
    except (aiohttp.ClientError, OSError) as error:
        raise transport_failure(url, error, limits) from error
    if (broken := socket.exception()) is not None:
        raise SourceUnavailable(f"{without_secrets(url)}: the connection broke ({broken!r}); it is opened again later")


def _nonsense(url: str, socket: aiohttp.ClientWebSocketResponse) -> Exception:
    place = without_secrets(url)
    if socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
        return SourceRefused(f"{place} sends too large a message; ask for less or raise the limit")
    return SourceUnavailable(f"{place} sends what is no websocket; it is opened again later")
