"""The body of a request: its bytes, read once and kept, and the values parsed from them.

Rule: bytes in, values out. Nothing here knows a framework; the cursors alone read bytes, from the
source that the adapter has opened.
"""
