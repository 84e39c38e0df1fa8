"""The benchmark: what unireq costs against each framework's own request, and against cross-web.

The sessions `instructions`, `growth` and `bench` measure; pytest checks how they judge.
"""
