"""The clauses of the specification, one module for each area; importing this fills the registry.

Neither unireq nor a framework is imported: what is expected must not come from what is tested.
"""

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules

from unireq_conformance.clause import AREAS, CLAUSES, SPECS, Clause, Level

__all__ = ["CLAUSES", "clauses_of"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

# In the order of the specification, whichever module came first.
for _clause in sorted(CLAUSES.values(), key=lambda each: (list(AREAS).index(each.area), each.id)):
    CLAUSES[_clause.id] = CLAUSES.pop(_clause.id)


def clauses_of(spec: str) -> dict[str, Clause]:
    """The clauses of the specification `spec`, with the levels that they have in it.

    Raises:
        LookupError: There is no such number.
    """
    if spec not in SPECS:
        raise LookupError(
            f"expected a number of the specification ({', '.join(SPECS)}), got {spec!r}; give one"
            " of these, or install the unireq-conformance that has it"
        )
    known = {"", *SPECS[: SPECS.index(spec) + 1]}
    return {
        each.id: each if each.must_since in known else replace(each, level=Level.SHOULD)
        for each in CLAUSES.values()
        if each.since in known
    }
