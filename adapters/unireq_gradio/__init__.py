"""unireq for Gradio: passes our `Request` to its functions; `current_request()` works in them too.

    @inject
    def predict(text: str, request: unireq.Request): ...

    gr.Interface(predict, "text", "json").launch()

Gradio itself handles the rest of a call: the function's other parameters, its results, and the
values that a generator yields, each of which replaces the output.
"""

from __future__ import annotations

from unireq_gradio._inject import inject
from unireq_gradio._request import GradioRequest

__all__ = ["GradioRequest", "inject"]
