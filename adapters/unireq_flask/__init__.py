"""unireq for Flask.

Flask lacks what the server loses: see `unireq_wsgi`. Werkzeug's development server drops the
authority of a target in absolute form.
"""

from unireq_flask._install import install
from unireq_flask._request import FlaskRequest, WerkzeugRequest
from unireq_flask._respond import on_request_error
from unireq_flask._view import as_view, inject

__all__ = [
    "FlaskRequest",
    "WerkzeugRequest",
    "as_view",
    "inject",
    "install",
    "on_request_error",
]
