"""unireq for Starlette, and so for FastAPI and Gradio.

What is lost before Starlette is what the server loses: see `unireq_asgi`. FastAPI converts path
parameters for its endpoints; `path_params` has what the router found, which for FastAPI is text.
"""

from unireq_starlette._gradio import GradioRequest
from unireq_starlette._request import StarletteRequest

__all__ = ["GradioRequest", "StarletteRequest"]
