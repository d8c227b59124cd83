"""Pictures from the web, whose addresses programs may give: of public hosts alone.

A server sees more than its visitors may: its own services, the network behind it, the keys
that a cloud hands to its machines. So each host is looked up here, and asked at the very
address that was found to be public; redirections go through the same.
"""

import asyncio
import ipaddress
from pathlib import Path
from socket import getaddrinfo
from urllib.parse import unquote, urljoin, urlsplit

import anyio.to_thread
import httpx
from gradio_client.utils import strip_invalid_filename_characters
from safehttpx import AsyncSecureTransport

import humanseg
from humanseg.demo import files
from humanseg.errors import ImageError

MAX_BYTES = 50_000_000
MAX_SECONDS = 15
MAX_REDIRECTS = 5
HEADERS = {"Accept-Encoding": "identity", "User-Agent": f"humanseg/{humanseg.__version__}"}


def fetch(url: str) -> Path:
    """Downloads a file into the upload folder.

    Args:
        url: Its address, with http or https.

    Raises:
        ImageError: It is not of a public host, or not there; or it has more than
            `MAX_BYTES` or takes longer than `MAX_SECONDS`.
    """
    try:
        return asyncio.run(_fetch(url))
    except TimeoutError as error:
        raise ImageError(
            f"{_short(url)} took longer than {MAX_SECONDS} seconds; upload the file instead."
        ) from error
    except _TooLargeError as error:
        raise ImageError(f"{_short(url)} has more than {MAX_BYTES // 10**6} MB.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise _refusal(url) from error


def _refusal(url: str) -> ImageError:
    """In the same words for all, which tell nothing of hosts that are not public."""
    return ImageError(f"{_short(url)} cannot be fetched; it must be a picture's public address.")


def _short(url: str) -> str:
    return url if len(url) <= 100 else f"{url[:100]}..."


def file_name(url: str) -> str:
    """What a file from an address is called here, also if nothing can be there."""
    try:
        path = urlsplit(url).path
    except ValueError:  # such as half of an address of IPv6, which `fetch` refuses
        path = ""
    return strip_invalid_filename_characters(Path(unquote(path)).name) or "file"


class _TooLargeError(Exception):
    pass


async def _fetch(url: str) -> Path:
    name = file_name(url)
    async with asyncio.timeout(MAX_SECONDS):
        for _ in range(MAX_REDIRECTS + 1):
            transport = AsyncSecureTransport(await public_address(httpx.URL(url).host))
            async with (
                # Neither proxies nor passwords of the environment.
                httpx.AsyncClient(transport=transport, headers=HEADERS, trust_env=False) as client,
                client.stream("GET", url) as answer,
            ):
                if answer.has_redirect_location:
                    url = urljoin(url, answer.headers["Location"])
                    continue
                answer.raise_for_status()
                return await _save(answer, name)
    raise ValueError("too many redirections")


async def _save(answer: httpx.Response, name: str) -> Path:
    path, size = files.new_path(name), 0
    try:
        with path.open("xb") as file:
            async for part in answer.aiter_raw():
                size += len(part)
                if size > MAX_BYTES:
                    raise _TooLargeError
                file.write(part)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


async def public_address(host: str) -> str:
    """An IP address of a host at which everybody could ask it.

    Raises:
        OSError: The host is not known.
        ValueError: It has no such address.
    """
    # Not the loop's own, whose thread has to be waited for in the end, however long it takes.
    found = await anyio.to_thread.run_sync(getaddrinfo, host, None, abandon_on_cancel=True)
    for *_, address in found:
        if is_public(str(address[0])):
            return str(address[0])
    raise ValueError(f"{host} is not public")


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, and leads nowhere else from there."""
    ip = ipaddress.ip_address(address)
    return ip.is_global and not (
        ip.is_multicast
        or ip.is_reserved
        or getattr(ip, "is_site_local", False)
        or getattr(ip, "sixtofour", None)
    )
