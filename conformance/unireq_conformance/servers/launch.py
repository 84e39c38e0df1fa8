"""Runs one app on one server, in this process: what `process.Server` starts.

    python -m unireq_conformance.servers.launch uvicorn-h11 my_probe:app --port 8000

Rule: each server is started by its documented Python interface with one worker and no access log.
Every other setting stays as the server has it, request limits and proxy policy included, unless an
option changes it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

HOST: Final = "127.0.0.1"


@dataclass(frozen=True)
class Listen:
    """Where to listen: a port of the loopback interface, or the path of a Unix socket.

    With the paths of a certificate and its key, TLS is spoken there.
    """

    port: int = 0
    uds: str | None = None
    certificate: str | None = None
    key: str | None = None

    def where(self, host: str, port: str, uds: str) -> dict[str, Any]:
        """The settings of a server that calls the three so."""
        return {uds: self.uds} if self.uds else {host: HOST, port: self.port}

    @property
    def bind(self) -> str:
        """Where, as one text."""
        return f"unix:{self.uds}" if self.uds else f"{HOST}:{self.port}"

    def tls(self, certificate: str, key: str) -> dict[str, str]:
        """The settings of a server that calls the two so; none for plain connections."""
        if self.certificate is None or self.key is None:
            return {}
        return {certificate: self.certificate, key: self.key}

    def refuse_tls(self, server: str) -> None:
        """End, with a message, where `server` is to speak TLS, which it cannot."""
        if self.certificate is not None:
            raise SystemExit(f"{server} does not speak TLS: leave out the certificate")


Serve = Callable[[str, Listen, dict[str, Any]], None]


def load(app: str) -> Any:
    """Return what `module:attribute` names, or what the function of `module:function()` gives."""
    module, _, attribute = app.partition(":")
    found = getattr(importlib.import_module(module), attribute.removesuffix("()"))
    return found() if attribute.endswith("()") else found


def _uvicorn(http: str) -> Serve:
    def serve(app: str, listen: Listen, options: dict[str, Any]) -> None:
        # The event loop is fixed, and websockets are off, so that what else is installed has no
        # say.
        settings: dict[str, Any] = {
            "http": http,
            "loop": "asyncio",
            "ws": "none",
            "access_log": False,
            "log_level": "warning",
        }
        settings |= listen.where("host", "port", "uds")
        settings |= listen.tls("ssl_certfile", "ssl_keyfile")
        importlib.import_module("uvicorn").run(load(app), **{**settings, **options})

    return serve


def _hypercorn(app: str, listen: Listen, options: dict[str, Any]) -> None:
    import asyncio

    serve: Any = importlib.import_module("hypercorn.asyncio").serve
    config: Any = importlib.import_module("hypercorn.config").Config()
    settings = {"bind": [listen.bind], "errorlog": "-", "loglevel": "WARNING"}
    for name, value in {**settings, **listen.tls("certfile", "keyfile"), **options}.items():
        setattr(config, name, value)
    asyncio.run(serve(load(app), config))


def _granian(app: str, listen: Listen, options: dict[str, Any]) -> None:
    from pathlib import Path

    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    settings: dict[str, Any] = {
        "interface": Interfaces.ASGI,
        "websockets": False,
        "log_level": LogLevels.warning,
    }
    settings |= listen.where("address", "port", "uds")
    settings |= listen.tls("ssl_cert", "ssl_key")
    for name in {"uds", "ssl_cert", "ssl_key"} & settings.keys():
        settings[name] = Path(settings[name])
    # Its own loader changes the name of a module when the working directory is a package.
    Server(app, **{**settings, **options}).serve(target_loader=load)


def _daphne(app: str, listen: Listen, options: dict[str, Any]) -> None:
    # It has to be imported before what imports Twisted.
    daphne: Any = importlib.import_module("daphne.server")
    quote: Any = importlib.import_module("twisted.internet.endpoints").quoteStringArgument
    tcp = f"{listen.port}:interface={HOST}"
    tls = listen.tls("certKey", "privateKey")
    settings = "".join(f":{name}={quote(path)}" for name, path in tls.items())
    tcp = f"ssl:{tcp}{settings}" if tls else f"tcp:{tcp}"
    where = f"unix:{quote(listen.uds)}" if listen.uds else tcp
    daphne.Server(load(app), **{"endpoints": [where], "verbosity": 0, **options}).run()


def _gunicorn_asgi(app: str, listen: Listen, options: dict[str, Any]) -> None:
    # The event loop is fixed, as it is with uvicorn.
    _gunicorn(app, listen, {"worker_class": "asgi", "asgi_loop": "asyncio", **options})


def _gunicorn(app: str, listen: Listen, options: dict[str, Any]) -> None:
    base: Any = importlib.import_module("gunicorn.app.base")
    settings: dict[str, Any] = {
        "bind": listen.bind,
        "workers": 1,
        "loglevel": "warning",
        "graceful_timeout": 1,
        # A file in the user's home directory, which several servers would share.
        "control_socket_disable": True,
        **listen.tls("certfile", "keyfile"),
        **options,
    }

    class Application(base.BaseApplication):  # type: ignore[misc]  # Gunicorn publishes no types
        cfg: Any

        def load_config(self) -> None:
            for name, value in settings.items():
                if name in options or name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return load(app)

    Application().run()


def _waitress(app: str, listen: Listen, options: dict[str, Any]) -> None:
    listen.refuse_tls("waitress")
    waitress: Any = importlib.import_module("waitress")
    where = listen.where("host", "port", "unix_socket")
    waitress.serve(load(app), **{"_quiet": True, **where, **options})


def _werkzeug(app: str, listen: Listen, options: dict[str, Any]) -> None:
    run_simple: Any = importlib.import_module("werkzeug.serving").run_simple
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    host = f"unix://{listen.uds}" if listen.uds else HOST
    settings: dict[str, Any] = {"threaded": True}
    if tls := listen.tls("certificate", "key"):
        settings["ssl_context"] = (*tls.values(),)
    run_simple(host, listen.port, load(app), **{**settings, **options})


def _runserver(app: str, listen: Listen, options: dict[str, Any]) -> None:
    if listen.uds:
        raise SystemExit("runserver cannot listen on a Unix socket")
    listen.refuse_tls("runserver")
    load(app)  # configures Django, and names itself as its WSGI_APPLICATION
    call_command: Any = importlib.import_module("django.core.management").call_command
    logging.getLogger("django.server").setLevel(logging.ERROR)
    settings = {"use_reloader": False, "skip_checks": True, **options}
    call_command("runserver", f"{HOST}:{listen.port}", **settings)


def _sanic(app: str, listen: Listen, options: dict[str, Any]) -> None:
    sanic_app = load(app)
    sanic_app.config.update(options)
    where = listen.where("host", "port", "unix")
    if tls := listen.tls("cert", "key"):
        where["ssl"] = tls
    sanic_app.run(single_process=True, access_log=False, motd=False, **where)


SERVERS: Final[dict[str, Serve]] = {
    "uvicorn-h11": _uvicorn("h11"),
    "uvicorn-httptools": _uvicorn("httptools"),
    "hypercorn": _hypercorn,
    # It speaks both on one port; who connects says which.
    "hypercorn-h2": _hypercorn,
    "granian": _granian,
    "granian-h2": _granian,
    "daphne": _daphne,
    "gunicorn": _gunicorn,
    "gunicorn-asgi": _gunicorn_asgi,
    "waitress": _waitress,
    "werkzeug": _werkzeug,
    "runserver": _runserver,
    "sanic": _sanic,
}
"""How each server is started, by the name that a target has for it."""


def _option(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    return name, json.loads(value)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m unireq_conformance.servers.launch")
    parser.add_argument("server", choices=list(SERVERS))
    parser.add_argument("app", metavar="module:attribute")
    parser.add_argument("--port", type=int, default=0, help=f"port of {HOST}")
    parser.add_argument("--uds", help="path of a Unix socket, instead of a port")
    parser.add_argument("--certificate", help="path of a certificate, for TLS")
    parser.add_argument("--key", help="path of its private key")
    parser.add_argument(
        "--option",
        type=_option,
        action="append",
        default=[],
        metavar="NAME=JSON",
        help="a setting of the server",
    )
    parsed = parser.parse_args(arguments)
    listen = Listen(parsed.port, parsed.uds, parsed.certificate, parsed.key)
    SERVERS[parsed.server](parsed.app, listen, dict(parsed.option))


if __name__ == "__main__":
    main()
