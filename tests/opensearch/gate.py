"""A gate of TLS and passwords before a node: what stands before real clusters, for nodes that have neither.

Only whoever trusts the authority that signed its certificate, and names the user and password it knows, reaches the
node. The authority is made for the test and ends with it.
"""

from __future__ import annotations

import base64
import datetime
import http.client
import ipaddress
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK: Final = ipaddress.ip_address("127.0.0.1")
DAY: Final = datetime.timedelta(days=1)


class Authority:
    """Signs certificates for addresses; `file` holds its own, for those who trust it."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        basic = x509.BasicConstraints(ca=True, path_length=None)
        own = self._certificate(self._name, self._key).add_extension(basic, critical=True)
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(self._signed(own.add_extension(usage, critical=True)))

    def server(self, address: ipaddress.IPv4Address) -> ssl.SSLContext:
        """What a server at an address shows, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"node at {address}")])
        names = x509.SubjectAlternativeName([x509.IPAddress(address)])
        file = self._folder / f"node-{address}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(secret + self._signed(self._certificate(subject, key).add_extension(names, critical=False)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return x509.CertificateBuilder(
            issuer_name=self._name,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - DAY,
            not_valid_after=now + DAY,
        )

    def _signed(self, certificate: x509.CertificateBuilder) -> bytes:
        return certificate.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Gate:
    """Lets one user through to a node; `seen` are the requests that came past the handshake."""

    def __init__(self, node: str, tls: ssl.SSLContext, *, user: str, password: str) -> None:
        self.seen = 0
        gate, behind = self, urlsplit(node).netloc
        wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                gate.seen += 1
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers["Authorization"] != wanted:
                    self._answer(401, "text/plain", b"Unauthorized")
                    return
                node = http.client.HTTPConnection(behind, timeout=60)
                try:
                    kind = {"Content-Type": self.headers.get("Content-Type", "application/json")}
                    node.request(self.command, self.path, body, kind)
                    found = node.getresponse()
                    self._answer(found.status, found.getheader("Content-Type", "text/plain"), found.read())
                finally:
                    node.close()

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST  # noqa: N815  # the names that the library looks for

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A handshake that the other side gave up is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        # the handshake is made in the thread of the connection, at its first read
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
