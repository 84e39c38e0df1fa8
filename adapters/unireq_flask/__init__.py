"""unireq for Flask.

What is lost before Flask is what the server loses: see `unireq_wsgi`. Werkzeug's development server
drops the authority of a target in absolute form.
"""

from unireq_flask._request import FlaskRequest

__all__ = ["FlaskRequest"]
