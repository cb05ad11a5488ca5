"""The sentences of reports in English, as functions with named arguments.

Amounts, dates and token counts come in already written; counts that need a plural come
as integers. Chinese: `zh/messages.py`, the same names with the same arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

COMMA = ", "
"""Between the names of a list."""


def reading_logs(*, done_mb: int, total_mb: int) -> str:
    """Progress on a terminal."""
    return f"Reading logs: {done_mb:,} of {total_mb:,} MB"


YES = ("y", "yes")
"""Answers that agree to a question, in small letters."""


def ask_to_purge(*, events: int, day: str) -> str:
    """Before usage is removed for ever; asked on a terminal."""
    return f"Remove {events:,} response{'' if events == 1 else 's'} before {day} for ever? [y/N]"


# When: how a period is called in the first line.


def today(*, day: str) -> str:
    """The current local day."""
    return f"Today ({day})"


def yesterday(*, day: str) -> str:
    """The local day before."""
    return f"Yesterday ({day})"


def on_day(*, day: str, weekday: str) -> str:
    """Any other day."""
    return f"{weekday}, {day}"


def whole_month(*, month: str) -> str:
    """A calendar month."""
    return month


def span(*, first: str, last: str, last_in_month: str, days: int) -> str:
    """Some days; `last_in_month`: the last day without its month, "" when the months differ."""
    end = last_in_month or last
    return f"{first}–{end} ({days} days)"


def span_in_full(*, first: str, last: str) -> str:
    """The first and the last day, with their years."""
    return f"{first} to {last}"


# The first line: the answer.


def spent(*, when: str, amount: str, plan: str, tokens: str, requests: int) -> str:
    """What a period cost. `plan`: what plan-paid usage is worth, "" where there is none."""
    return f"{when}: {amount}{_beside(plan)} — {_used(tokens, requests, plan)}."


def spent_at_least(*, when: str, amount: str, plan: str, tokens: str, requests: int, unpriced: str) -> str:
    """What a period cost, where some usage has no price. `plan`: as for `spent`."""
    used = _used(tokens, requests, plan)
    return f"{when}: at least {amount}{_beside(plan)} — {used}; {_tokens(unpriced)} unpriced."


def cost_unknown(*, when: str, tokens: str, requests: int) -> str:
    """Usage of which nothing has a price."""
    return f"{when}: cost unknown — {_tokens(tokens)} in {_requests(requests)}, none with a known price."


def plan_only(*, when: str, amount: str, tokens: str, requests: int) -> str:
    """Usage that plans pay for; `amount`: at list price."""
    used = f"{_tokens(tokens)} in {_requests(requests)}"
    return f"{when}: covered by your plan — {used}, worth {amount} at API list price."


def no_usage(*, when: str, amount: str) -> str:
    """Nothing was used."""
    return f"{when}: no usage, {amount}."


def nothing_found(*, when: str) -> str:
    """No logs were ever found."""
    return f"{when}: no usage — no logs of a coding agent have been found yet."


# What kind of money.


def is_computed(*, amount: str) -> str:
    """All of it is computed."""
    return f"{amount} is computed at list price (tokens × price); it is not a bill."


def is_estimated(*, amount: str) -> str:
    """All of it is what agents estimated."""
    return f"{amount} is the agents' own estimate, because no price is known; it is not a bill."


def is_billed(*, amount: str) -> str:
    """All of it was billed."""
    return f"{amount} is what the provider billed."


def is_reported(*, amount: str) -> str:
    """All of it was recorded as a charge."""
    return f"{amount} was reported by an agent, a gateway or a person; it is not a bill."


def is_inferred(*, amount: str) -> str:
    """All of it is inferred."""
    return f"{amount} is inferred from balances; it is not a bill."


def adds_up(*, total: str, parts: Sequence[str]) -> str:
    """Several kinds of money in one total."""
    return f"{total} = {' + '.join(parts)}."


def part_computed(*, amount: str) -> str:
    """One part of a total."""
    return f"computed {amount}"


def part_estimated(*, amount: str) -> str:
    """One part of a total."""
    return f"estimated {amount}"


def part_billed(*, amount: str) -> str:
    """One part of a total."""
    return f"billed {amount}"


def part_reported(*, amount: str) -> str:
    """One part of a total."""
    return f"reported {amount}"


def part_inferred(*, amount: str) -> str:
    """One part of a total."""
    return f"inferred {amount}"


def what_computed_means() -> str:
    """Said where computed money stands beside other money."""
    return "Computed means tokens × list price; it is not a bill."


def what_estimated_means() -> str:
    """Said where estimated money stands beside other money."""
    return "Estimated means the agent's own estimate, because no price is known; it is not a bill."


def what_reported_means() -> str:
    """Said where reported money stands beside other money."""
    return "Reported means recorded by an agent, a gateway or a person; it is not a bill."


def currencies_apart() -> str:
    """Said where there are several currencies."""
    return "Currencies are shown apart and never added."


def paid_by_plan(*, amount: str) -> str:
    """Plan-paid usage beside other usage."""
    return f"Not in the amount: usage paid by your plan, worth {amount} at API list price."


def unpriced(*, tokens: str, models: Sequence[str], more: int) -> str:
    """Tokens that no amount holds. `more`: models that are not named."""
    named = ", ".join(models) + (f" and {more} more" if more else "")
    of = f" ({named}); set one with `token-tracker prices set`" if named else ""
    return f"Not in the amount: {_tokens(tokens)} without a known price{of}."


# Tokens and comparison.


def tokens_by_kind(*, fresh: str, cache_read: str, cache_write: str, output: str, reasoning: str) -> str:
    """The kinds; `reasoning` is "" when there is none."""
    inside = f" ({reasoning} of it reasoning)" if reasoning else ""
    return (
        f"Tokens: {fresh} uncached input, {cache_read} cache read, {cache_write} cache write,"
        f" {output} output{inside}."
    )


def cache_hit_rate(*, rate: str) -> str:
    """How much of the prompts was read from cache."""
    return f"Cache hit rate: {rate}."


def web_searches(*, count: int) -> str:
    """Searches are paid for one by one."""
    return f"Web searches: {count:,}."


def average(*, amount: str) -> str:
    """The 7 days before, with nothing to compare."""
    return f"Average of the 7 days before: {amount} a day."


def no_average() -> str:
    """Nothing was spent in the 7 days before."""
    return "Nothing was spent in the 7 days before."


def compared(*, amount: str, is_today: bool, by: str, is_more: bool) -> str:
    """A day against the average; `by`: a percentage."""
    day = "today so far" if is_today else "this day"
    return (
        f"Average of the 7 days before: {amount} a day; {day} is {by} {'above' if is_more else 'below'} it."
    )


def compared_times(*, amount: str, is_today: bool, times: str) -> str:
    """A day of at least twice the average."""
    day = "today so far" if is_today else "this day"
    return f"Average of the 7 days before: {amount} a day; {day} is {times} times that."


def compared_equal(*, amount: str, is_today: bool) -> str:
    """A day like the average."""
    day = "today so far" if is_today else "this day"
    return f"Average of the 7 days before: {amount} a day; {day} is the same."


# Sections and their rows.


def by_model() -> str:
    """Heading."""
    return "By model:"


def by_provider() -> str:
    """Heading."""
    return "By provider:"


def by_project() -> str:
    """Heading."""
    return "By project:"


def by_source() -> str:
    """Heading."""
    return "By agent:"


def only_money(*, when: str, amount: str) -> str:
    """The first line, where only a bill or a balance tells of the time."""
    return f"{when}: {amount}, known from the provider only."


def row_of_money(*, name: str, cost: str) -> str:
    """A row of which nobody tells how many tokens it was."""
    return f"{name}: {cost}"


def row(*, name: str, cost: str, tokens: str, requests: int) -> str:
    """One model, provider or project."""
    return f"{name}: {cost}, {_tokens(tokens)}, {_requests(requests)}"


def others(*, count: int) -> str:
    """The name of the row of everything that is not listed."""
    return f"{count:,} others"


def no_model() -> str:
    """The log names no model."""
    return "no model named"


def no_provider() -> str:
    """Nobody can tell who bills it."""
    return "unknown provider"


def no_project() -> str:
    """The log names no directory."""
    return "no project"


def elsewhere() -> str:
    """What a bill holds and no log of this machine tells of."""
    return "elsewhere (only on the bill)"


def unprintable_name() -> str:
    """A name of which no character can be shown."""
    return "unprintable name"


def name_of_provider(*, name: str, provider: str) -> str:
    """A model that two providers sell."""
    return f"{name} ({provider})"


def amounts(*, listed: Sequence[str]) -> str:
    """Amounts of several currencies."""
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def row_unpriced() -> str:
    """Instead of an amount: no price is known."""
    return "price unknown"


def row_partly_unpriced(*, amount: str, is_tiny: bool) -> str:
    """An amount that lacks some tokens; `is_tiny`: it is written as less than something."""
    return f"{amount} and more without a price" if is_tiny else f"at least {amount}"


def row_plan(*, amount: str) -> str:
    """Instead of an amount: a plan pays."""
    return f"plan (worth {amount})"


def row_with_plan(*, amount: str, plan: str) -> str:
    """An amount, and what a plan pays beside it."""
    return f"{amount} and plan (worth {plan})"


# Nothing was ever found.


def looked_for(*, names: Sequence[str]) -> str:
    """Whose logs were looked for, in vain."""
    if len(names) == 1:
        return f"Looked for the logs of {names[0]}; `token-tracker sources` shows where."
    listed = ", ".join(names)
    return f"Looked for the logs of {len(names)} programs: {listed}. `token-tracker sources` shows where."


def what_to_do() -> str:
    """Heading."""
    return "What to do:"


def use_agent_once() -> str:
    """The first way to have usage."""
    return "Use one of them once, then ask again."


def add_path() -> str:
    """Where logs are somewhere else."""
    return (
        "Logs kept elsewhere? Run `token-tracker sources add-path <source> <directory>`, with a source such"
        " as claude-code, or set the program's own variable (CLAUDE_CONFIG_DIR for Claude Code)."
    )


def deletes_logs(*, names: Sequence[str]) -> str:
    """Why to read in time; each name comes with its days."""
    return f"Some programs delete their logs: {', '.join(names)}. What was not read before that is lost."


def deleted_after(*, name: str, days: int) -> str:
    """A program and how long it keeps its logs."""
    return f"{name} after {days} days"


# The last line: the data.


def data_line(*, period: str, zone: str, sources: Sequence[str], problems: Sequence[str], more: int) -> str:
    """Period, sources with their age, and what is missing. `more`: problems not told here."""
    rest = [f"{more} more: `token-tracker doctor`."] if more else []
    read = "".join(f"; {source}" for source in sources)
    return " ".join([f"Data: {period} ({zone}){read}.", *problems, *rest])


def nothing_read() -> str:
    """No source has been read."""
    return "no logs read yet"


def read_now(*, names: Sequence[str], time: str) -> str:
    """Sources that this run read."""
    return f"{_programs(names)} read just now ({time})"


def read_ago(*, names: Sequence[str], time: str, minutes: int) -> str:
    """Sources that were read before, all at one time."""
    return f"{_programs(names)} read {_ago(minutes)} ({time})"


def asking_providers(*, done: int, total: int) -> str:
    """Progress of a fetch, on a terminal."""
    return f"Asking providers… {done} of {total}"


def bills_fetched(*, names: Sequence[str], time: str, minutes: int) -> str:
    """Providers whose bills were fetched at one time."""
    bills = "bill" if len(names) == 1 else "bills"
    when = _ago(minutes) if minutes else "just now"
    return f"{bills} of {_programs(names)} fetched {when} ({time})"


def never_read(*, names: Sequence[str]) -> str:
    """Sources that were never read."""
    return f"{_programs(names)} never read"


def _programs(names: Sequence[str]) -> str:
    """Name a few programs, count many."""
    if len(names) > 3:
        return f"{len(names)} programs"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def lines_skipped(*, name: str, lines: int) -> str:
    """Log lines that are in no figure."""
    which = "1 log line" if lines == 1 else f"{lines:,} log lines"
    return f"Skipped {which} of {name} (`token-tracker doctor` shows why)."


def _tokens(count: str) -> str:
    return "1 token" if count == "1" else f"{count} tokens"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def _ago(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // 1440} days ago"


def _beside(plan: str) -> str:
    return f", plus plan usage worth {plan}" if plan else ""


def _used(tokens: str, requests: int, plan: str) -> str:
    return f"{_tokens(tokens)} in {_requests(requests)}{' in all' if plan else ''}"
