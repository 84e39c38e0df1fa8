"""The handlers on Sanic: `sanic sanic_app:app`."""

from sanic import Sanic

from handlers import echo, predict
from unireq_sanic import as_view

app = Sanic("example")
app.add_route(as_view(echo), "/echo", methods=["GET", "HEAD", "POST"])
app.add_route(as_view(predict), "/predict", methods=["GET", "HEAD", "POST"])
