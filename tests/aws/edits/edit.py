"""Makes edits in an account behind wcalang's back: a line of JSON in, a line of JSON out.

{"do": STATEMENTS} changes something, {"look": EXPRESSION} tells a value. In both `aws.NAME` is a client of boto3, `ids` has the
identity of every resource by its address, and `name` gives what follows the last `/`, `|` or `:` of an identity.
`tried(lambda: …)` tells the code of an error.
"""

import json
import re
import sys

import boto3
import botocore.exceptions


class Aws:
    def __getattr__(self, name):
        client = boto3.client(name.replace("_", "-"), region_name="us-west-2", endpoint_url=sys.argv[1],
                              aws_access_key_id="x", aws_secret_access_key="x")
        setattr(self, name, client)
        return client


def name(identity):
    return re.split("[/|:]", identity)[-1]


def tried(look):
    """What it tells, or the code of its error."""
    try:
        return look()
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


known = {"aws": Aws(), "ids": json.loads(sys.argv[2]), "name": name, "tried": tried, "json": json}

for line in sys.stdin:
    asked = json.loads(line)
    if "do" in asked:
        exec(asked["do"], known)
        told = None
    else:
        told = eval(asked["look"], known)
    print(json.dumps(told, default=str, sort_keys=True), flush=True)
