"""Mutants of layers, and of what drives them on ASGI and WSGI (MID)."""

from __future__ import annotations

from mutants.mutant import mutants

mutants(r"""
# Which part runs when.
OutermostHeadFirst: The outermost layer sees the head first. [MID-001..003,005,007..009,012]
  Around.head: in reversed(self._stack) => in self._stack
OutermostLastFirst: The outermost layer's last part runs first. [MID-001,004,005,009,012]
  Around._end_each: stack.pop() => stack.pop(0)
LastIsOutermost: The last layer is outermost. [MID-001..005,007..010,012,013 PRX-008]
  Around.__init__: = layers => = layers[::-1]
NoLastPart: A layer that waits for the end is closed. [MID-001,004,005,007..014]
  Around._end_each: head is None or layer.stage != _END => True

# Heads.
one_of_each_field: A repeated field is sent once. [MID-002,003]
  Exchange._start: head.fields, len => [*dict(head.fields).items()], len
wsgi_keeps_its_fields (WSGI): What layers change is not sent. [MID-002,003]
  Exchange.begin: self._line, head.fields => self._line, self._fields
as_the_app_named_them (WSGI): Names of fields keep their case for layers. [MID-002]
  Exchange._lowered: name.lower() => name.title()
successes_only: Layers see no head of an error. [MID-003,006]
  Exchange._start: await self._around.head(head)
    => head.status < 400 and await self._around.head(head)
wsgi_error_without_head (WSGI): Layers see no head of an exception.
  [MID-001,003,005,006,010,011,013]
  Exchange.after: adapter.finish(self._around.head(unireq.ResponseHead.of(own, error)))
    => unireq.ResponseHead.of(own, error)

# Answers of layers.
below_all_the_same: What is below runs after an answer in place. [MID-004,007,008,010 PRX-008]
  RequestMiddleware._http: if answer is None: => if True:
wsgi_below_all_the_same (WSGI): What is below runs after an answer in place.
  [MID-004,007,008,010 PRX-008]
  RequestMiddleware._around: if answer is not None: => if False:
in_place_unseen: No layer sees the head of an answer in place. [MID-004,007,008,010]
  Exchange.respond: await self._around.head(unireq.ResponseHead.of(response))
    => unireq.ResponseHead.of(response)
old_content_too: The content of a replaced answer follows. [MID-005,010]
  Exchange.send: elif self._replaced: => elif False:
old_fields_too: The fields of a replaced answer are sent too. [MID-005,007,008]
  ResponseHead.replace: self._fields = response.fields => self._fields += response.fields
wsgi_keeps_the_old (WSGI): The content of a replaced list is sent. [MID-005]
  Exchange.run: return self._finish(self.replacement) => return self._finish(list(answer))
returned_in_vain: What a part at the head returns or yields is ignored. [MID-005,007,008]
  Around.head: if answer is not None: => if False:

# Exceptions.
nobody_raised: The head of an exception has no error. [MID-006,010]
  Exchange.fail: of(own, error) => of(own)
wsgi_nobody_raised (WSGI): The head of an exception has no error. [MID-006,010]
  Exchange.after: of(own, error) => of(own)
no_problem_below: A RequestError of the application is like any other exception. [MID-007]
  RequestMiddleware._http: unireq.RequestError => ZeroDivisionError
no_problem_in_layers: A RequestError of a layer is like any other exception. [MID-007 PRX-008]
  Around._step: (Abort, RequestError) => ZeroDivisionError
problem_is_an_error: A RequestError of a layer is told as an error. [MID-007]
  Around._step: return error_response(error) => self.error = error; return error_response(error)
failed_in_silence: Layers outside don't learn which exception a layer raised. [MID-008]
  Around._step: self.error = error => pass
nonsense_is_nothing: What is no Response is like None. [MID-008]
  _Layer.answer_of: value is not None and not isinstance(value, Response) => False
failure_passes: A layer that fails has no answer. [MID-008]
  Around._step: return Response("Internal Server Error", status=500) => return None
late_failure_ends_all: An exception of a last part is raised. [MID-009]
  Around._step: except Exception => except (Exception if stage != _END else ZeroDivisionError)
  Around._end_each: if stack: => if False:
third_yield_is_lost: After a third yield no other last part runs. [MID-009]
  Around._step: _report(layer, error, stage)
    => _report(layer, error, stage)
            if stage == _END and type(error) is RuntimeError:
                raise
  Around._end_each: if stack: => if False:

# The end.
always_complete: A stream that breaks off is complete. [MID-010]
  Exchange.end: self._complete => True
nothing_counted: The content of an application is not counted. [MID-010]
  Exchange._count: len(event.get("body", b"")) => 0
wsgi_breaks_off_in_silence (WSGI): What broke off a stream is not told. [MID-010]
  Exchange.note: self._broken_by = error => pass
wsgi_lists_are_empty (WSGI): A list is not counted. [MID-010]
  Exchange._finish: sum(map(len, answer)) + => 0 +

# The request.
nobodys_around (WSGI): In layers no request is current. [MID-011]
  RequestMiddleware.__call__: context.begin() => pass
somebody_elses_around: In layers another request is current. [MID-011]
  RequestMiddleware.__call__: request_context(request) => request_context(unireq.Request())
of_a_copy: Layers read from a copy of the scope. [MID-011,012,014]
  RequestMiddleware.__call__: self.open(scope, receive) => self.open(dict(scope), receive)
wsgi_of_a_copy (WSGI): Layers read from a copy of the environ. [MID-011,012,014]
  RequestMiddleware.__call__: self.open(environ) => self.open(dict(environ))

# Context variables.
shows_nothing: What layers set is not set below. [MID-013]
  Around._show: in context.items() => in ()
forgets_to_undo: What layers set stays set. [MID-013]
  Shown.undo: while self._tokens => while False
wsgi_forgets_to_undo (WSGI): What layers set stays set. [MID-013]
  Exchange.end: self._around.leave() => pass
async_in_no_context: Async layers run in the context of the application. [MID-013]
  InContext.__await__: run, coroutine = self._context.run
    => run, coroutine = (lambda do, *given: do(*given))

# The body.
not_read_before: The body is not read before a layer that asks for it. [MID-014]
  Around._prepare: marked.body is not False => False
kept_from_below: The application gets what the layers have left. [MID-014]
  RequestMiddleware.__call__: below = request.receive => below = receive
wsgi_not_read_before (WSGI): The same in sync code. [MID-014]
  Around._prepare: marked.body is not False => False
""")
