"""Proxies, certificates, unreachable hosts, name look-ups that hang, no threads left."""

import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import feedserver
import pytest
from conftest import Run
from feedserver import EIGHT, Server

from ctick.sources import http
from ctick.sources.proxies import proxy_of

NOWHERE = "http://feeds.invalid/ok/cbr"
"""An address that only a proxy can reach."""


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name}_proxy".upper(), raising=False)


@pytest.mark.parametrize(
    ("exceptions", "host", "is_direct"),
    [
        ("", "cbr.ru", False),
        ("*", "cbr.ru", True),
        ("cbr.ru", "cbr.ru", True),
        ("cbr.ru", "www.cbr.ru", True),
        (".cbr.ru", "www.cbr.ru", True),
        ("*.cbr.ru", "www.cbr.ru", True),
        ("br.ru", "cbr.ru", False),
        ("CBR.ru", "cbr.ru", True),
        ("a, cbr.ru b", "cbr.ru", True),
        ("cbr.ru:8080", "cbr.ru", False),
        ("cbr.ru:443", "cbr.ru", True),
        ("http://cbr.ru", "cbr.ru", False),
        ("https://cbr.ru", "cbr.ru", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8,fe80::/10", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.0.0.0/8", "10.cbr.ru", False),
        ("fd00::/8", "fd12::1", True),
        ("fd00::/8", "fe12::1", False),
        ("[fd12::1]", "fd12::1", True),
        ("[fd12::1]:443", "fd12::1", True),
        ("[fd12::1]:80", "fd12::1", False),
        ("::1", "::1", True),
        ("[::1,a:b:c,.,://,http://,10.0.0.0/99,fe80::/x,:443", "cbr.ru", False),
    ],
)
def test_no_proxy(monkeypatch: pytest.MonkeyPatch, exceptions: str, host: str, is_direct: bool) -> None:
    """It has names with their subdomains, addresses and ranges, IPv4 and IPv6; invalid entries are ignored."""
    monkeypatch.setenv("https_proxy", "proxy:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert proxy_of("https", host, 443) == (None if is_direct else ("https_proxy", "http://proxy:3128"))


def test_the_proxy_of_the_scheme_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY is preferred to ALL_PROXY for https."""
    assert proxy_of("https", "cbr.ru", None) is None
    monkeypatch.setenv("ALL_PROXY", "http://one")
    assert proxy_of("https", "cbr.ru", None) == ("ALL_PROXY", "http://one")
    monkeypatch.setenv("HTTPS_PROXY", "http://two")
    assert proxy_of("https", "cbr.ru", None) == ("HTTPS_PROXY", "http://two")
    assert proxy_of("http", "cbr.ru", None) == ("ALL_PROXY", "http://one")


@pytest.mark.parametrize("exceptions", ["", "fd00::/8", "10.0.0.0/8,fe80::/10,[,::"])
def test_requests_go_through_the_proxy(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, exceptions: str
) -> None:
    """Whatever else is in NO_PROXY."""
    monkeypatch.setenv("CTICK_URL_CBR", NOWHERE)
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert run("snapshot", "cbr", "-q") == (0, "", "")
    assert server.feeds.paths == [NOWHERE]


def test_no_proxy_leads_to_a_direct_connection(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invalid proxy that is not needed is no error."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:99999")
    monkeypatch.setenv("NO_PROXY", "fd00::/8,127.0.0.0/8")
    assert run("snapshot", "cbr", "-q") == (0, "", "")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("HTTP_PROXY")
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy")
    assert run("snapshot", "cbr", "-q") == (0, "", "")


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://me:SECRET@h:99999", "http://h:99999: no host, or invalid port"),
        ("http://me:SECRET@:8080", "http://:8080: no host, or invalid port"),
        ("h:x", "http://h:x: Invalid port"),
        ("http://[::1", "http://[::1: Invalid port"),
        ("gopher://me:SECRET@h", "gopher://h: Unknown scheme for proxy URL"),
        ("socks5://h:1080", "socks5://h:1080: SOCKS needs the package socksio"),
    ],
)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_an_invalid_proxy(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, proxy: str, shown: str, variable: str
) -> None:
    """Exit 2 with the name of the variable and without the password, for sources and addresses."""
    if "socks" in proxy:
        monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(variable, proxy)
    sentence = f"{variable} is not a proxy that ctick can use ({shown}): correct {variable}, or unset it\n"
    assert run("snapshot", "cbr") == (2, "", f"ctick: cbr: {sentence}")
    assert run("parse", f"{server.url}/ok/timesca") == (2, "", f"ctick: {sentence}")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_unreadable_certificates(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Exit 2 with the name of the variable; OpenSSL reads a folder only later."""
    place = tmp_path / "none.pem"
    monkeypatch.setenv(variable, str(place))
    result = run("snapshot", "cbr", "-q")
    if variable == "SSL_CERT_DIR":
        assert result == (0, "", "")
        return
    why = "No such file or directory"
    assert result == (2, "", f"ctick: can't read the certificates that {variable} names ({place}: {why}): correct {variable}, or unset it\n")  # fmt: skip


STUCK = """
import os, socket, sys, time

def getaddrinfo(*_, **__):
    os.write(1, b"looking up\\n")
    time.sleep(60)

socket.getaddrinfo = getaddrinfo
from ctick.sources import http
from ctick.__main__ import main

http.CONNECT_TIMEOUT, http.PAUSE = float(sys.argv.pop(1)), 0.01
sys.exit(main())
"""
"""A resolver that doesn't answer, as if the name server were down."""


def stuck(home: Path, *argv: str, connect: float) -> "subprocess.Popen[bytes]":
    """Starts ctick with a name look-up that hangs; returns once that has begun."""
    environment = {"HOME": str(home), "CTICK_URL_CBR": "http://feeds.invalid/"}
    command = [sys.executable, "-c", STUCK, str(connect), *argv]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"looking up\n"
    return process


@pytest.mark.parametrize(
    "argv", [("snapshot", "cbr"), ("snapshot", "http://feeds.invalid/"), ("parse", "http://feeds.invalid/")]
)
def test_interrupted_while_a_name_is_looked_up(home: Path, argv: tuple[str, ...]) -> None:
    """Ctrl-C ends ctick at once, though the look-up continues."""
    with stuck(home, *argv, connect=30) as process:
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert time.monotonic() - begun < 3
    assert (process.returncode, err) == (130, b"")


def test_a_name_look_up_counts_towards_the_connect_timeout(home: Path) -> None:
    """If it hangs, ctick gives up after its attempts."""
    with stuck(home, "snapshot", "cbr", connect=0.2) as process:
        begun = time.monotonic()
        _, err = process.communicate(timeout=50)
        assert time.monotonic() - begun < 20
    assert (process.returncode, err) == (
        5,
        b"ctick: cbr: http://feeds.invalid/ can't be reached (no connection within 0.2 s): check the network, or try again later\n",
    )


def test_no_more_threads(home: Path) -> None:
    """Exit 1 with the limit, not a bug. Here the stack of a thread is larger than all memory."""
    program = "import sys, threading; threading.stack_size(1 << 46); from ctick.__main__ import main; sys.exit(main())"
    for argv in (["snapshot", "cbr"], ["parse", "http://feeds.invalid/"]):
        done = subprocess.run(
            [sys.executable, "-c", program, *argv],
            env={"HOME": str(home), "CTICK_URL_CBR": "http://feeds.invalid/"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (
            1,
            b"",
            b"ctick: out of system resources (no more threads can be started): 'ulimit -a' shows the limits\n",
        )
    assert http.CONNECT_TIMEOUT == 5


def test_a_closed_port_and_an_unknown_host(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 5 with the system's reason; no store is created."""
    monkeypatch.setattr(http, "PAUSE", 0.001)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        for source in EIGHT:
            monkeypatch.setenv(f"CTICK_URL_{source.upper()}", url)
        assert run("snapshot", *EIGHT) == (
            5,
            "",
            "".join(
                f"ctick: {source}: {url} can't be reached (connection refused): check the network, or try again later\n"
                for source in EIGHT
            ),
        )
    monkeypatch.setenv("CTICK_URL_CBR", "http://no.such.host.invalid/")
    code, _, err = run("snapshot", "cbr")
    assert code == 5
    assert err.startswith("ctick: cbr: http://no.such.host.invalid/ can't be reached (")
    assert err.endswith("): check the network, or try again later\n")
    assert run("rates", "--source", "cbr").code == 4


def test_an_address_of_the_environment_that_is_not_http(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2."""
    monkeypatch.setenv("CTICK_URL_CBR", "ftp://example.org/")
    assert run("snapshot", "cbr") == (
        2,
        "",
        "ctick: cbr: ftp://example.org/ is not an address that ctick can fetch: it must begin with http:// or https://\n",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs the openssl command")
def test_https(run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A self-signed certificate is refused, and so is a redirect from https to http."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    try:
        subprocess.run(
            [*command, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with feedserver.serving() as secure:
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        secure.plain = server.url
        url = f"https://127.0.0.1:{secure.server_port}/plain/cbr"
        monkeypatch.setenv("CTICK_URL_CBR", url)
        assert run("snapshot", "cbr") == (
            5,
            "",
            f"ctick: cbr: {url} has a certificate that can't be verified (self-signed certificate):"
            " check the address, and the certificates of this machine\n",
        )
        assert secure.feeds.paths == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert run("snapshot", "cbr") == (
            5,
            "",
            f"ctick: cbr: {url} redirects from https to http, which ctick does not follow: try another address\n",
        )
        monkeypatch.setenv("CTICK_URL_CBR", url.replace("plain/", "ok/"))
        assert run("snapshot", "cbr", "-q") == (0, "", "")
    plain = server.url.replace("http://", "https://") + "/ok/cbr"
    monkeypatch.setenv("CTICK_URL_CBR", plain)
    code, _, err = run("snapshot", "cbr")
    assert code == 5
    assert err.startswith(f"ctick: cbr: {plain} can't be reached (no secure connection: ")
