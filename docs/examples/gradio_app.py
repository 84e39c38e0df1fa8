"""The handlers in Gradio: `python gradio_app.py`, at http://127.0.0.1:7860."""

import gradio as gr
from handlers import echo, predict
from unireq_gradio import inject

with gr.Blocks() as app:
    gr.Interface(inject(echo), "text", "text", api_name="echo")
    gr.Interface(inject(predict), "text", "json", api_name="predict")

if __name__ == "__main__":
    app.launch()
