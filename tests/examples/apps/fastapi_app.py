"""FastAPI with an example around it."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse

from examples.apps.example import HANDLERS, LAYERS, PROXIES, chunks
from unireq_starlette import as_view, install

app = FastAPI()


@app.get("/items/{number}", response_class=PlainTextResponse)
async def item(number: int) -> str:
    return f"item {number}"


@app.get("/stream")
def stream() -> StreamingResponse:
    return StreamingResponse(chunks(), media_type="text/plain")


@app.get("/fail")
def fail() -> None:
    raise LookupError("as asked")


for _path, _handler in HANDLERS.items():
    app.add_route(_path, as_view(_handler), methods=["GET", "POST"])
install(app, *LAYERS, proxies=PROXIES)
