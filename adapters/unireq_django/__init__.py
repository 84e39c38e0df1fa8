"""unireq for Django, on WSGI and on ASGI, and so for Django REST framework.

Django lacks what the server loses: see `unireq_wsgi` and `unireq_asgi`. On WSGI servers without
RAW_URI or REQUEST_URI (runserver), an invalid byte in the path can't be distinguished from the text
`%FF`, with which Django replaces it.
"""

from unireq_django._middleware import ProblemMiddleware, RequestMiddleware, as_middleware
from unireq_django._request import DjangoASGIRequest, DjangoRequest, DjangoWSGIRequest
from unireq_django._view import as_view, inject

__all__ = [
    "DjangoASGIRequest",
    "DjangoRequest",
    "DjangoWSGIRequest",
    "ProblemMiddleware",
    "RequestMiddleware",
    "as_middleware",
    "as_view",
    "inject",
]
