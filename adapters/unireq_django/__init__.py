"""unireq for Django, on WSGI and on ASGI, and so for Django REST framework.

What is lost before Django is what the server loses: see `unireq_wsgi` and `unireq_asgi`. On WSGI
servers without RAW_URI or REQUEST_URI (runserver), an undecodable octet in the path can't be told
from the text `%FF` that Django puts in its place.
"""

from unireq_django._request import DjangoASGIRequest, DjangoRequest, DjangoWSGIRequest

__all__ = ["DjangoASGIRequest", "DjangoRequest", "DjangoWSGIRequest"]
