"""unireq for Django, on WSGI and on ASGI, and so for Django REST framework.

What is lost before Django is what the server loses: see `unireq_wsgi` and `unireq_asgi`. On WSGI
servers without RAW_URI or REQUEST_URI (runserver), an undecodable byte in the path can't be told
from the text `%FF` that Django puts in its place.
"""

from unireq_django._middleware import ProblemMiddleware, RequestMiddleware
from unireq_django._request import DjangoASGIRequest, DjangoRequest, DjangoWSGIRequest
from unireq_django._respond import native_response
from unireq_django._view import as_view, inject

__all__ = [
    "DjangoASGIRequest",
    "DjangoRequest",
    "DjangoWSGIRequest",
    "ProblemMiddleware",
    "RequestMiddleware",
    "as_view",
    "inject",
    "native_response",
]
