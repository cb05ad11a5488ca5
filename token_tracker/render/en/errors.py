"""What an error says in English: one function for each code, its facts as named arguments.

Each gives what failed, why, and how to fix it. Chinese: `zh/errors.py`.
"""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def usage(*, reason: str, command: str) -> ErrorText:
    """The command line does not fit the command."""
    return ErrorText(
        "The command line was not understood.",
        reason if reason.endswith((".", "?", "!")) else f"{reason}.",
        f"Run `token-tracker {command} --help` to see what it takes.",
    )


def language_unknown(*, given: str) -> ErrorText:
    """`--lang` names no language of ours."""
    return ErrorText(
        f"The language {given} is not available.",
        "Answers are written in Chinese or English.",
        "Use `--lang zh` or `--lang en`.",
    )


def now_invalid(*, given: str) -> ErrorText:
    """`TOKEN_TRACKER_NOW` is no instant."""
    return ErrorText(
        "The moment in TOKEN_TRACKER_NOW cannot be used.",
        f"{given} is not a time with a UTC offset.",
        "Write it like 2026-10-05T23:05:00+08:00, or unset TOKEN_TRACKER_NOW.",
    )


def zone_unknown(*, given: str) -> ErrorText:
    """No time zone has this name."""
    return ErrorText(
        f"The time zone {given} is not known.",
        "No time zone has this name in the IANA list.",
        "Use a name such as Asia/Shanghai, Europe/Berlin or UTC.",
    )


def date_not_understood(*, given: str) -> ErrorText:
    """A date in words or digits that we do not read."""
    return ErrorText(
        f"The date {given} was not understood.",
        "Days are written like 2026-10-05, Oct 5 or yesterday, spans like last week, October or last 7 days.",
        "Write the day as year-month-day, or a span like 2026-10-01..2026-10-05.",
    )


def date_impossible(*, given: str) -> ErrorText:
    """A well-formed date that is in no calendar."""
    return ErrorText(
        f"There is no day {given}.",
        "The month or the day of the month is out of range.",
        "Check the date; it is written year-month-day.",
    )


def date_in_future(*, given: str, today: str) -> ErrorText:
    """A day that has not begun."""
    return ErrorText(
        f"There is no usage of {given} yet.",
        f"It is in the future; today is {today}.",
        "Choose today or an earlier day, or set the zone with `--tz`.",
    )


def date_ambiguous(*, given: str) -> ErrorText:
    """A date whose order of day and month cannot be told."""
    return ErrorText(
        f"The date {given} can mean two days.",
        "It does not say which number is the day and which the month.",
        "Write it year-month-day, like 2026-10-05.",
    )


def date_conflict() -> ErrorText:
    """A day, `--date` and a span, or two of them, together."""
    return ErrorText(
        "Two different times were asked for.",
        "A day to explain, `--period`, `--date`, and `--since` or `--until` exclude each other.",
        "Keep one: the day, or `--date`, or `--since` and `--until`.",
    )


def span_reversed(*, since: str, until: str) -> ErrorText:
    """A span that ends before it begins."""
    return ErrorText(
        "The span ends before it begins.",
        f"It would begin on {since} and end on {until}.",
        f"Swap them: `--since {until} --until {since}`.",
    )


def span_does_not_fit(*, given: str, command: str) -> ErrorText:
    """A span that is longer than what a command shows."""
    return ErrorText(
        f"`{command}` cannot show {given}.",
        "It shows one day, one week or one month, and these days do not fit into it.",
        f'Name a day in it, or run `token-tracker report --period "{given}"` for all of these days.',
    )


def span_not_taken(*, command: str) -> ErrorText:
    """First and last days, where a whole day, week or month is meant."""
    return ErrorText(
        f"`{command}` takes no `--since` and no `--until`.",
        "It is about one whole day, week or month.",
        "Use `--date` with any day of it; `summary --since … --until …` answers for any other span.",
    )


