#!/usr/bin/env bash
# A till: who is this mobile number? It needs curl and jq.
#
#   ./till.sh '+91 12345 12345'
#
# LOOKASIDE_URL is the address of the service, with the stage of a deployment. LOOKASIDE_API_KEY is the till's API key.
set -euo pipefail

number=${1-}
if [[ -z $number ]]; then
  echo 'Usage: till.sh NUMBER' >&2
  exit 2
fi

for tool in curl jq; do
  command -v "$tool" >/dev/null || {
    echo "till.sh needs $tool, which is not installed." >&2
    exit 1
  }
done

url=${LOOKASIDE_URL:-http://127.0.0.1:3000}
# The stack's output Endpoint ends with a slash.
url=${url%/}

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

# Capillary says "not found" with status 200 too: its `errors` count, not the status. A reply about an erased customer has
# `errors` without a code. A reply with neither a customer nor `errors` does not come from Lookaside.
if jq --exit-status --null-input 'input.profiles' >/dev/null 2>&1 <<<"$body"; then
  jq --raw-output '
    "\(.profiles[0].firstName // "") \(.profiles[0].lastName // "")",
    (.loyaltyProgramDetails[]? | "\(.programTitle): \(.currentSlab // "no tier"), \(.loyaltyPoints // 0) points")
  ' <<<"$body"
else
  code=$(jq --raw-output '.errors[0].code // ""' 2>/dev/null <<<"$body" || true)
  case $code in
    # The last three know the customer, who is not in the loyalty programme.
    8015 | 8065 | 816 | 1011 | 1012 | 1013 | 1020 | 8089) echo 'Customer not found. Offer to enrol.' ;;
    invalid_identifier) echo 'This is not a mobile number. Ask again.' ;;
    *) echo "No answer ($status${code:+ $code}). Go on without the customer." ;;
  esac
fi
