import socket

import pytest

from lms_core.runtime.ports import refuse_taken_port
from lms_core.runtime.refusal import StartRefused


def listener(*, shared: bool) -> socket.socket:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does, granian, too
    if shared:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


@pytest.mark.parametrize("shared", [False, True], ids=["plain", "as granian does"])
def test_a_taken_port_is_refused_with_port_and_setting(*, shared: bool) -> None:
    with listener(shared=shared) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartRefused) as refused:
            refuse_taken_port("127.0.0.1", port)
    sentence = f"port {port} on 127.0.0.1 is taken by another program; stop that one or set LMS_PORT to a free port"
    assert str(refused.value) == sentence


def test_a_free_port_is_free_also_just_after_its_use() -> None:
    with listener(shared=False) as taken:
        port = taken.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            taken.accept()[0].close()  # who closes first leaves the port in TIME_WAIT
    refuse_taken_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_a_host_that_is_not_ours_names_its_setting(host: str) -> None:
    with pytest.raises(StartRefused, match="LMS_HOST"):
        refuse_taken_port(host, 8000)


@pytest.mark.parametrize("port", [-1, 0, 70000])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(StartRefused, match="LMS_PORT"):
        refuse_taken_port("127.0.0.1", port)
