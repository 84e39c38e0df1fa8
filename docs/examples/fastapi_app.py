"""The handlers on FastAPI: `uvicorn fastapi_app:app`."""

from fastapi import FastAPI

from handlers import echo, predict
from unireq_starlette import as_view

# No schema, for FastAPI knows nothing of what a handler asks for.
app = FastAPI(openapi_url=None)
app.add_api_route("/echo", as_view(echo), methods=["GET", "POST"])
app.add_api_route("/predict", as_view(predict), methods=["GET", "POST"])
