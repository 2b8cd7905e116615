"""Asks who mobile numbers belong to, by direct invocation: one batch. It needs boto3.

    python till.py '+91 12345 12345' 9000000002

On one machine, with `npm start`, set these variables first. An SDK needs a region and credentials. The service does not
check them:

    export AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:3000
    export AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

LOOKASIDE_FUNCTION names the function: the output InvokeFunctionName of a deployment. Without it, it is lookaside-invoke,
the name with `npm start`.
"""

import json
import os
import sys
from decimal import Decimal

import boto3

if len(sys.argv) == 1:
    sys.exit("Usage: till.py NUMBER...")

# boto3 reads AWS_DEFAULT_REGION only, other SDKs read AWS_REGION.
client = boto3.client("lambda", region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"))
function = os.environ.get("LOOKASIDE_FUNCTION") or "lookaside-invoke"


def look_up(numbers):
    lookups = [{"source": "INSTORE", "identifierName": "mobile", "identifierValue": number} for number in numbers]
    answer = client.invoke(FunctionName=function, Payload=json.dumps({"lookups": lookups}))
    if "FunctionError" in answer:
        raise RuntimeError(f"{function} failed ({answer['FunctionError']})")
    # A float would round what Capillary wrote.
    return json.loads(answer["Payload"].read(), parse_float=Decimal)["results"]


for result in look_up(sys.argv[1:]):
    if result["kind"] == "found":
        profile = (result["customer"].get("profiles") or [{}])[0]
        print("found", profile.get("firstName"), result["customer"].get("id"), result["cache"]["status"])
    elif result["kind"] == "not-found":
        print("not-found", result["upstream"]["code"])
    else:
        # An error has a code. A pending look-up has none: the deployment sets a wait for its callers.
        print(result["kind"], result.get("code", ""))
