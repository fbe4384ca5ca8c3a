"""The listening address, asked for before anything is started."""

import errno
import socket

from lms_core.runtime.refusal import StartRefused

_REASONS = {
    errno.EADDRINUSE: "is taken by another program; stop that one or set LMS_PORT to a free port",
    errno.EACCES: "needs more rights than this account has; set LMS_PORT to a port above 1023",
    errno.EADDRNOTAVAIL: "cannot be used, for the host is no address of this machine; set LMS_HOST",
}


def refuse_taken_port(host: str, port: int) -> None:
    """StartRefused unless somebody may listen on `port` of `host` now.

    The server shares its port between its processes (SO_REUSEPORT), so two Filars would silently share one, too.
    """
    if not 0 < port < 1 << 16:
        raise StartRefused(f"{port} is no port; set LMS_PORT to a number from 1 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise StartRefused(f"{host} is no address to listen on; set LMS_HOST") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # or a port just left would count as taken
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            reason = _REASONS.get(error.errno or 0, f"cannot be listened on ({error.strerror}); set LMS_PORT")
            raise StartRefused(f"port {port} on {host} {reason}") from error
