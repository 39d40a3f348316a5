"""What would be downloaded, and from where. Nothing here connects, except `reached`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from app import product
from app.doctor.finding import Finding
from app.doctor.packages import one_line

_DEFAULT_DETECTOR = "blazeface-short-range"
"""The only model that a first run needs and that is not bundled."""

_INDEX = "PyPI"
"""Where models are that come in Python packages. Which host that is depends on the settings of pip."""

_REACH_S = 4.0


def hosts() -> tuple[str, ...]:
    """The hosts that models are downloaded from, without those of Python packages."""
    try:
        from app.weights.manifest import read_manifest

        records = read_manifest(product.BUNDLED_WEIGHTS / "manifest.toml").records
    except Exception:  # noqa: BLE001 — what is wrong with it is among the findings about models
        return ()
    found = dict.fromkeys(_host(source) for record in records for source in record.sources)
    return tuple(host for host in found if host != _INDEX)


def network(*, online: bool = False) -> Iterator[Finding]:
    """What is downloaded when; without connecting to anything."""
    try:
        from app.weights import ModelStore

        store = ModelStore.standard()
        absent = [record for record in store.records if record.sources and not _is_there(store, record.filename)]
    except Exception:  # noqa: BLE001 — as above
        return
    offline = os.environ.get("HOPENET_OFFLINE", "0") not in ("", "0")
    default = next((record for record in absent if record.name == _DEFAULT_DETECTOR), None)
    others = [record for record in absent if record is not default]
    if not absent:
        yield Finding("network.nothing", "ok")
    if offline:
        yield Finding("network.offline", "note")
    if default is not None and offline:
        yield Finding("network.offline-lacks", "warning", {"name": default.name})
    elif default is not None:
        names = ", ".join(dict.fromkeys(map(_host, default.sources)))
        size = f"{(default.size_bytes or 0) / 1e6:.1f}"
        yield Finding("network.default", "note", {"name": default.name, "megabytes": size, "hosts": names})
    if others:
        names = ", ".join(dict.fromkeys(_host(source) for record in others for source in record.sources))
        yield Finding("network.models", "note", {"count": str(len(others)), "hosts": names})
    proxy = next((value for name in ("HTTPS_PROXY", "https_proxy") if (value := os.environ.get(name))), None)
    if proxy is not None:
        yield Finding("network.proxy", "note", {"proxy": urlsplit(proxy).netloc.rpartition("@")[2] or "?"})
    if absent and not online:
        yield Finding("network.not-asked", "note")


def reached(host: str) -> Iterator[Finding]:
    """Connects to a host, and asks for nothing but its first page's header."""
    import requests

    try:
        requests.head(f"https://{host}/", timeout=_REACH_S, allow_redirects=False)
    except (requests.RequestException, OSError) as error:
        yield Finding("network.not-reached", "warning", {"host": host, "reason": _reason(error)})
    else:
        yield Finding("network.reached", "ok", {"host": host})


def _reason(error: BaseException) -> str:
    import requests

    if isinstance(error, requests.Timeout):
        return f"there was no answer within {_REACH_S:g} seconds."
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refuses the connection."
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not accepted."
    if isinstance(error, requests.ConnectionError):
        return "its name is not found, or nothing answers there."
    return one_line(error)


def _is_there(store: object, filename: str) -> bool:
    """Whether a file of that name is in one of the folders. Hashes are among the findings about models."""
    places: tuple[tuple[str, os.PathLike[str]], ...] = getattr(store, "_places", ())
    return any(os.path.isfile(os.path.join(folder, filename)) for _, folder in places)  # noqa: PTH113, PTH118


def _host(source: object) -> str:
    url = getattr(source, "url", None)
    return urlsplit(url).netloc if url else _INDEX
