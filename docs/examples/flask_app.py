"""The handlers on Flask: `waitress-serve flask_app:app`."""

from flask import Flask

from handlers import echo, predict
from unireq_flask import as_view

app = Flask(__name__)
app.add_url_rule("/echo", view_func=as_view(echo), methods=["GET", "POST"])
app.add_url_rule("/predict", view_func=as_view(predict), methods=["GET", "POST"])
