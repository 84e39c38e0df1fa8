"""unireq for Gradio: its functions are given our `Request`, and so is `current_request()` in them.

    @inject
    def predict(text: str, request: unireq.Request): ...

    gr.Interface(predict, "text", "json").launch()

What Gradio makes of a call is Gradio's: a function's other parameters, its results, the yields of a
generator, which replace the output one by one.
"""

from __future__ import annotations

from unireq_gradio._inject import inject
from unireq_gradio._request import GradioRequest

__all__ = ["GradioRequest", "inject"]
