"""Mutants of layers, and of what drives them on ASGI and WSGI (MID)."""

from __future__ import annotations

from mutants.lenient import SoundWSGI
from mutants.mutant import mutant
from unireq._layers import contexts
from unireq._layers.head import ResponseHead as Head
from unireq._layers.run import Around, _Layer
from unireq_asgi import _exchange as asgi
from unireq_asgi import _middleware as asgi_driver
from unireq_wsgi import _exchange as wsgi
from unireq_wsgi import _middleware as wsgi_driver

_ASGI = asgi_driver.RequestMiddleware
_WSGI = wsgi_driver.RequestMiddleware

# Which part runs when.

mutant(
    "OutermostHeadFirst",
    "The outermost layer sees the head first.",
    "MID-001 MID-002 MID-003 MID-005 MID-007 MID-008 MID-009 MID-012",
).edits((Around, "head"), "in reversed(self._stack)", "in self._stack")
mutant(
    "OutermostLastFirst",
    "The outermost layer's last part runs first.",
    "MID-001 MID-004 MID-005 MID-009 MID-012",
).edits((Around, "end"), "in reversed(stack)", "in stack")
mutant(
    "LastIsOutermost",
    "The last layer is outermost.",
    "MID-001 MID-002 MID-003 MID-004 MID-005 MID-007 MID-008 MID-009 MID-010 MID-012 MID-013"
    " PRX-008",
).edits((Around, "__init__"), "= layers", "= layers[::-1]")
mutant(
    "NoLastPart",
    "A layer that waits for the end is closed.",
    "MID-001 MID-004 MID-005 MID-007 MID-008 MID-009 MID-010 MID-011 MID-012 MID-013 MID-014",
).edits((Around, "end"), "layer.stage == _END", "False")

# Heads.

mutant("one_of_each_field", "A repeated field is sent once.", "MID-002 MID-003").edits(
    (asgi.Exchange, "_start"), "head.fields, len", "[*dict(head.fields).items()], len"
)
mutant(
    "wsgi_keeps_its_fields", "What layers change is not sent.", "MID-002 MID-003", on=SoundWSGI
).edits((wsgi.Exchange, "begin"), "self._line, head.fields", "self._line, self._fields")
mutant(
    "as_the_app_named_them", "Names of fields keep their case for layers.", "MID-002", on=SoundWSGI
).edits((wsgi.Exchange, "_lowered"), "name.lower()", "name.title()")
mutant("successes_only", "Layers see no head of an error.", "MID-003 MID-006").edits(
    (asgi.Exchange, "_start"),
    "await self._around.head(head)",
    "head.status < 400 and await self._around.head(head)",
)
mutant(
    "wsgi_error_without_head",
    "Layers see no head of an exception.",
    "MID-001 MID-003 MID-005 MID-006 MID-010 MID-011 MID-013",
    on=SoundWSGI,
).edits(
    (wsgi.Exchange, "after"),
    "adapter.finish(self._around.head(unireq.ResponseHead.of(own, error)))",
    "unireq.ResponseHead.of(own, error)",
)

# Answers of layers.

mutant(
    "below_all_the_same",
    "What is below runs after an answer in place.",
    "MID-004 MID-007 MID-008 MID-010 PRX-008",
).edits((_ASGI, "_http"), "if answer is None:", "if True:")
mutant(
    "wsgi_below_all_the_same",
    "What is below runs after an answer in place.",
    "MID-004 MID-007 MID-008 MID-010 PRX-008",
    on=SoundWSGI,
).edits((_WSGI, "_around"), "if answer is not None:", "if False:")
mutant(
    "in_place_unseen",
    "No layer sees the head of an answer in place.",
    "MID-004 MID-007 MID-008 MID-010",
).edits(
    (asgi.Exchange, "respond"),
    "await self._around.head(unireq.ResponseHead.of(response))",
    "unireq.ResponseHead.of(response)",
)
mutant("old_content_too", "The content of a replaced answer follows.", "MID-005 MID-010").edits(
    (asgi.Exchange, "send"), "elif self._replaced:", "elif False:"
)
mutant(
    "old_fields_too", "The fields of a replaced answer are sent too.", "MID-005 MID-007 MID-008"
).edits((Head, "replace"), "self._fields = response.fields", "self._fields += response.fields")
mutant(
    "wsgi_keeps_the_old", "The content of a replaced list is sent.", "MID-005", on=SoundWSGI
).edits(
    (wsgi.Exchange, "run"),
    "return self._finish(self.replacement)",
    "return self._finish(list(answer))",
)
mutant(
    "returned_in_vain",
    "What a part at the head returns or yields is ignored.",
    "MID-005 MID-007 MID-008",
).edits((Around, "head"), "if answer is not None:", "if False:")

# Exceptions.

