"""The clauses of the specification, one module for each area; importing this fills the registry.

Neither unireq nor a framework is imported: what is expected must not come from what is tested.
"""

from unireq_conformance.clause import AREAS, CLAUSES
from unireq_conformance.clauses import (
    api,
    bodies,
    connection,
    content_codings,
    cookies,
    form_bodies,
    handing_back,
    header_values,
    headers,
    json_bodies,
    malformed,
    multipart_bodies,
    multipart_frames,
    parameters,
    path,
    query,
    response_contents,
    response_cookies,
    response_refusals,
    responses,
    serialisation,
    url,
    user,
)

__all__ = [
    "CLAUSES",
    "api",
    "bodies",
    "connection",
    "content_codings",
    "cookies",
    "form_bodies",
    "handing_back",
    "header_values",
    "headers",
    "json_bodies",
    "malformed",
    "multipart_bodies",
    "multipart_frames",
    "parameters",
    "path",
    "query",
    "response_contents",
    "response_cookies",
    "response_refusals",
    "responses",
    "serialisation",
    "url",
    "user",
]

# In the order of the specification, whichever module came first.
for _clause in sorted(CLAUSES.values(), key=lambda each: (list(AREAS).index(each.area), each.id)):
    CLAUSES[_clause.id] = CLAUSES.pop(_clause.id)
