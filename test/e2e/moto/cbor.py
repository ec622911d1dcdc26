"""CloudWatch's protocol.

Needed for moto 5.2.4: the AWS SDK for Go speaks nothing but rpc-v2-cbor to
CloudWatch, and moto does not know it ("unexpected smithy-protocol response
header"). It is turned into JSON, which moto knows, and back.
"""

import io
import json
import re
import struct
import uuid

CONTENT = {"PATH_INFO": "/", "REQUEST_URI": "/", "RAW_URI": "/", "CONTENT_TYPE": "application/x-amz-json-1.0"}


def to_json(environ, body):
    """Make a CBOR request a JSON one. Says whether it was."""
    operation = re.match(r"/service/(\w+)/operation/(\w+)$", environ.get("PATH_INFO", ""))
    if not operation or environ.get("HTTP_SMITHY_PROTOCOL") != "rpc-v2-cbor":
        return False
    text = json.dumps(decode(body)).encode()
    environ.update(CONTENT, HTTP_X_AMZ_TARGET=f"{operation[1]}.{operation[2]}", CONTENT_LENGTH=str(len(text)))
    environ["wsgi.input"] = io.BytesIO(text)
    environ.pop("HTTP_ACCEPT", None)
    return True


def response(status, body):
    """A JSON response as CBOR."""
    headers = [("Content-Type", "application/cbor"), ("Smithy-Protocol", "rpc-v2-cbor"),
        ("x-amzn-RequestId", str(uuid.uuid4()))]
    try:
        o = json.loads(body or b"{}")
    except ValueError:
        status, o = 500, {"__type": "InternalFailure", "message": body[:300].decode("utf8", "replace")}
    if status >= 400:
        code = o.get("__type", o.get("Error", {}).get("Code", "InternalFailure")).split("#")[-1]
        o["__type"] = "com.amazonaws.cloudwatch#" + code
        headers.append(("x-amzn-query-error", code + ";Sender"))
    return status, headers, encode(o)


def encode(o, key=""):
    if o is None:
        return b"\xf6"
    if isinstance(o, bool):
        return b"\xf5" if o else b"\xf4"
    if isinstance(o, (int, float)) and (key.endswith("Timestamp") or key == "LastModified"):
        return b"\xc1\xfb" + struct.pack(">d", float(o))
    if isinstance(o, int):
        return head(0, o) if o >= 0 else head(1, -1 - o)
    if isinstance(o, float):
        return b"\xfb" + struct.pack(">d", o)
    if isinstance(o, str):
        return head(3, len(o.encode())) + o.encode()
    if isinstance(o, (list, tuple)):
        return head(4, len(o)) + b"".join(map(encode, o))
    o = {k: v for k, v in o.items() if v is not None}
    return head(5, len(o)) + b"".join(encode(k) + encode(v, k) for k, v in o.items())


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for code, size, form in ((24, 8, ">B"), (25, 16, ">H"), (26, 32, ">I"), (27, 64, ">Q")):
        if n < 1 << size:
            return bytes([major << 5 | code]) + struct.pack(form, n)
    raise ValueError(f"cannot encode {n}")


def decode(data):
    return Decoder(data).item() if data else {}


class Decoder:
    """Reads one value, as RFC 8949 says."""

    SIMPLE = {20: False, 21: True, 22: None, 23: None}
    FLOATS = {25: ">e", 26: ">f", 27: ">d"}

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        self.at += n
        return self.data[self.at - n:self.at]

    def item(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return (struct.unpack(self.FLOATS[info], self.take(1 << info - 24))[0]
                if info in self.FLOATS else self.SIMPLE[info])
        n = self.argument(info)
        return (self.natural, self.negative, self.octets, self.text, self.array, self.object, self.tagged)[major](n)

    def argument(self, info):
        if info == 31:
            return None
        return info if info < 24 else int.from_bytes(self.take(1 << info - 24))

    def ends(self):
        if self.data[self.at] == 0xFF:
            self.at += 1
            return True
        return False

    def times(self, n):
        """Counts to n, or until the end mark when the length is not said."""
        done = 0
        while done < n if n is not None else not self.ends():
            done += 1
            yield

    def natural(self, n):
        return n

    def negative(self, n):
        return -1 - n

    def octets(self, n):
        return self.take(n) if n is not None else b"".join(self.item() for _ in self.times(None))

    def text(self, n):
        return self.take(n).decode() if n is not None else "".join(self.item() for _ in self.times(None))

    def array(self, n):
        return [self.item() for _ in self.times(n)]

    def object(self, n):
        return {self.item(): self.item() for _ in self.times(n)}

    def tagged(self, _):
        return self.item()