mutant("nobody_raised", "The head of an exception has no error.", "MID-006 MID-010").edits(
    (asgi.Exchange, "fail"), "of(own, error)", "of(own)"
)
mutant(
    "wsgi_nobody_raised", "The head of an exception has no error.", "MID-006 MID-010", on=SoundWSGI
).edits((wsgi.Exchange, "after"), "of(own, error)", "of(own)")
mutant(
    "no_problem_below", "A RequestError of the application is like any other exception.", "MID-007"
).edits((_ASGI, "_http"), "unireq.RequestError", "ZeroDivisionError")
mutant(
    "no_problem_in_layers",
    "A RequestError of a layer is like any other exception.",
    "MID-007 PRX-008",
).edits((Around, "_step"), "(Abort, RequestError)", "ZeroDivisionError")
mutant("problem_is_an_error", "A RequestError of a layer is told as an error.", "MID-007").edits(
    (Around, "_step"),
    "return error_response(error)",
    "self.error = error; return error_response(error)",
)
mutant(
    "failed_in_silence", "Layers outside don't learn which exception a layer raised.", "MID-008"
).edits((Around, "_step"), "self.error = error", "pass")
mutant("nonsense_is_nothing", "What is no Response is like None.", "MID-008").edits(
    (_Layer, "answer_of"), "value is not None and not isinstance(value, Response)", "False"
)
mutant("failure_passes", "A layer that fails has no answer.", "MID-008").edits(
    (Around, "_step"), 'return Response("Internal Server Error", status=500)', "return None"
)
mutant("late_failure_ends_all", "An exception of a last part is raised.", "MID-009").edits(
    (Around, "_step"),
    "except Exception",
    "except (Exception if stage != _END else ZeroDivisionError)",
)
mutant("third_yield_is_lost", "After a third yield no other last part runs.", "MID-009").edits(
    (Around, "_step"),
    "if stage == _END:",
    "if stage == _END and type(error) is RuntimeError:\n"
    "            raise\n"
    "        if stage == _END:",
)

# The end.

mutant("always_complete", "A stream that breaks off is complete.", "MID-010").edits(
    (asgi.Exchange, "end"), "self._complete", "True"
)
mutant("nothing_counted", "The content of an application is not counted.", "MID-010").edits(
    (asgi.Exchange, "_count"), 'len(event.get("body", b""))', "0"
)
mutant(
    "wsgi_breaks_off_in_silence", "What broke off a stream is not told.", "MID-010", on=SoundWSGI
).edits((wsgi.Exchange, "note"), "self._broken_by = error", "pass")
mutant("wsgi_lists_are_empty", "A list is not counted.", "MID-010", on=SoundWSGI).edits(
    (wsgi.Exchange, "_finish"), "sum(map(len, answer)) + ", ""
)

# The request.

mutant("nobodys_around", "In layers no request is current.", "MID-011", on=SoundWSGI).edits(
    (_WSGI, "__call__"), "context.begin()", "pass"
)
mutant("somebody_elses_around", "In layers another request is current.", "MID-011").edits(
    (_ASGI, "__call__"), "request_context(request)", "request_context(unireq.Request())"
)
mutant("of_a_copy", "Layers read from a copy of the scope.", "MID-011 MID-012 MID-014").edits(
    (_ASGI, "__call__"), "self.open(scope, receive)", "self.open(dict(scope), receive)"
)
mutant(
    "wsgi_of_a_copy",
    "Layers read from a copy of the environ.",
    "MID-011 MID-012 MID-014",
    on=SoundWSGI,
).edits((_WSGI, "__call__"), "self.open(environ)", "self.open(dict(environ))")

# Context variables.

mutant("shows_nothing", "What layers set is not set below.", "MID-013").edits(
    (Around, "_show"), "in context.items()", "in ()"
)
mutant("forgets_to_undo", "What layers set stays set.", "MID-013").edits(
    (contexts.Shown, "undo"), "while self._tokens", "while False"
)
mutant("wsgi_forgets_to_undo", "What layers set stays set.", "MID-013", on=SoundWSGI).edits(
    (wsgi.Exchange, "end"), "self._around.leave()", "pass"
)
mutant(
    "async_in_no_context", "Async layers run in the context of the application.", "MID-013"
).edits(
    (contexts.InContext, "__await__"),
    "run, coroutine = self._context.run",
    "run, coroutine = (lambda do, *given: do(*given))",
)

# The body.

mutant("not_read_before", "The body is not read before a layer that asks for it.", "MID-014").edits(
    (Around, "_prepare"), "marked.body is not False", "False"
)
mutant("kept_from_below", "The application gets what the layers have left.", "MID-014").edits(
    (_ASGI, "__call__"), "below = request.receive", "below = receive"
)
mutant("wsgi_not_read_before", "The same in sync code.", "MID-014", on=SoundWSGI).edits(
    (Around, "_prepare"), "marked.body is not False", "False"
)