def period_unknown(*, given: str, known: str) -> ErrorText:
    """A period of `report` that does not exist."""
    return ErrorText(
        f"There is no period {given}.",
        f"Periods are {known}, a month like 2026-09, and days or spans as people say them.",
        "Use one of these with `--period`.",
    )


def session_conflict(*, given: str) -> ErrorText:
    """An id and `--current` together."""
    return ErrorText(
        "Two different sessions were asked for.",
        f"`--current` is the running session, and {given} names one.",
        "Keep one of the two.",
    )


def session_unknown(*, given: str, known: str) -> ErrorText:
    """A session id that the ledger does not hold."""
    return ErrorText(
        f"There is no session {given}.",
        f"The nearest or latest ones are: {known}." if known else "No session is recorded yet.",
        "Use a whole id or the beginning of one; `sessions` lists them.",
    )


def session_ambiguous(*, given: str, known: str) -> ErrorText:
    """The beginning of several session ids."""
    return ErrorText(
        f"More than one session begins with {given}.",
        f"They include: {known}.",
        "Write more of the id.",
    )


def filter_unknown(*, dimension: str, given: str, known: str) -> ErrorText:
    """A filter that no usage has."""
    return ErrorText(
        f"There is no {dimension} named {given}.",
        f"Recorded names are close to: {known}."
        if known
        else f"No usage with a {dimension} is recorded yet.",
        f"Use one of these names with `--{dimension}`." if known else f"Leave out `--{dimension}`.",
    )


def by_unknown(*, given: str, known: str) -> ErrorText:
    """A bill by something that is no dimension."""
    return ErrorText(
        f"A bill cannot be itemised by {given}.",
        f"It can be itemised by: {known}.",
        "Use `--by` with one or more of these, separated by commas.",
    )


def choice_unknown(*, option: str, given: str, known: str) -> ErrorText:
    """A word that an option does not take."""
    return ErrorText(
        f"{option} cannot be {given}.",
        f"It can be: {known}.",
        f"Use {option} with one of these, or leave it out.",
    )


def last_conflict() -> ErrorText:
    """The latest periods and certain days together."""
    return ErrorText(
        "Two different times were asked for.",
        "`--last` counts back from today; `--date`, `--since` and `--until` name days.",
        "Keep one of the two.",
    )


def mode_display() -> ErrorText:
    """The agent's own estimates instead of costs."""
    return ErrorText(
        "--mode display is not offered.",
        "It would show the agent's own estimates as if they were costs; some are 0 and some are wrong.",
        "Leave --mode out: costs are tokens times the price of their day.",
    )


def event_unknown(*, given: str) -> ErrorText:
    """An event id that the ledger does not hold."""
    return ErrorText(
        f"No response with the id {given} is recorded.",
        "The ledger does not hold this id.",
        "Take an id from `token-tracker explain today --json`.",
    )


def setting_unknown(*, key: str, nearest: str) -> ErrorText:
    """A setting that does not exist."""
    return ErrorText(
        f"There is no setting named {key}.",
        f"There are: {nearest}." if "," in nearest else f"The nearest is {nearest}.",
        "Run `token-tracker config list` to see all settings.",
    )


def setting_invalid(*, key: str, value: str, reason: str) -> ErrorText:
    """A value that a setting cannot have."""
    return ErrorText(
        f"The setting {key} cannot be {value}.",
        f"The check says: {reason}.",
        f"Run `token-tracker config set {key} <value>` with a valid value; nothing was changed.",
    )


def source_unknown(*, given: str, known: str) -> ErrorText:
    """A source that this version does not read."""
    return ErrorText(
        f"There is no source named {given}.",
        f"This version reads: {known}.",
        "Use one of these names.",
    )


def permissions_open(*, path: str, mode: str) -> ErrorText:
    """Others may write what we trust."""
    return ErrorText(
        f"{path} is not safe to use.",
        f"Other users of this machine can write to it (mode {mode}).",
        f"Run `chmod go-w '{path}'`.",
    )


