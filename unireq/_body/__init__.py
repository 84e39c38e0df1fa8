"""The body of a request: its bytes, read once and kept, and what they mean.

Rule: bytes come in, values come out. Nothing here knows a framework; `state` alone asks for
bytes, through what the adapter has opened.
"""
