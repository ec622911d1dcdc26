"""How AWS's protocols look on the wire."""

import json
import re
import uuid
from urllib.parse import parse_qs, unquote

import cbor

ACCOUNT = "123456789012"

# The services that speak XML; the others speak JSON.
XML = {"cloudformation", "ec2", "rds", "elasticloadbalancing", "iam", "sts", "sns", "s3", "cloudfront", "route53",
    "elasticache", "autoscaling"}


class Request:
    """A call: which service, which action, and what with."""

    def __init__(self, environ, body):
        self.environ = environ
        self.cbor = cbor.to_json(environ, body)
        self.body = environ["wsgi.input"].getvalue() if self.cbor else body
        self.method = environ["REQUEST_METHOD"]
        self.path = environ.get("PATH_INFO", "")
        self.query = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).items()}
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
        self.region, self.service = scope.groups() if scope else ("-", "-")
        self.action = self._action()

    def _action(self):
        target = environ_target(self.environ)
        if target:
            return target
        named = re.search(rb"(?:^|&)Action=(\w+)", self.body)
        if named:
            return named[1].decode()
        query = self.environ.get("QUERY_STRING", "")
        return f"{self.method} {self.path}" + (f"?{query}" if query else "")

    def json(self):
        try:
            return json.loads(self.body or b"{}")
        except ValueError:
            return {}

    def form(self):
        return {k: v[0] for k, v in parse_qs(self.body.decode(), keep_blank_values=True).items()}

    def arn(self, service, resource, region=None):
        return f"arn:aws:{service}:{self.region if region is None else region}:{ACCOUNT}:{resource}"

    def rest(self, prefix):
        """What of the path follows a prefix."""
        return unquote(self.path[len(prefix):]).rstrip("/")


def environ_target(environ):
    return environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]


def as_json(o, status=200, headers=()):
    return status, [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", str(uuid.uuid4())),
        *headers], json.dumps(o).encode()


def as_xml(text, status=200, headers=()):
    return status, [("Content-Type", "text/xml"), ("x-amzn-RequestId", str(uuid.uuid4())), *headers], text.encode()


def failure(request, status, code, message):
    """An error, as the service would say it."""
    if request.service == "ec2":
        return as_xml(
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>e2e</RequestID></Response>", status)
    if request.service == "s3":
        return as_xml(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>", status)
    if request.service in XML:
        return as_xml(
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>e2e</RequestId></ErrorResponse>", status)
    return as_json({"__type": code, "message": message}, status, [("x-amzn-ErrorType", code)])
