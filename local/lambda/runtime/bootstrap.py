"""
The Python runtime inside a sandbox: what AWS's managed runtime (its runtime interface client for Python, with logs in text
format) does as far as a function and its log can tell. The standard library only, on Python 3.9 to 3.14. Its loading is
part of every cold start; for that reason it speaks HTTP over one bare socket instead of importing http.client.

Arguments: the sandbox process's id (so that a later run can recognise the process), and `--watch-stdin` where the
system has no other way to end a child whose parent died.
"""

import importlib
import json
import logging
import os
import signal
import site
import socket
import struct
import sys
import threading
import time
import traceback
from types import SimpleNamespace

# A frame's type says its format and level: text without a level, and text with the level ERROR.
TEXT_FRAME = 0xA55A0003
TEXT_ERROR_FRAME = 0xA55A0017

# The traceback in the log is indented with no-break spaces.
LOG_INDENT = "\u00a0"

# AWS's text goes on for five more sentences, about updates of the runtime.
INIT_WARNING = "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code."


class Fault(Exception):
    """What the runtime itself finds wrong with a function, under a type of its own and without frames."""

    def __init__(self, name, message, stack_trace=()):
        super().__init__(message)
        self.error_type = f"Runtime.{name}"
        self.stack_trace = list(stack_trace)


