"""AWS Lambda, as far as a claim's runner needs it.

moto runs functions in containers, and there is no container engine here. So the program that
CloudFormation has made a function of runs in this process, against this emulator.
"""

import io
import json
import os
import re
import time
import types
import zipfile

import boto3
from wire import ACCOUNT, as_json, failure

INVOKE = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")


def invoke(request):
    """The answer of a function, or None for other requests."""
    at = INVOKE.fullmatch(request.path)
    if request.service != "lambda" or not at or request.method != "POST":
        return None
    from moto.awslambda.models import lambda_backends

    try:
        function = lambda_backends[ACCOUNT][request.region].get_function(at[1].split(":")[-1])
    except Exception:
        return failure(request, 404, "ResourceNotFoundException", f"Function not found: {at[1]}")
    try:
        out = run(source(function), request.region, float(function.timeout), request.json())
    except Exception as e:
        error = {"errorMessage": str(e), "errorType": type(e).__name__, "stackTrace": []}
        return as_json(error, 200, [("X-Amz-Function-Error", "Unhandled")])
    return as_json(out)


def source(function):
    with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as z:
        return z.read("index.py").decode()


def run(program, region, seconds, event):
    def client(service):
        return boto3.client(
            service, region_name=region, endpoint_url=f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
            aws_access_key_id="runner", aws_secret_access_key="runner")

    ends = time.time() + seconds
    context = types.SimpleNamespace(get_remaining_time_in_millis=lambda: (ends - time.time()) * 1000)
    names = {"boto3": types.SimpleNamespace(client=client), "__name__": "index"}
    exec(compile(program.replace("\nimport boto3\n", "\n"), "index.py", "exec"), names)
    return json.loads(json.dumps(names["handler"](event, context)))