def settings_not_json(*, path: str, line: str, reason: str) -> ErrorText:
    """A settings file is not JSON."""
    return ErrorText(
        f"{path}:{line} is not valid JSON.",
        f"The reader says: {reason}.",
        f"Correct line {line}; the file was not changed.",
    )


def settings_unknown_key(*, path: str, line: str, key: str, nearest: str) -> ErrorText:
    """A settings file has a key that means nothing."""
    return ErrorText(
        f"{path}:{line} has a setting that does not exist: {key}.",
        f"Settings that exist here: {nearest}." if "," in nearest else f"The nearest is {nearest}.",
        f"Correct or remove line {line}; the file was not changed.",
    )


def state_newer(*, path: str, form: str, known: str) -> ErrorText:
    """A newer version wrote what was delivered in a form that we do not know."""
    return ErrorText(
        f"{path} was written by a newer version.",
        f"It has form {form}; this token-tracker reads form {known}.",
        "Update token-tracker; the file was not changed.",
    )


def settings_invalid_value(*, path: str, line: str, key: str, reason: str) -> ErrorText:
    """A settings file has a value that cannot be."""
    return ErrorText(
        f"{path}:{line} has a value that cannot be used: {key}.",
        f"The check says: {reason}.",
        f"Correct line {line}; the file was not changed.",
    )


def provider_needed(*, model: str) -> ErrorText:
    """A price of one's own for a model that nobody is known to bill."""
    return ErrorText(
        "The price was not saved.",
        f"Nothing tells who bills {model}.",
        "Name the provider with `--provider`, such as `--provider openrouter`.",
    )


def price_override_invalid(*, path: str, line: str, reason: str) -> ErrorText:
    """A price file, or a row to be written into it, is not valid."""
    if line == "0":
        return ErrorText(
            "The price was not saved.",
            f"It is not complete or not valid: {reason}.",
            "Correct it and run the command again; nothing was changed.",
        )
    return ErrorText(
        f"The price file {path}:{line} is not valid.",
        f"The check says: {reason}.",
        f"Correct line {line}; the file was not changed.",
    )


def price_table_damaged(*, path: str) -> ErrorText:
    """The table of `prices update` is not as it was written."""
    return ErrorText(
        f"The price table {path} is damaged.",
        "It is not as `prices update` wrote it; it was cut, or edited by hand.",
        "Run `token-tracker prices update` again, or delete the file to use the prices of the program.",
    )


def price_override_unwritable(*, path: str, reason: str) -> ErrorText:
    """The price file cannot be written."""
    return ErrorText(
        f"The price file {path} could not be written.",
        f"The system says: {reason}." if reason else "The system gave no reason.",
        "Correct the rights of its directory and run the command again; nothing was changed.",
    )


def command_unknown(*, given: str, nearest: str, known: str) -> ErrorText:
    """A command that does not exist."""
    group = given.rpartition(" ")[0]
    return ErrorText(
        f"There is no command {given}.",
        f"The nearest is {nearest}." if nearest else f"There are: {known}.",
        f"Run `token-tracker {group} --help` to see what there is."
        if group
        else "Run `token-tracker --help` to see all commands.",
    )


def subject_unknown(*, given: str, known: str) -> ErrorText:
    """Something to explain that is no event, no date and no model."""
    return ErrorText(
        f"There is nothing named {given} to explain.",
        "It is no id of a response, no date, and no recorded model."
        + (f" Models with a similar name: {known}." if known else ""),
        "Name an id, a day like 2026-10-05 or yesterday, or a model.",
    )


def currency_invalid(*, given: str) -> ErrorText:
    """Something that is no currency code."""
    return ErrorText(
        f"{given} is not a currency.",
        "A currency is named by its three letters (ISO 4217).",
        "Use a code such as USD, CNY or EUR.",
    )


