"""Gives generated requests ids that exist, where the document alone can only say what an id looks like.

Only requests that fit the document are touched, and some of them not, so that unknown ids are asked for too."""

import os

import schemathesis
from schemathesis.generation import GenerationMode

AGENT = os.environ["FRONTDESK_AGENT"]
MESSAGE = os.environ["FRONTDESK_MESSAGE"]

asked = 0


@schemathesis.hook
def before_call(context, case, kwargs):
    global asked
    if case.meta is not None and case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    asked += 1
    if asked % 5 == 0:
        return
    for place, name, real in (
        (case.body, "agent_id", AGENT),
        (case.query, "agent_id", AGENT),
        (case.query, "after", MESSAGE),
        (case.path_parameters, "message_id", MESSAGE),
    ):
        if isinstance(place, dict) and isinstance(place.get(name), str):
            place[name] = real
