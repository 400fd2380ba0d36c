"""How generated requests get beyond the door, and what may be refused although it fits the contract."""

import re

import schemathesis

# no schema can say these of every text
TEXT = [".* contains a NUL character", ".* contains half of a surrogate pair, which is no character"]
REVISION = r"there is no revision '.*'; GET /api/v1/revisions lists them"
QUESTION = "/query contains no visible character"

REASONS = {
    "createChatCompletion": [
        REVISION,
        "a message's role must be system, developer, user or assistant",
        "a message's content must be a text or an array of parts",
        "only parts of type text can be read",
        "a part of type text must have a text",
        "the last message must be the user's, with text in it",
        "stop must be a text or an array of texts",
        "only one choice is written: n must be 1",
    ],
    "generateAnswer": [QUESTION, REVISION],
    "searchSources": [QUESTION, REVISION],
    "storeDocuments": ["the document can't be stored: .*", "none of the documents can be stored; the first: .*"],
    "listTraces": ["cursor is not one that an answer gave", "(from|to) must be a time such as .*"],
    "draftRevision": [REVISION],
    "beginExperiment": [REVISION, "the arms must be different revisions"],
    "replayTraces": [REVISION, "say which traces: either trace_ids or last"],
    "evaluateRevision": [REVISION, "there is no evaluation '.*'; there are .*", "no language model is set that can judge: .*"],
}


def is_positive(case):
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def map_case(context, case):
    """
    Sends half of what fits the contract to a revision and a model that are there: those that are made up never are.

    Of several documents none is left with nothing to store, since that one would be looked for by its id later.
    """
    if not is_positive(case):
        return case
    operation = context.operation.definition.raw.get("operationId")
    if len(case.headers.get("X-Revision", "")) % 2 == 0:
        case.headers.pop("X-Revision", None)
    if operation == "createChatCompletion" and len(case.body["model"]) % 2 == 0:
        messages = [{"role": "user", "content": str(message)} for message in case.body["messages"]]
        case.body = case.body | {"model": "llm-twin", "messages": messages}
    if operation == "storeDocuments" and isinstance(case.body, list) and len(case.body) > 1:
        case.body = [document | {"content": document["content"] + "."} for document in case.body]
    return case


@schemathesis.check
def refusal_has_a_reason_that_no_schema_can_say(ctx, response, case):
    if response.status_code not in (400, 422) or not is_positive(case):
        return
    answer = response.json()
    if answer.get("problems"):  # of a pipeline, which has a check of its own
        return
    reason = answer["error"]["message"] if "error" in answer else answer["detail"]
    known = TEXT + REASONS.get(case.operation.definition.raw.get("operationId"), [])
    if not any(re.fullmatch(pattern, reason, re.DOTALL) for pattern in known):
        raise AssertionError(f"{case.operation.label} refuses what its contract allows: {reason}")
