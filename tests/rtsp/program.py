"""An RTSP camera made of GStreamer's own server. Runs with the system's Python, which has its bindings.

It sends pictures from a file of raw BGR pictures, forwards and backwards, each with its number in the upper edge, and
prints the port once it listens.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

RATE = 25
BLOCK_PX, BITS = 8, 16
ROLE = "viewer"
TRANSPORTS = {"tcp": GstRtsp.RTSPLowerTrans.TCP, "udp": GstRtsp.RTSPLowerTrans.UDP}


class Camera:
    """Pushes pictures into a pipeline at their times. After `limit` pictures, it falls silent."""

    def __init__(self, pictures: list[bytes], width: int, limit: int | None) -> None:
        self._pictures = [*pictures, *pictures[-2:0:-1]]
        self._width = width
        self._limit = limit

    def start(self, _factory: Any, media: Any) -> None:
        source = media.get_element().get_by_name("camera")
        began_s, count = time.monotonic(), 0

        def push() -> bool:
            nonlocal count
            while (self._limit is None or count < self._limit) and time.monotonic() - began_s >= count / RATE:
                buffer = Gst.Buffer.new_wrapped(self._stamped(count))
                buffer.pts, buffer.duration = count * Gst.SECOND // RATE, Gst.SECOND // RATE
                if source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                    return False
                count += 1
            return True

        GLib.timeout_add(5, push)

    def _stamped(self, number: int) -> bytes:
        picture = bytearray(self._pictures[number % len(self._pictures)])
        row = b"".join(bytes([255 * (number >> bit & 1)]) * (3 * BLOCK_PX) for bit in range(BITS))
        for line in range(BLOCK_PX):
            picture[line * self._width * 3 : line * self._width * 3 + len(row)] = row
        return bytes(picture)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--digest", action="store_true")
    parser.add_argument("--transport", action="append", choices=TRANSPORTS)
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    Gst.init(None)
    size = options.width * options.height * 3
    with open(options.file, "rb") as file:  # noqa: PTH123
        content = file.read()
    pictures = [content[start : start + size] for start in range(0, len(content), size)]
    factory = GstRtspServer.RTSPMediaFactory()
    caps = f"video/x-raw,format=BGR,width={options.width},height={options.height},framerate={RATE}/1"
    factory.set_launch(
        f"( appsrc name=camera is-live=true format=time caps={caps} ! videoconvert ! video/x-raw,format=I420 ! "
        "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=12 ! "
        "rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    factory.set_shared(True)
    transports = TRANSPORTS["tcp"] | TRANSPORTS["udp"]
    if options.transport:
        transports = TRANSPORTS[options.transport[0]]
    factory.set_protocols(transports)
    factory.connect("media-configure", Camera(pictures, options.width, options.limit).start)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(options.port))
    if options.user:
        _protect(server, factory, options)
    server.get_mount_points().add_factory("/live", factory)
    if server.attach(None) == 0:
        sys.exit("The port is in use.")
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


def _protect(server: Any, factory: Any, options: argparse.Namespace) -> None:
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    auth = GstRtspServer.RTSPAuth()
    if options.digest:
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(options.user, options.password, token)
    else:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role(ROLE, "media.factory.access", True)
    permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
    factory.set_permissions(permissions)


if __name__ == "__main__":
    main()
