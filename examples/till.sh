#!/usr/bin/env bash
# A till: who is this mobile number? It needs curl and jq.
#
#   ./till.sh '+91 12345 12345'
#
# LOOKASIDE_URL is the address of the service, with the stage of a deployment. LOOKASIDE_API_KEY is the till's API key.
set -euo pipefail

url=${LOOKASIDE_URL:-http://127.0.0.1:3000}
# The stack's output Endpoint ends with a slash.
url=${url%/}
number=${1:?Usage: till.sh NUMBER}

# The last line of the output is the status. A look-up has its own limit; this one is for a network that hangs.
answer=$(curl --silent --show-error --max-time "${LOOKASIDE_SECONDS:-10}" --write-out '\n%{http_code}' --get \
  --header "x-api-key: ${LOOKASIDE_API_KEY:-none}" \
  --data-urlencode source=INSTORE \
  --data-urlencode identifierName=mobile \
  --data-urlencode "identifierValue=$number" \
  "$url/v2/customers/lookup/customerDetails") || {
  echo 'No answer. Go on without the customer.'
  exit 0
}
status=${answer##*$'\n'}
body=${answer%$'\n'*}

# Capillary says "not found" with status 200 too: its `errors` count, not the status. A reply with neither a customer nor
# `errors` is about an erased customer, or comes from something on the way.
if jq --exit-status --null-input 'input.profiles' >/dev/null 2>&1 <<<"$body"; then
  jq --raw-output '
    "\(.profiles[0].firstName // "") \(.profiles[0].lastName // "")",
    (.loyaltyProgramDetails[]? | "\(.programTitle): \(.currentSlab // "no tier"), \(.loyaltyPoints // 0) points")
  ' <<<"$body"
else
  code=$(jq --raw-output '.errors[0].code // ""' 2>/dev/null <<<"$body" || true)
  case $code in
    8015 | 8065 | 816) echo 'Customer not found. Offer to enrol.' ;;
    invalid_identifier) echo 'This is not a mobile number. Ask again.' ;;
    *) echo "No answer ($status${code:+ $code}). Go on without the customer." ;;
  esac
fi
