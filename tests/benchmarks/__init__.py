"""The benchmark: what unireq costs against each framework's own request, and against cross-web.

`python tests/benchmarks/run.py` measures; pytest only checks that what is measured is right.
"""
