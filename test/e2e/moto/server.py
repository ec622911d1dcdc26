"""moto as a server, with what the provider needs beyond it.

usage: server.py PORT CALLS

Every call is appended to the file CALLS, one JSON object a line. Calls can be
made to fail: POST a list of faults to /e2e/faults, each with a service and maybe
an action, and either status, code and message, or what is said instead of what.
An empty list ends them.
"""

import io
import json
import os
import re
import sys
import threading
import time
import traceback

os.environ.setdefault("MOTO_PORT", sys.argv[1])

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, run_simple  # noqa: E402

import additions  # noqa: E402
import cbor  # noqa: E402
import lambdas  # noqa: E402
from wire import Request, failure  # noqa: E402

# The time that AWS needs for its fastest changes. With an emulator that needs none, the
# provider sometimes forgets what it has created (upjet issue 632): a creation ends
# while the provider still reads the earlier state.
CHANGE_SECONDS = 1.0

READS = re.compile(r"Describe|Get|List|Head|BatchGet|Lookup|GET |HEAD ")


class Emulator:
    """Answers requests, and keeps a list of them."""

    def __init__(self, calls):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.moto.debug = False
        self.calls = open(calls, "a", buffering=1)
        self.lock = threading.Lock()
        self.faults = []

    def __call__(self, environ, start_response):
        body = read(environ)
        if environ.get("PATH_INFO") == "/e2e/faults":
            self.faults = json.loads(body)
            start_response("200 OK", [("Content-Length", "0")])
            return [b""]
        began = time.time()
        request = Request(environ, body)
        error = None
        try:
            status, headers, out = self.answer(request)
        except Exception:  # A crash of moto is an error response: the provider tries again.
            error = traceback.format_exc()
            status, headers, out = failure(request, 500, "InternalFailure",
                "the emulator has crashed: " + error.splitlines()[-1])
        if request.cbor:
            status, headers, out = cbor.response(status, out)
        if request.service != "-" and not READS.match(request.action):
            time.sleep(CHANGE_SECONDS)
        self.log(request, began, status, out, error)
        start_response(f"{status} X", with_length(request, status, headers, out))
        return [out]

    def answer(self, request):
        fault = self.fault(request)
        if fault.get("code"):
            return failure(request, fault["status"], fault["code"], fault["message"])
        # A function calls this emulator, too, so it must not have the lock.
        own = lambdas.invoke(request)
        if not own:
            with additions.LOCK:
                own = additions.answer(request)
        status, headers, out = own or self.ask_moto(request)
        if not own:
            with additions.LOCK:
                out = additions.correct(request, status, out)
        return status, headers, out.replace(fault["what"].encode(), fault["instead"].encode()) if fault else out

    def fault(self, request):
        """The fault that this call is to have, or an empty one."""
        for fault in self.faults:
            if fault["service"] == request.service and fault.get("action", request.action) == request.action:
                return fault
        return {}

    def ask_moto(self, request):
        got = {}

        def start_response(status, headers, _=None):
            got.update(status=int(status.split()[0]), headers=headers)

        out = b"".join(self.moto.get_application(request.environ)(request.environ, start_response))
        return got["status"], got["headers"], out

    def log(self, request, began, status, out, error):
        entry = {
            "time": began,
            "service": request.service,
            "region": request.region,
            "action": request.action,
            "status": status,
            "ms": int((time.time() - began) * 1000),
        }
        if status >= 400:
            entry["request"] = request.body[:1500].decode("utf8", "replace")
            entry["response"] = out[:800].decode("utf8", "replace")
        if error:
            entry["crash"] = error[-2000:]
        with self.lock:
            self.calls.write(json.dumps(entry) + "\n")


def read(environ):
    """The request's body, which moto can still read after us."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def with_length(request, status, headers, out):
    """A response's headers with the length that it has after the corrections, and without a
    checksum of what it was before, for which clients of DynamoDB would ask again."""
    if request.method == "HEAD":
        return headers
    kept = [(k, v) for k, v in headers if k.lower() not in ("content-length", "x-amz-crc32")]
    return kept if status in (204, 304) else [*kept, ("Content-Length", str(len(out)))]


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        """The list of calls says it all."""


if __name__ == "__main__":
    additions.patch()
    run_simple("127.0.0.1", int(sys.argv[1]), Emulator(sys.argv[2]), threaded=True, request_handler=Quiet)
