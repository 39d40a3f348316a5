"""Real servers of object stores and of a network disk, for tests: S3 (moto), Google's (an emulator), SMB (Samba)."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

KINDS = ("s3", "gs", "smb")
BUCKET = "films"
_PASSWORD = "secret"


class Server(Protocol):
    """A running server with an empty bucket named “films”. `port`: where it listens."""

    port: int

    def use(self, port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> str:
        """Has this process and those that it starts use the server through this port; returns the bucket's address.

        `impatient`: the store's package tries nothing again by itself.
        """
        ...

    def disconnect(self) -> None:
        """Ends the connections that are kept open."""
        ...


@dataclass
class Bucket:
    """A bucket that a test may fill. `address`: such as s3://films; `path`: its path in its file system."""

    server: Server
    address: str
    path: str

    @property
    def files(self) -> Any:
        """Its file system, connected as it is now."""
        from fsspec.core import url_to_fs

        return url_to_fs(self.address)[0]

    def use(self, port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> str:
        return self.server.use(port, monkeypatch, impatient=impatient)

    def write(self, name: str, content: bytes) -> None:
        folder = f"{self.path}/{name}".rpartition("/")[0]
        self.files.makedirs(folder, exist_ok=True)
        self.files.pipe_file(f"{self.path}/{name}", content)

    def read(self, name: str) -> bytes:
        self.files.invalidate_cache()
        content: bytes = self.files.cat_file(f"{self.path}/{name}")
        return content

    def names(self, folder: str = "") -> list[str]:
        """The files in a folder and below, relative to it."""
        self.files.invalidate_cache()
        place = f"{self.path}/{folder}".rstrip("/")
        return [one.removeprefix(f"{place}/") for one in self.files.find(place)]


@contextmanager
def server_of(kind: str) -> Iterator[Server]:
    """A server of this kind; the test is skipped if what it needs is not installed."""
    with {"s3": _s3_server, "gs": _google_server, "smb": _smb_server}[kind]() as server:
        yield server


@contextmanager
def bucket_of(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """The server's bucket, which is emptied at the end."""
    from fsspec.core import url_to_fs

    address = server.use(server.port, monkeypatch)
    files, path = url_to_fs(address)
    files.invalidate_cache()
    if not files.exists(path):
        files.mkdir(path)
    files.invalidate_cache()
    made = Bucket(server, address, path)
    yield made
    server.use(server.port, monkeypatch)
    for name in made.names():
        made.files.rm_file(f"{path}/{name}")
    made.files.invalidate_cache()
    server.disconnect()


def _configure(monkeypatch: pytest.MonkeyPatch, protocol: str, known: dict[str, Any]) -> None:
    import fsspec.config

    monkeypatch.setitem(fsspec.config.conf, protocol, known)
    for name, value in known.items():
        if isinstance(value, str):
            monkeypatch.setenv(f"FSSPEC_{protocol.upper()}_{name.upper()}", value)


class _S3:
    def __init__(self, port: int) -> None:
        self.port = port

    def use(self, port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> str:
        import s3fs

        known: dict[str, Any] = {"endpoint_url": f"http://127.0.0.1:{port}", "key": "a", "secret": "b"}
        if impatient:
            known["config_kwargs"] = {"retries": {"max_attempts": 1}}
            monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
        _configure(monkeypatch, "s3", known)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        s3fs.S3FileSystem.clear_instance_cache()
        return f"s3://{BUCKET}"

    def disconnect(self) -> None:
        """Nothing is kept open."""


@contextmanager
def _s3_server() -> Iterator[Server]:
    pytest.importorskip("s3fs")
    moto = pytest.importorskip("moto.server")
    started = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    yield _S3(started.get_host_and_port()[1])
    started.stop()


class _Google:
    def __init__(self, port: int) -> None:
        self.port = port

    def use(self, port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> str:
        import gcsfs
        import gcsfs.retry

        if impatient:
            monkeypatch.setattr(gcsfs.GCSFileSystem, "retries", 1)
        known = {"endpoint_url": f"http://127.0.0.1:{port}", "token": "anon", "project": "films"}
        for protocol in ("gs", "gcs"):
            _configure(monkeypatch, protocol, known)
        gcsfs.GCSFileSystem.clear_instance_cache()
        return f"gs://{BUCKET}"

    def disconnect(self) -> None:
        """Nothing is kept open."""


@contextmanager
def _google_server() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        # It would ask for the kind of bucket in another protocol, which the emulator does not speak.
        patch.setenv("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
        pytest.importorskip("gcsfs")
        emulator = pytest.importorskip("gcp_storage_emulator.server")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        started = emulator.create_server("127.0.0.1", port, in_memory=True)
        started.start()
        yield _Google(port)
        started.stop()


class _Samba:
    def __init__(self, port: int) -> None:
        self.port = port

    def use(self, port: int, monkeypatch: pytest.MonkeyPatch, *, impatient: bool = False) -> str:
        from fsspec.implementations.smb import SMBFileSystem

        known: dict[str, Any] = {"username": getpass.getuser(), "password": _PASSWORD}
        if impatient:
            known["register_session_retries"] = 0
        _configure(monkeypatch, "smb", known)
        self.disconnect()
        SMBFileSystem.clear_instance_cache()
        return f"smb://127.0.0.1:{port}/{BUCKET}"

    def disconnect(self) -> None:
        import smbclient

        smbclient.reset_connection_cache(fail_on_error=False)


@contextmanager
def _smb_server() -> Iterator[Server]:
    pytest.importorskip("smbclient", reason="smb:// needs the package smbprotocol")
    program = shutil.which("smbd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin")
    if program is None or shutil.which("smbpasswd") is None:
        pytest.skip("Samba is not installed (Debian: apt install samba)")
    with tempfile.TemporaryDirectory(prefix="smb") as name:
        folder = Path(name)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        settings = _settings(folder, port)
        added = ["smbpasswd", "-c", str(settings), "-a", "-s", getpass.getuser()]
        password = f"{_PASSWORD}\n{_PASSWORD}\n".encode()
        subprocess.run(added, input=password, check=True, capture_output=True)
        words = [program, "--foreground", "--no-process-group", "--configfile", str(settings)]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            _wait_for(port)
            yield _Samba(port)
        finally:
            process.terminate()
            process.wait(10)


def _settings(folder: Path, port: int) -> Path:
    (folder / BUCKET).mkdir()
    kinds = ("private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir")
    lines = [
        "[global]",
        *(f"{kind} = {folder}" for kind in kinds),
        "interfaces = 127.0.0.1",
        "bind interfaces only = yes",
        f"smb ports = {port}",
        f"passdb backend = tdbsam:{folder / 'passwords.tdb'}",
        f"log file = {folder / 'log'}",
        "server role = standalone server",
        "load printers = no",
        "disable spoolss = yes",
        f"[{BUCKET}]",
        f"path = {folder / BUCKET}",
        "read only = no",
    ]
    (folder / "smb.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "smb.conf"


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The server does not answer.")
