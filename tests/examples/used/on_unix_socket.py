import unireq
from examples.used.whoami import handlers

__all__ = ["handlers", "proxies"]

proxies = unireq.TrustedProxies(networks=["unix"])