def billing_unknown(*, given: str, known: str) -> ErrorText:
    """A way of paying that does not exist."""
    return ErrorText(
        f"A source cannot be paid by {given}.",
        f"It can be one of: {known}.",
        "Use `api` for pay per use, `plan` for a subscription, `unknown` if you do not know.",
    )


def path_unknown(*, given: str) -> ErrorText:
    """A directory to read that is not there."""
    return ErrorText(
        f"There is no directory {given}.",
        "Only a directory that exists can be added to a source.",
        "Check the path; a relative one starts at the current directory.",
    )


def price_unknown(*, given: str, known: str) -> ErrorText:
    """A model or provider without a price."""
    return ErrorText(
        f"No price is known for {given}.",
        f"The price table has: {known}." if known else "Nothing in the price table has a similar name.",
        "Use one of these names, or set a price with `token-tracker prices set`.",
    )


def currency_not_listed(*, given: str, known: str) -> ErrorText:
    """A provider without a price list in the wanted currency."""
    return ErrorText(
        f"No price list of {given} in that currency is known.",
        f"There are lists in: {known}." if known else f"{given} has no choice of currencies here.",
        "Set the prices of your models with `token-tracker prices set --currency`.",
    )


def prompt_unknown(*, given: str, known: str) -> ErrorText:
    """A text for scheduled agents that there is not."""
    return ErrorText(
        f"There is no text named {given}.",
        f"There are: {known}.",
        "Run `token-tracker automation` to see what each of them does.",
    )


def schema_unknown(*, given: str, known: str) -> ErrorText:
    """A schema that is not published."""
    return ErrorText(
        f"There is no schema named {given}.",
        f"Near to it are: {known}.",
        "Run `token-tracker schema` to see all schemas.",
    )


def bug(*, log: str) -> ErrorText:
    """Our own fault."""
    return ErrorText(
        "token-tracker failed because of a mistake of its own.",
        f"The details are in {log}." if log else "The details could not be written to the log.",
        "Please report it with that log." if log else "Please report it with the command that you ran.",
    )


def budget_period_unknown(*, given: str) -> ErrorText:
    """`set-budget --period` is none of the three."""
    return ErrorText(
        f'There are no budgets for the period "{given}".',
        "A budget is for each day, each week or each month.",
        "Use `--period daily`, `--period weekly` or `--period monthly`.",
    )


def budget_scope_invalid(*, given: str, known: str) -> ErrorText:
    """`set-budget --scope` cannot be read."""
    return ErrorText(
        f'Cannot tell what the budget is limited to by "{given}".',
        f"A scope is `all`, or one of {known} with `=` and its value.",
        "Write it as in `--scope provider=openai` or `--scope project=shop-api`.",
    )


def budget_warn_invalid(*, given: str) -> ErrorText:
    """`set-budget --warn` is no percentage."""
    return ErrorText(
        f'A budget cannot warn at "{given}".',
        "The share is in percent of the budget, from 1 to 100.",
        "Write it as in `--warn 80`.",
    )


def budget_count_unknown(*, given: str, known: str) -> ErrorText:
    """`set-budget --count` is none of the two."""
    return ErrorText(
        f'A budget cannot count "{given}".',
        f"It counts one of these: {known}.",
        "Use `--count amount` for money, or `--count api_equivalent` to add what a plan pays.",
    )


def budget_unknown(*, given: str, known: str) -> ErrorText:
    """`budget remove` names no budget."""
    there = f"These are set: {known}." if known else "No budget is set."
    return ErrorText(
        f'There is no budget "{given}".', there, "Run `token-tracker budget list` to see the ids."
    )


def unnamed(*, code: str) -> ErrorText:
    """An error that has no text yet."""
    return ErrorText(
        "The command failed.",
        f"The error has the code {code}, which this version has no text for.",
        "Please report it with this code.",
    )
