"""The sandbox's AWS: moto 5.2.5 on loopback, with the gaps of `gaps.py` closed.

    emulator.py [--host 127.0.0.1] [--port 5000] [--region us-west-2] [--certificate live.example.org]… [--digest TEXT]

Says `listening on http://…` on stdout when it serves, and serves until it is stopped. Port 0 is any free port. The account
is 123456789012, any credentials will do, everything is in memory, and nothing is ever pending. What moto cannot do is
answered with HTTP 400 `UnsupportedOperation`, and a crash of moto with HTTP 400 `InternalFailure`, in the protocol of the
service: clients would repeat an HTTP 500 for minutes. Both are named on stderr.

    GET  /wcalang/alive                                 who this is: name, digest and process id
    POST /wcalang/certificate?domain=…&region=…         an issued certificate for a domain, unless there is one: its ARN
    POST /wcalang/stop                                  the end of it
    POST /moto-api/reset                                an empty account (certificates go too)
"""
import argparse
import json
import os
import signal
import sys
import threading
import traceback
import urllib.parse
from xml.sax.saxutils import escape

# AWS has its managed policies, and validates a certificate in its own time; moto would have none, and take a minute.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")

from moto.acm.models import CertBundle, acm_backends  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

from gaps import close_gaps  # noqa: E402

ACCOUNT = "123456789012"


class Sandbox:
    """The WSGI application: the control paths, and moto for everything else."""

    def __init__(self, region, digest):
        self.region, self.digest = region, digest
        self.moto = DomainDispatcherApplication(create_backend_app)
        # moto walks through dictionaries that other threads change: one request at a time.
        self.turn = threading.Lock()

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith("/wcalang/"):
            return answer(start_response, *self.control(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", "")))
        try:
            with self.turn:
                return self.moto(environ, start_response)
        except NotImplementedError as error:
            code, message = "UnsupportedOperation", f"{error}, in the sandbox"
        except Exception as error:  # of moto, whatever it is
            traceback.print_exc()
            code, message = "InternalFailure", f"the sandbox failed: {type(error).__name__}: {error}"
        service = service_of(environ)
        print(f"{code}: {service}: {message}", file=sys.stderr, flush=True)
        return answer(start_response, "400 Bad Request", *failure(service, "HTTP_X_AMZ_TARGET" in environ, code, message))

    def control(self, method, path, query):
        given = dict(urllib.parse.parse_qsl(query))
        if (method, path) == ("GET", "/wcalang/alive"):
            return in_json("200 OK", {"name": "wcalang sandbox", "digest": self.digest, "pid": os.getpid()})
        if (method, path) == ("POST", "/wcalang/certificate") and given.get("domain"):
            return in_json("200 OK", {"arn": issue(given["domain"], given.get("region") or self.region)})
        if (method, path) == ("POST", "/wcalang/stop"):
            threading.Timer(0.1, os._exit, [0]).start()
            return in_json("200 OK", {"pid": os.getpid()})
        return in_json("404 Not Found", {"error": f"there is no {method} {path}, or it lacks a parameter"})


class Handler(MotoRequestHandler):
    """Requests are not logged: the log is for what went wrong."""

    def log_request(self, *_):
        pass


def issue(domain, region):
    """The ARN of the issued certificate of a domain, made where there is none."""
    backend = acm_backends[ACCOUNT][region]
    for certificate in list(backend._certificates.values()):
        if certificate.common_name == domain and certificate.status == "ISSUED":
            return certificate.arn
    made = CertBundle.generate_cert(domain, account_id=ACCOUNT, region=region)
    return backend.import_certificate(made.cert, made.key, None, None, [])


def service_of(environ):
    """The service that a request was signed for."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0].split("/")
    return scope[3] if len(scope) > 3 else "?"


def failure(service, in_target, code, message):
    """Content type and text of an error, as the service's clients read it."""
    if in_target or service == "?":
        return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return "application/xml", {"s3": error, "ec2": f"<Response><Errors>{error}</Errors></Response>"}.get(
        service, f"<ErrorResponse>{error}</ErrorResponse>")


def in_json(status, value):
    return status, "application/json", json.dumps(value)


def answer(start_response, status, kind, text):
    body = text.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5000, help="0 is any free port")
    parser.add_argument("--region", default="us-west-2", help="where the certificates go")
    parser.add_argument("--certificate", metavar="DOMAIN", action="append", default=[])
    parser.add_argument("--digest", default="", help="what /wcalang/alive says of itself")
    options = parser.parse_args()
    close_gaps()
    for domain in options.certificate:
        issue(domain, options.region)
    server = make_server(options.host, options.port, Sandbox(options.region, options.digest), threaded=True, request_handler=Handler)
    os.environ["MOTO_PORT"] = str(server.port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    print(f"listening on http://{options.host}:{server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
