"""Uses the client that openapi-python-client makes of openapi.yaml: PYTHONPATH leads to it."""

import os

from lookaside_client import AuthenticatedClient
from lookaside_client.api.look_ups import look_up_customer, look_up_many
from lookaside_client.models import (
    CustomerDetails,
    CustomerDetailsErrors,
    DetailsLookup,
    ErrorResult,
    FoundResult,
    GetLookup,
    LookUpManyBody,
    NotFoundResult,
    Problem,
)

client = AuthenticatedClient(
    base_url=os.environ["LOOKASIDE_URL"],
    token=os.environ["LOOKASIDE_API_KEY"],
    prefix="",
    auth_header_name="x-api-key",
    timeout=50,
)


def look_up(name, value):
    return look_up_customer.sync(client=client, source="INSTORE", identifier_name=name, identifier_value=value)


found = look_up("mobile", "1234512345")
assert isinstance(found, CustomerDetails), found
print("found", found.id, found.profiles[0].first_name)

nobody = look_up("externalId", "NOBODY")
assert isinstance(nobody, CustomerDetailsErrors), nobody
print("not found", nobody.errors[0].code)

batch = look_up_many.sync(
    client=client,
    body=LookUpManyBody(
        lookups=[
            DetailsLookup(source="INSTORE", identifier_name="mobile", identifier_value="1234512345"),
            GetLookup(api="v1.1", external_id="NOBODY"),
            DetailsLookup(source="INSTORE", identifier_name="mobile", identifier_value="no number"),
        ]
    ),
)
for result in batch.results:
    if isinstance(result, FoundResult):
        print("found", result.customer.id)
    elif isinstance(result, NotFoundResult):
        print("not-found", result.upstream.code)
    else:
        assert isinstance(result, ErrorResult), result
        print("error", result.code)

refused = look_up("mobile", "no number")
assert isinstance(refused, Problem), refused
print("refused", refused.code)
