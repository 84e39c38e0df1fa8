"""The handlers on Starlette: `uvicorn starlette_app:app`."""

from starlette.applications import Starlette
from starlette.routing import Route

from handlers import echo, predict
from unireq_starlette import as_view

app = Starlette(
    routes=[
        Route("/echo", as_view(echo), methods=["GET", "POST"]),
        Route("/predict", as_view(predict), methods=["GET", "POST"]),
    ]
)
