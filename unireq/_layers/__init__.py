"""Layers: code around an application, written once for every framework.

`middleware` marks a layer, `head` is what it sees of an answer, `run` takes one request through
layers. A driver (an adapter) only tells `run` what happens.
"""
