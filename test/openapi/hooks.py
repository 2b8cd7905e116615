"""What openapi.yaml says in words, since no schema can: which values of a request belong together.

Schemathesis loads this file. Without it most requests would be refused for a reason that is not the one under test.
"""

import json
import unicodedata
import zlib
from itertools import groupby
from urllib.parse import parse_qs, urlsplit

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

# A customer that the bundled simulator (simulator/) knows, and one that it does not know.
KNOWN = {
    "mobile": ["1234512345", "+91 12345 12345", "9000000001", "(090) 0000-0002", "919100000002", "9999999999"],
    "email": ["bubalus@example.com", "Customer-1@Example.com", "erased@example.com", "nobody@example.com"],
    "id": ["566881933", "9007199254740993", "7000000002", "1"],
    "externalId": ["12341234", "CUST-0001", "CUST-0006", "MERGED", "ERASED", "BARE", "WARN-8063", "NOBODY"],
    "cardnumber": ["mtest00000000067003", "9900 0000 0000 0060", "9900000000000061"],
    "cardExternalId": ["CardExternal2", "CardExt-6-0"],
    "wechat": ["wechat-openid-0002", "wechat-openid-0004"],
}
# What takes no text of any kind: the schema of identifierValue is that of every name.
PICKY = {"mobile", "email", "id"}
PROJECTIONS = ["*", "id", "firstname,lastname", "id,profiles(firstName,identifiers/value)", "warnings,coupons"]
GET_NAMES = {
    "id": "id",
    "mobile": "mobile",
    "email": "email",
    "external_id": "externalId",
    "card_number": "cardnumber",
    "card_external_id": "cardExternalId",
}
JOINED = {
    *("coupons", "ndncStatus", "optinStatus", "registeredStore", "registeredTill"),
    *("retentionCriteria", "slabHistory", "tierUpgradeCriteria"),
}

BODY = ParameterLocation.BODY
# What embed may hold, in lower case: out of the document.
EMBEDS = set()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Adds what the document's patterns leave out: the format characters beyond U+FFFF, which not every tool can write."""

    def spell(value):
        if isinstance(value, dict):
            return {name: spell_pattern(member) if name == "pattern" else spell(member) for name, member in value.items()}
        return [spell(member) for member in value] if isinstance(value, list) else value

    def spell_pattern(pattern):
        return pattern.replace(CONTROL_AND_FORMAT_TO_FFFF, CONTROL_AND_FORMAT) if isinstance(pattern, str) else spell(pattern)

    raw_schema.update(spell(dict(raw_schema)))
    EMBEDS.update(embed.lower() for embed in raw_schema["components"]["schemas"]["Embed"]["enum"])


@schemathesis.hook
def before_add_examples(context, examples):
    for case in examples:
        fit(case)


@schemathesis.hook
def map_case(context, case):
    fit(case)
    return case


def fit(case):
    """Lets the values of a request fit each other, but for the one that is meant to be wrong."""
    wrong = wrong_parameters(case)
    # A 304 has no body that could be held against its schema: one in eight will do.
    if "If-None-Match" in (case.headers or {}) and zlib.crc32(digest(case.query)) % 8 != 0:
        del case.headers["If-None-Match"]
    if case.operation.path == "/lookups":
        lookups = case.body.get("lookups") if isinstance(case.body, dict) else None
        for lookup in lookups if isinstance(lookups, list) else []:
            if is_positive(case) and isinstance(lookup, dict):
                (fit_get if lookup.get("api") == "v1.1" else fit_details)(lookup, wrong)
    elif isinstance(case.query, dict):
        if case.operation.path == "/v1.1/customer/get":
            fit_get(case.query, wrong)
        elif "identifierName" in case.query:
            fit_details(case.query, wrong)


@schemathesis.check
def wrong_lookup_is_refused(ctx, response, case):
    """What is wrong in one look-up of a batch is said in its own result, not by the status."""
    is_wrong_batch = case.operation.path == "/lookups" and not is_positive(case) and case.meta.is_negative_at(BODY)
    if is_wrong_batch and response.status_code == 200:
        results = response.json()["results"]
        refusals = {f"{what}_parameter" for what in ("missing", "unknown", "duplicate", "invalid")} | {"invalid_identifier"}
        assert any(result.get("code") in refusals for result in results), "a wrong look-up was answered"


@schemathesis.check
def wrong_parameter_is_refused(ctx, response, case):
    """As negative_data_rejection, which (in 4.32.5) forgives a wrong parameter where another one is right."""
    if response.status_code < 400:
        sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
        wrong = [name for name in wrong_parameters(case) if is_wrong(case.operation.query.get(name), sent.get(name, []))]
        assert wrong == [], f"wrong, and accepted: {', '.join(wrong)}"


