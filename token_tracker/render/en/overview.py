"""The sentences of `report` and `session` in English. Chinese: `zh/overview.py`."""

from __future__ import annotations

from collections.abc import Sequence

# `report`.


def everything(*, days: str) -> str:
    """All that was ever recorded, when it is called in the first line."""
    return f"All recorded usage ({days})"


def sessions(*, count: int) -> str:
    """How many there were."""
    return f"Sessions: {count:,}."


def input_to_output(*, ratio: str) -> str:
    """Tokens sent for each one that came back."""
    return f"Input to output: {ratio} to 1."


def averages(*, day: str, session: str, request: str, is_worth: bool, is_least: bool) -> str:
    """What a day, a session and a request cost; "" for what there is only one of.

    `is_worth`: a plan pays, and it is the list price. `is_least`: some of it has no price.
    """
    parts = [f"{day} a day" if day else "", f"{session} a session" if session else "", f"{request} a request"]
    what = ", ".join(filter(None, parts))
    return f"Average{' at API list price' if is_worth else ''}{', at least' if is_least else ''}: {what}."


def top_sessions() -> str:
    """Heading."""
    return "Top sessions:"


def in_no_session() -> str:
    """The row of usage that belongs to no session."""
    return "in no session"


def session_in_project(*, session: str, project: str) -> str:
    """How a session is called in a row; `project`: "" for none."""
    return f"{session} ({project})" if project else session


# `session`: how it is called in the first line tells how it was found.


def session_of_id(*, session: str) -> str:
    """It was asked for by its id."""
    return f"Session {session}"


def session_of_host(*, session: str) -> str:
    """The host says that it is the running one."""
    return f"This session ({session})"


def session_of_project(*, session: str) -> str:
    """The latest of the current directory's project."""
    return f"The latest session of this project ({session})"


def session_latest(*, session: str) -> str:
    """The latest of all; `session`: "" where there is none."""
    return f"The latest session ({session})" if session else "The latest session"


def not_logged(*, when: str) -> str:
    """The first line, where the ledger holds nothing of the running session."""
    return f"{when}: nothing is in the logs yet, so its cost is not known."


def not_logged_yet() -> str:
    """The running session has no usage."""
    return "A request counts once it is complete and logged."


def active(*, first: str, last: str) -> str:
    """The first and the last activity; `last`: "" where it is the same minute."""
    return f"Active: {first} to {last}." if last else f"Active: {first}."


def project_and_branch(*, projects: Sequence[str], branches: Sequence[str]) -> str:
    """What it worked on; either may be empty, not both."""
    of_project = f"Project: {', '.join(projects)}" if projects else ""
    of_branch = f"{'branch' if projects else 'Branch'}: {', '.join(branches)}" if branches else ""
    return f"{'; '.join(filter(None, (of_project, of_branch)))}."


def logged_by(*, names: Sequence[str]) -> str:
    """Several sources know it."""
    return f"Logged by {', '.join(names[:-1])} and {names[-1]}; each response counts once."


def driven_by(*, name: str) -> str:
    """Another program drove it."""
    return f"Run by {name}, which logs the same work; it counts once."


def forked_from(*, sessions: Sequence[str]) -> str:
    """It began with the history of others."""
    return f"Forked from or started by {', '.join(sessions)}."


def sub_agents(*, share: str, cost: str, tokens: str, requests: int) -> str:
    """What sub-agents did; `share`: "" where it is not known."""
    asked = f"{requests:,} request{'' if requests == 1 else 's'}"
    if not share:
        return f"Sub-agents: {cost}, {tokens} tokens, {asked}."
    return f"Sub-agents: {share} — {cost}, {tokens} tokens, {asked}."


def context(*, tokens: str) -> str:
    """How long the latest prompt was."""
    return f"The latest request carried {tokens} tokens of context."


def context_of_window(*, tokens: str, window: str, used: str) -> str:
    """How long the latest prompt was, where it is known what fits."""
    return f"The latest request carried {tokens} tokens of context, {used} of the {window} that fit."


def make_it_shorter() -> str:
    """The context is nearly full."""
    return "The context is nearly full: `/compact` makes it shorter."
