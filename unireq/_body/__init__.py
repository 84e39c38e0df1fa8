"""The body of a request: its octets, read once and kept, and what they mean.

Rule: octets come in, values come out. Nothing here knows a framework; `state` alone asks for
octets, through what the adapter has opened.
"""