def is_wrong(parameter, texts):
    """Whether a parameter is wrong as it was sent: a number sent as text is none the worse for it."""
    if parameter is None or len(texts) == 0:
        return parameter is not None and parameter.is_required
    schema = parameter.definition.get("schema", {})
    if len(texts) == 1 and schema.get("type") == "array":
        return any(each.strip().lower() not in EMBEDS for each in texts[0].split(",") if each.strip())
    is_valid = parameter.get_validator().is_valid
    return len(texts) > 1 or not any(is_valid(reading) for reading in readings(texts[0]))


def readings(text):
    """What a text may stand for. Letter case and outer spaces do not count where there is a list of words."""
    yield from (text, text.lower(), text.upper(), text.strip(" "))
    try:
        yield json.loads(text)
    except ValueError:
        return


def fit_details(parameters, wrong):
    """The v2 look-up, and the purge of its entries."""

    def put(name, value):
        if name not in wrong:
            parameters[name] = value

    name = parameters.get("identifierName")
    if isinstance(name, str):
        # Several only where dual eligibility is on.
        name = name.split(",")[0]
        put("identifierName", name)
        put("identifierValue", fit_identifier(name, parameters.get("identifierValue")))
    if parameters.get("source") != "INSTORE" and not str(parameters.get("accountId") or "").strip(" "):
        put("accountId", "wechat-account-1")
    can_join = parameters.get("source") in ("INSTORE", "ALL") and name in GET_NAMES.values()
    needs_mlp = "gapToUpgrade" in parameters or "gapToRenew" in parameters
    embeds = [each for each in list_of(parameters.get("embed")) if can_join or each not in JOINED]
    if "embed" in parameters or needs_mlp:
        put("embed", ",".join([*embeds, "mlp"] if needs_mlp else embeds))
    fit_fields(parameters, wrong)


def list_of(embed):
    """The values of embed, in a query already one text."""
    return embed.split(",") if isinstance(embed, str) else [str(each) for each in embed or []]


def fit_get(parameters, wrong):
    """The v1.1 look-up: one identifier, and no other."""
    given = [name for name in GET_NAMES if name in parameters]
    meant = next((name for name in given if name in wrong), None) or pick(given or ["mobile"], parameters)
    for name in given:
        if name != meant:
            del parameters[name]
    if meant not in wrong:
        parameters[meant] = fit_identifier(GET_NAMES[meant], parameters.get(meant))
    if ("gap_to_upgrade_for" in parameters or "gap_to_renew_for" in parameters) and "mlp" not in wrong:
        parameters["mlp"] = "true"
    fit_fields(parameters, wrong)


def fit_identifier(name, value):
    """A value that this kind of identifier may have: one of a known customer's, or, where any will do, the generated."""
    text = str(value).replace(",", "").strip(" ")
    is_known_wanted = name in PICKY or text == "" or (name in KNOWN and zlib.crc32(digest(text)) % 2 == 0)
    return pick(KNOWN.get(name, ["made-up-1"]), value) if is_known_wanted else text


def fit_fields(parameters, wrong):
    if "fields" in parameters and "fields" not in wrong:
        parameters["fields"] = pick(PROJECTIONS, parameters["fields"])


def pick(values, seed):
    """One of the values, always the same for the same seed."""
    return values[zlib.crc32(digest(seed)) % len(values)]


def digest(value):
    return repr(value).encode("utf-8", "backslashreplace")


def is_positive(case):
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE


def wrong_parameters(case):
    """The names of what is meant to be wrong."""
    data = None if case.meta is None or is_positive(case) else case.meta.phase.data
    if data is None:
        return set()
    return {getattr(data, "parameter", None), *(each.parameter for each in getattr(data, "mutations", ()))}


def ranges(categories, end=0x110000):
    """The members of Unicode categories, as a character class of Python's and of Rust's regular expressions holds them."""
    members = [code for code in range(end) if unicodedata.category(chr(code)) in categories]
    runs = [[code for _, code in run] for _, run in groupby(enumerate(members), lambda pair: pair[1] - pair[0])]
    spelt = lambda code: f"\\u{code:04x}" if code < 0x10000 else chr(code)
    return "".join(spelt(run[0]) if len(run) == 1 else f"{spelt(run[0])}-{spelt(run[-1])}" for run in runs)


CONTROL_AND_FORMAT = ranges({"Cc", "Cf"})
CONTROL_AND_FORMAT_TO_FFFF = ranges({"Cc", "Cf"}, 0x10000)
