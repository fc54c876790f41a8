"""Sends requests over the operator's connection, reads answers, and says whose fault it is when something goes wrong:
a host decides by that whether to try again, to ask the operator, or to let a person look. Nothing here knows of one
provider. Failures of the contract are raised as `Err`; any other exception is a bug of the component.
"""

import functools
import inspect
import io
import json
import sys
import traceback
from email.utils import parsedate_to_datetime

from componentize_py_types import Err
from wit_world.imports import clock, http, log
from wit_world.imports.http import FailureKind, Repeat, RequestSent
from wit_world.imports.types import (
    Failure_Denied,
    Failure_InDoubt,
    Failure_Invalid,
    Failure_NotFound,
    Failure_Other,
    Failure_Rejected,
    Failure_Transient,
    Failure_Unauthorized,
    InvalidInput,
    ProviderMessage,
    TransientFault,
    UnauthorizedAccess,
)

ANSWER_BYTES_MAX = 4 * 1024 * 1024
MESSAGE_CHARS_MAX = 300


class Console(io.TextIOBase):
    """A component has no console. What it prints goes into the operator's log; `countersign conformance` shows it
    with a case that fails.
    """

    line = ""

    def write(self, text):
        *lines, self.line = (self.line + text).split("\n")
        for line in filter(None, lines):
            log.write(log.Level.INFO, line, [])
        return len(text)


sys.stdout = sys.stderr = Console()


def invalid(field, reason):
    """An input that cannot be right; `field` is a path of the contract: `recipients[2].phone`."""
    return Err(Failure_Invalid(InvalidInput(field, reason)))


def other(code, message):
    """Anything without a better word."""
    return Err(Failure_Other(ProviderMessage(code, shorten(message))))


def in_doubt(message):
    """It may or may not have happened."""
    return Err(Failure_InDoubt(shorten(message)))


def transient(message, retry_after_ms=None):
    """A fault that passes by itself."""
    return Err(Failure_Transient(TransientFault(shorten(message), retry_after_ms)))


def unauthorized(message, consent_url=None):
    """The connection is not accepted."""
    return Err(Failure_Unauthorized(UnauthorizedAccess(shorten(message), consent_url)))


def get(role, path):
    """Reads; may be repeated freely."""
    return send(role, "GET", path, http.Body_None_(), Repeat.READ)


def put_file(role, path, attachment):
    """Says what shall be, so a repeat changes nothing. The host streams the file, whose bytes stay outside."""
    body = http.ComposedBody("application/pdf", [http.Chunk_Attachment(attachment)])
    return send(role, "PUT", path, http.Body_Composed(body), Repeat.REPEATABLE)


def post_json(role, path, value, repeat):
    """`repeat` is what a second such request would do: REPEATABLE (it harms nobody) or ONCE (somebody is mailed)."""
    body = http.ComposedBody("application/json", [http.Chunk_Bytes(json.dumps(value).encode())])
    return send(role, "POST", path, http.Body_Composed(body), repeat)


def answer_of(sent):
    """The JSON object of an answer. After a ONCE request, one that cannot be read is in doubt: it did happen."""
    response, repeat = sent
    try:
        answer = json.loads(body_of(response))
        if isinstance(answer, dict):
            return answer
        problem = "it is no object"
    except ValueError as error:
        problem = str(error)
    message = f"the answer (HTTP {response.status}) cannot be read: {problem}"
    raise in_doubt(message) if repeat == Repeat.ONCE else other("malformed-response", message)


def send(role, method, path, body, repeat):
    """Sends one request and answers it with its response, or raises what the lack of success means.

    The path is given a segment at a time and not encoded: ids may hold `/`, `:` and `=`, the host sees to that. The
    base URL and the credentials are the operator's, and are added behind the host's door.
    """
    destination = http.Destination_Inline(ANSWER_BYTES_MAX)
    try:
        response = http.send(http.Request(role, method, path, [], [], body, destination, repeat))
    except Err as failed:
        raise unanswered(failed.value, repeat) from None
    if not 200 <= response.status < 300:
        raise refused(response, repeat)
    return response, repeat


def unanswered(failure, repeat):
    """There is no answer. Where somebody may have acted on a request that must not be repeated, it is in doubt."""
    maybe = repeat == Repeat.ONCE and failure.request_sent == RequestSent.MAYBE
    if failure.kind == FailureKind.IN_DOUBT or maybe:
        return in_doubt(failure.message)
    if failure.kind == FailureKind.DENIED:
        return Err(Failure_Denied(failure.message))
    if failure.kind == FailureKind.UNAUTHORIZED:
        return unauthorized(failure.message, failure.consent_url)
    if failure.kind in (FailureKind.TIMEOUT, FailureKind.CONNECT):
        return transient(failure.message)
    return other(failure.kind.name.lower(), failure.message)


def refused(response, repeat):
    """The provider answered, and not with success. The host has already asked for a fresh token after a 401."""
    status = response.status
    message = body_of(response).strip() or "no explanation was given"
    said = f"HTTP {status}: {message}"
    if status in (401, 403):
        return unauthorized(said)
    if status in (404, 410):
        return Err(Failure_NotFound())
    if status in (408, 425, 429):
        return transient(said, retry_after_ms(response))
    if status >= 500:
        # Some providers fail after the work is done.
        return in_doubt(said) if repeat == Repeat.ONCE else transient(said, retry_after_ms(response))
    if status >= 400:
        return Err(Failure_Rejected(ProviderMessage(str(status), shorten(message))))
    return other(str(status), message)


def retry_after_ms(response):
    """Seconds, or a date seen from the call's own clock (RFC 9110 section 10.2.3)."""
    value = next((header.value.strip() for header in response.headers if header.name == "retry-after"), None)
    if value is None:
        return None
    if value.isdecimal() and len(value) < 10:
        return int(value) * 1000
    try:
        at_ms = int(parsedate_to_datetime(value).timestamp() * 1000)
    except ValueError:
        return None
    return max(0, at_ms - clock.now())


def body_of(response):
    inline = isinstance(response.body, http.ResponseBody_Inline)
    return response.body.value.decode(errors="replace") if inline else ""


def shorten(message):
    """A history line, not a page."""
    flat = " ".join(message.split())
    return flat if len(flat) <= MESSAGE_CHARS_MAX else flat[:MESSAGE_CHARS_MAX] + "…"


def guarded(actions):
    """A bug in an action is told in words. Without this the component would trap, and nobody would see why."""

    def tell(action):
        @functools.wraps(action)
        def guarded_action(self, input):
            try:
                return action(self, input)
            except Err:
                raise
            except Exception as bug:
                # Not `format_exc`: it looks for the source files, and there are no files.
                frames = traceback.walk_tb(bug.__traceback__)
                places = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]
                print(f"{type(bug).__name__}: {bug}, at {' > '.join(places)}")
                raise other("bug", f"{type(bug).__name__}: {bug}") from None

        return guarded_action

    for name, action in list(vars(actions).items()):
        if inspect.isfunction(action):
            setattr(actions, name, tell(action))
    return actions
