"""unireq for acme: `AcmeRequest` looks at a request of acme."""

from typing import Any

from unireq_asgi import ASGIRequest

__all__ = ["AcmeRequest"]


class AcmeRequest(ASGIRequest):
    """The facts of a request of acme, which are those of its ASGI scope."""

    __slots__ = ()

    def __init__(self, native: Any) -> None:
        # TODO: say where a request of acme keeps its scope and `receive`.
        super().__init__(native.scope, native.receive, native=native)

    @property
    def path_params(self) -> dict[str, Any]:
        """What the router found in the path; `{}` before routing."""
        # TODO: delete it if acme's router sets scope["path_params"]; else return a new dict here.
        return super().path_params

    @classmethod
    def _matches(cls, kind: type) -> bool:
        # TODO: import acme at the top, and return issubclass(kind, acme.Request).
        return kind.__name__ == "Request"
