"""The handlers on FastAPI: `uvicorn fastapi_app:app`."""

from fastapi import FastAPI

from handlers import echo, predict
from unireq_starlette import as_view

app = FastAPI()
# Not in the schema, for FastAPI knows nothing of what a handler asks for.
for path, handler in (("/echo", echo), ("/predict", predict)):
    app.add_api_route(path, as_view(handler), methods=["GET", "POST"], include_in_schema=False)
