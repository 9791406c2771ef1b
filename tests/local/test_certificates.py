"""The cluster's own certificate authority, checked with an independent implementation: OpenSSL by way of `ssl`."""

import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography import x509

from deploy.local.certificates import CertificateAuthority, KeyPair
from deploy.local.identities import Person


def _context(purpose: ssl.Purpose, pair: KeyPair, authority: bytes, folder: Path) -> ssl.SSLContext:
    path = folder / f"{purpose.shortname}.pem"
    path.write_bytes(pair.certificate + pair.key)
    context = ssl.create_default_context(purpose, cadata=authority.decode())
    context.load_cert_chain(path)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _handshake(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> str:
    """The subject that the server sees after a handshake in which each side verifies the other."""
    near, far = socket.socketpair()
    errors: list[Exception] = []

    def connect() -> None:
        try:
            with client.wrap_socket(near, server_hostname=name) as connection:
                connection.recv(1)
        except OSError as error:
            errors.append(error)
            near.close()

    thread = threading.Thread(target=connect)
    thread.start()
    try:
        with server.wrap_socket(far, server_side=True) as accepted:
            seen = accepted.getpeercert(binary_form=True) or b""
            accepted.send(b".")
    finally:
        thread.join(5)
    if errors:
        raise errors[0]
    return x509.load_der_x509_certificate(seen).subject.rfc4514_string()


def test_server_and_client_verify_each_other(tmp_path: Path) -> None:
    """Both certificates verify under strict rules, at each of the server's names; the user and group come across."""
    authority = CertificateAuthority()
    strict = ssl.VERIFY_X509_STRICT
    server = _context(ssl.Purpose.CLIENT_AUTH, authority.issue_server(("127.0.0.1",)), authority.certificate, tmp_path)
    client = _context(
        ssl.Purpose.SERVER_AUTH, authority.issue_client(Person("oncall", ("sre",))), authority.certificate, tmp_path
    )
    server.verify_flags |= strict
    client.verify_flags |= strict
    for name in ("127.0.0.1", "localhost", "kubernetes.default.svc"):
        assert _handshake(client, server, name) == "O=sre,CN=oncall"


def test_certificate_of_another_cluster_is_refused(tmp_path: Path) -> None:
    """Each cluster has an authority of its own: a client of one does not trust the server of another."""
    ours, theirs = CertificateAuthority(), CertificateAuthority()
    server = _context(ssl.Purpose.CLIENT_AUTH, theirs.issue_server(("127.0.0.1",)), theirs.certificate, tmp_path)
    client = _context(ssl.Purpose.SERVER_AUTH, ours.issue_client(Person("a", ())), ours.certificate, tmp_path)
    with pytest.raises(ssl.SSLError):
        _handshake(client, server, "127.0.0.1")
