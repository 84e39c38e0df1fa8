"""A certificate for one server, made when it starts: trusted by the kit's own client alone.

Rule: its key is in a directory of its own, which goes when the server has ended.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

__all__ = ["NAME", "Certificate"]

NAME: Final = "localhost"
"""The name that it is for, whatever address the server listens at."""


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, in files as servers take them.

    Attributes:
        directory: Where they are, until it is cleaned up.
        context: What a client wraps its connection with.
    """

    directory: TemporaryDirectory[str]
    context: ssl.SSLContext

    @classmethod
    def make(cls, protocol: str) -> Certificate:
        """Make one.

        Args:
            protocol: What the client offers to speak, as ALPN names it: `http/1.1`, `h2`.

        Raises:
            ImportError: The package trustme is not installed.
        """
        import trustme

        authority: Any = trustme.CA()
        issued: Any = authority.issue_cert(NAME)
        certificate = cls(TemporaryDirectory(prefix="unireq-tls-"), ssl.create_default_context())
        for pem in issued.cert_chain_pems:
            pem.write_to_path(certificate.chain, append=True)
        issued.private_key_pem.write_to_path(certificate.key)
        authority.configure_trust(certificate.context)
        certificate.context.set_alpn_protocols([protocol])
        return certificate

    @property
    def chain(self) -> str:
        """The path of the certificate, with what vouches for it."""
        return str(Path(self.directory.name, "chain.pem"))

    @property
    def key(self) -> str:
        """The path of the private key."""
        return str(Path(self.directory.name, "key.pem"))