class LogHandler(logging.Handler):
    """
    Writes the log to the telemetry descriptor. A frame is one event: type (4 bytes), length (4), microseconds since the
    epoch (8), then the message. Big endian.
    """

    def __init__(self, descriptor):
        super().__init__()
        self.request_id = ""
        self.logged_bytes = 0
        self._descriptor = descriptor
        line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
        self.setFormatter(logging.Formatter(line, "%Y-%m-%dT%H:%M:%S"))
        self.addFilter(self._add_request_id)

    def _add_request_id(self, record):
        record.aws_request_id = self.request_id
        return True

    def emit(self, record):
        self.write(self.format(record))

    def write(self, message, frame_type=TEXT_FRAME):
        body = message.encode()
        frame = struct.pack(">IIQ", frame_type, len(body), time.time_ns() // 1000) + body
        # The lock of logging: threads log too, and it is renewed in a forked child.
        self.acquire()
        try:
            self.logged_bytes += len(frame)
            while frame:
                frame = frame[os.write(self._descriptor, frame) :]
        finally:
            self.release()

    def write_error(self, error):
        """One event of several lines, without an instant, a request id or a line feed at its end."""
        message = f": {error['errorMessage']}" if error["errorMessage"] else ""
        lines = [f"[ERROR] {error['errorType']}{message}", "Traceback (most recent call last):"]
        for line in (line for entry in error["stackTrace"] for line in entry.splitlines()):
            text = line.lstrip(" ")
            lines.append(LOG_INDENT * (len(line) - len(text)) + text)
        self.write("\n".join(lines), TEXT_ERROR_FRAME)


def end_at_once():
    os.kill(os.getpid(), signal.SIGKILL)


class RuntimeApi:
    """One keep-alive connection, one request at a time."""

    def __init__(self, address):
        self._authority, _, base = address.partition("/")
        self._path = f"/{base}/2018-06-01/runtime"
        self._received = b""
        host, port = self._authority.split(":")
        try:
            self._socket = socket.create_connection((host, int(port)))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            end_at_once()

    def next_invocation(self, logged_bytes):
        """How much was logged lets the platform write END and REPORT after the last line of the function."""
        _, headers, body = self._request("GET", "/invocation/next", {"X-Logged-Bytes": logged_bytes})
        return headers, body

    def post(self, target, body, headers):
        """Answers the status."""
        status, _, _ = self._request("POST", target, {**headers, "Content-Length": len(body)}, body)
        return status

    def post_error(self, target, error):
        error_type = "".join(c if " " <= c <= "~" else "?" for c in error["errorType"])[:256]
        headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": error_type}
        return self.post(target, to_json(error), headers)

    def _request(self, method, target, headers, body=b""):
        lines = [f"{method} {self._path}{target} HTTP/1.1", f"Host: {self._authority}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        try:
            self._socket.sendall("\r\n".join([*lines, "\r\n"]).encode("latin-1") + body)
            return self._read_answer()
        except OSError:
            # Without its Runtime API a runtime has nothing to live for.
            end_at_once()

    def _read_answer(self):
        while b"\r\n\r\n" not in self._received:
            self._receive()
        head, _, rest = self._received.partition(b"\r\n\r\n")
        status_line, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        # The server always states the length of its answers.
        length = int(headers.get("content-length", 0))
        self._received = rest
        while len(self._received) < length:
            self._receive()
        body, self._received = self._received[:length], self._received[length:]
        return int(status_line.split(" ")[1]), headers, body

    def _receive(self):
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the Runtime API closed the connection")
        self._received += chunk


class LambdaContext:
    """The second argument of a handler."""

    def __init__(self, headers, log):
        variable = os.environ.get
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.function_name = variable("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = variable("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = variable("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = variable("AWS_LAMBDA_LOG_STREAM_NAME")
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = None
        self.tenant_id = None
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))
        self._log = log

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        self._log.write(str(message))


class Encoder(json.JSONEncoder):
    """AWS's runtime writes a Decimal as the number it is; here it is one within the precision of a float."""

    def default(self, o):
        from decimal import Decimal  # Whoever hands one over has it loaded already.

        if not isinstance(o, Decimal):
            return super().default(o)
        return int(o) if o.is_finite() and o == o.to_integral_value() else float(o)


def to_json(value):
    return json.dumps(value, cls=Encoder, ensure_ascii=False).encode()


def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise Fault("MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        place = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault("UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [place]) from error
    try:
        return getattr(module, function_name)
    except AttributeError as error:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("HandlerNotFound", message) from error


def describe(thrown, request_id):
    """The error as it is posted. Its frames begin where the runtime's own end."""
    error_type, stack = type(thrown).__name__, []
    if isinstance(thrown, Fault):
        error_type, stack = thrown.error_type, thrown.stack_trace
    else:
        frames = traceback.extract_tb(thrown.__traceback__)
        own = 0
        while own < len(frames) - 1 and frames[own].filename == __file__:
            own += 1
        # As tuples: else newer versions of Python mark the place in the line, which AWS's runtime does not show.
        stack = traceback.format_list([tuple(frame) for frame in frames[own:]])
    return {"errorMessage": str(thrown), "errorType": error_type, "requestId": request_id, "stackTrace": stack}


def read_event(body):
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault("UnmarshalError", f"Unable to unmarshal input: {error}") from error


def marshal(response):
    """Answers the body and its content type. Bytes are the function's own affair."""
    if isinstance(response, bytes):
        return response, "application/unknown"
    try:
        return to_json(response), "application/json"
    except Exception as error:
        raise Fault("MarshalError", f"Unable to marshal response: {error}") from error


def run_invocation(api, log, handler, headers, body):
    request_id = log.request_id = headers["lambda-runtime-aws-request-id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
    target = f"/invocation/{request_id}"
    # What is no Exception, for instance SystemExit, ends the process, as it does on AWS.
    try:
        answer, content_type = marshal(handler(read_event(body), LambdaContext(headers, log)))
    except Exception as thrown:
        error = describe(thrown, request_id)
        log.write_error(error)
        api.post_error(f"{target}/error", error)
        return
    status = api.post(f"{target}/response", answer, {"Content-Type": content_type})
    if status >= 400:
        now = time.time_ns() // 1_000_000
        what = f"Failed to post handler success response. Http response code: {status}."
        sys.stderr.write(f"[ERROR] [{now}] LAMBDA_RUNTIME {what}\n")
        raise RuntimeError("Failed to post invocation response")


def end_with_parent():
    """In a thread of its own: it acts while the function's code keeps the main one busy."""
    try:
        while os.read(0, 4096):
            pass
    finally:
        end_at_once()


def main():
    if "--watch-stdin" in sys.argv:
        threading.Thread(target=end_with_parent, daemon=True).start()
    # Started without its `site` module, so that nothing installed on the machine looks as if it were deployed.
    site.setquit()
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]

    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    log = LogHandler(int(os.environ.pop("_LAMBDA_TELEMETRY_LOG_FD")))
    logging.Formatter.converter = time.gmtime
    logging.getLogger().addHandler(log)

    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as thrown:
        error = describe(thrown, "")
        logging.warning(INIT_WARNING)
        log.write_error(error)
        api.post_error("/init/error", error)
        sys.exit(1)

    while True:
        headers, body = api.next_invocation(log.logged_bytes)
        run_invocation(api, log, handler, headers, body)


main()
