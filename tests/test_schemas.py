"""The published shapes hold what the contract promises, and refuse what it forbids."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from published_shapes import common
from published_shapes import complaints
from published_shapes import nodes
from published_shapes import part_complaints
from token_tracker import schemas

SHAPES = schemas.names()
FILES = [*SHAPES, "common"]
EXAMPLES = [(name, example) for name in SHAPES for example in schemas.load(name)["examples"]]
PARTS = common()["$defs"]
PART_EXAMPLES = [(part, example) for part in PARTS for example in PARTS[part].get("examples", [])]
PROBLEM_CODES = [code["const"] for code in PARTS["problem_code"]["oneOf"]]

PERIOD = {
    "start": "2026-10-05T00:00:00+08:00",
    "end": "2026-10-06T00:00:00+08:00",
    "first_day": "2026-10-05",
    "last_day": "2026-10-05",
    "tz": "Asia/Shanghai",
    "label": "2026-10-05",
}
TOKENS = {
    "input": 1200,
    "cache_read": 90000,
    "cache_write_5m": 3000,
    "cache_write_1h": 0,
    "output": 800,
    "reasoning": 150,
    "total": 95000,
}
COST = {
    "amount": "12.340000",
    "currency": "USD",
    "by_basis": {"billed": "8.100000", "reported": "0", "computed": "4.240000", "inferred": "0"},
    "other": [
        {
            "currency": "CNY",
            "amount": "3.5",
            "by_basis": {"billed": "0", "reported": "0", "computed": "3.5", "inferred": "0"},
        }
    ],
    "api_equivalent": {"amount": "0", "currency": "USD"},
    "unpriced_tokens": 0,
    "unpriced_models": [],
}
BUDGET = {
    "id": "daily",
    "period": "daily",
    "scope": "all",
    "limit": "15",
    "currency": "USD",
    "spent": "12.34",
    "left": "2.66",
    "used_ratio": 0.8227,
    "state": "warning",
    "forecast": "14.02",
}
PROBLEM = {
    "code": "line-not-json",
    "severity": "warning",
    "what": "A line is not JSON and was skipped.",
    "where": "claude-code",
    "count": 3,
    "fix": "Run `token-tracker doctor`.",
}
SUMMARY = {
    "tokens": TOKENS,
    "requests": 7,
    "cost": COST,
    "cache_hit_rate": 0.9554,
    "by_model": [
        {
            "provider": "anthropic",
            "model": "claude-sonnet-4-20250514",
            "name": "Claude Sonnet 4",
            "requests": 7,
            "tokens": TOKENS,
            "cost": COST,
        }
    ],
    "by_provider": [{"provider": "anthropic", "requests": 7, "tokens": TOKENS, "cost": COST}],
    "by_project": [{"project": "shop-api", "requests": 7, "tokens": TOKENS, "cost": COST}],
    "by_source": [{"source": "claude-code", "requests": 7, "tokens": TOKENS, "cost": COST}],
    "previous": {"average_7d": COST},
    "budgets": [BUDGET],
    "freshness": [
        {"source": "claude-code", "last_read": "2026-10-05T23:05:11+08:00", "problems": 3},
        {"provider": "openai", "last_read": None, "problems": 0},
    ],
}
ENVELOPE = {
    "schema": 1,
    "command": "summary",
    "generated_at": "2026-10-05T23:05:12+08:00",
    "period": PERIOD,
    "data": SUMMARY,
    "problems": [],
}
PROVIDER = {
    "name": "openai",
    "enabled": True,
    "api_key": "****cdef",
    "key_kind": "admin",
    "region": None,
    "can": ["usage", "cost", "balance"],
    "last_fetch": "2026-10-05T21:00:02+08:00",
    "last_error": None,
}
LIST_PROVIDERS = ENVELOPE | {"command": "list-providers", "period": None, "data": {"providers": [PROVIDER]}}
ITEM_STATE = {
    "state": "claimed",
    "at": "2026-10-05T15:05:12Z",
    "session": "0b5ec1a0",
    "pid": 41120,
    "process_started": 8812044,
    "boot_id": "6c1f2b0e",
    "lease_until": "2026-10-05T15:15:12Z",
    "zone": "Asia/Shanghai",
}
DUE = {
    "schema": 1,
    "not_before": "2026-10-05T15:00:00Z",
    "has_budgets": True,
    "python": "/usr/bin/python3.12",
    "lang": "zh",
    "zone": "Asia/Shanghai",
    "config_hash": "4f1d2c9ab07e6358",
}
HOOKS = {
    "schema": 1,
    "installed": True,
    "hosts": [
        {
            "host": "openclaw",
            "found": True,
            "installed": True,
            "how": "plugin",
            "path": "/home/li/.openclaw/hooks",
            "tested": "real",
        }
    ],
}
USAGE_ROW = {
    "date": "2026-10-05",
    "provider": "anthropic",
    "model": "claude-sonnet-4-20250514",
    "tokens_in": 94200,
    "tokens_out": 800,
    "cost": "0.053850",
    "source": "claude-code",
}
ERROR = {
    "schema": 1,
    "error": {
        "code": "key-refused",
        "what": "Cannot read usage of openai.",
        "why": "The key was refused (HTTP 403).",
        "fix": "Create an admin key.",
    },
}


def file_of(name: str) -> schemas.JsonSchema:
    text = resources.files(schemas).joinpath(f"{name}.json").read_text("utf-8")
    schema: schemas.JsonSchema = json.loads(text)
    return schema


def target(reference: str, inside: str) -> object:
    """Follow a reference as written in the file `inside`."""
    file, _, pointer = reference.partition("#")
    found: Any = file_of(file.removesuffix(".json") or inside)
    for step in pointer.split("/")[1:]:
        found = found[step]
    return found


def session_item(item_id: str, kind: str) -> dict[str, object]:
    item = {"id": item_id, "kind": kind, "name": "日报", "content": "今天费用 $12.34。", "lang": "zh"}
    return {"schema": 1, "items": [item]}


def state_file(item_id: str) -> dict[str, object]:
    return {"schema": 1, "items": {item_id: ITEM_STATE}, "last_error": None}


def value_of(formula: str) -> Decimal:
    """Evaluate a sum of products exactly."""
    total = Decimal(0)
    for term in formula.split(" + "):
        left, _, right = term.partition("*")
        total += Decimal(left) * Decimal(right or 1)
    return total


def known_sum(amounts: list[str | None]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts if amount is not None), Decimal(0))


def example_data(name: str) -> Any:
    return schemas.load(name)["examples"][0]["data"]


# What is published


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_a_valid_schema_of_2020_12(name: str) -> None:
    schema = file_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", FILES)
def test_the_id_of_a_schema_is_its_file_name(name: str) -> None:
    assert file_of(name)["$id"] == f"{name}.json"


@pytest.mark.parametrize("name", FILES)
def test_every_reference_of_a_file_leads_to_a_schema(name: str) -> None:
    references = [node["$ref"] for node in nodes(file_of(name)) if "$ref" in node]
    assert [type(target(reference, name)) for reference in references] == [dict] * len(references)


@pytest.mark.parametrize("name", SHAPES)
def test_a_loaded_schema_needs_no_other_file(name: str) -> None:
    schema = schemas.load(name)
    needed = {node["$ref"].partition("#")[0] for node in nodes(schema) if "$ref" in node} - {""}
    assert needed <= {node["$id"] for node in nodes(schema) if "$id" in node}


@pytest.mark.parametrize("name", ["common", "nothing", "../model", ""])
def test_a_name_that_is_not_published_is_refused(name: str) -> None:
    with pytest.raises(LookupError):
        schemas.load(name)


def test_loading_a_schema_gives_a_new_object_each_time() -> None:
    schemas.load("summary")["title"] = "changed by a caller"
    assert schemas.load("summary")["title"] != "changed by a caller"


@pytest.mark.parametrize("name", FILES)
def test_a_published_object_stays_open_for_fields_to_come(name: str) -> None:
    closed = [node for node in nodes(file_of(name)) if node.get("additionalProperties") is False]
    assert closed == []


def test_a_consumer_accepts_a_field_that_was_added_later() -> None:
    document = ENVELOPE | {"data": SUMMARY | {"added_later": 1}}
    assert Draft202012Validator(schemas.load("summary")).is_valid(document)


# Examples inside the schemas


@pytest.mark.parametrize("name", SHAPES)
def test_every_published_shape_has_an_example(name: str) -> None:
    assert schemas.load(name)["examples"]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_every_example_has_its_shape(name: str, example: object) -> None:
    assert complaints(name, example) == []


@pytest.mark.parametrize(("part", "example"), PART_EXAMPLES)
def test_every_example_of_a_shared_object_has_its_shape(part: str, example: object) -> None:
    assert part_complaints(part, example) == []


def test_token_totals_of_the_examples_count_every_kind_once() -> None:
    kinds = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    tokens = [node for _, example in EXAMPLES for node in nodes(example) if "reasoning" in node]
    assert [node["total"] for node in tokens] == [sum(node[kind] for kind in kinds) for node in tokens]


def test_amounts_of_the_examples_are_the_sum_of_their_known_bases() -> None:
    costs = [node for _, example in EXAMPLES for node in nodes(example) if "by_basis" in node]
    known = [cost for cost in costs if cost["amount"] is not None]
    bases = [known_sum(list(cost["by_basis"].values())) for cost in known]
    assert [Decimal(cost["amount"]) for cost in known] == bases


@pytest.mark.parametrize("rows", ["by_model", "by_provider", "by_project", "by_source"])
def test_the_rows_of_the_summary_example_add_up_to_its_amount(rows: str) -> None:
    data = example_data("summary")
    assert known_sum([row["cost"]["amount"] for row in data[rows]]) == Decimal(data["cost"]["amount"])
    assert sum(row["tokens"]["total"] for row in data[rows]) == data["tokens"]["total"]


def test_the_rows_of_the_bill_example_add_up_to_its_total() -> None:
    data = example_data("bill")
    total = data["total"]
    assert known_sum([row["cost"]["amount"] for row in data["rows"]]) == Decimal(total["cost"]["amount"])
    assert sum(row["tokens"]["total"] for row in data["rows"]) == total["tokens"]["total"]
    assert sum(row["requests"] for row in data["rows"]) == total["requests"]


def test_the_rows_of_the_bill_example_are_keyed_by_its_dimensions() -> None:
    data = example_data("bill")
    assert [list(row["key"]) for row in data["rows"]] == [data["by"]] * len(data["rows"])


def test_the_addends_of_the_explain_example_add_up_to_its_total() -> None:
    data = example_data("explain")
    total = data["total"]
    assert known_sum([addend["amount"] for addend in data["addends"]]) == Decimal(total["cost"]["amount"])
    assert sum(addend["tokens"]["total"] for addend in data["addends"]) == total["tokens"]["total"]
    assert len(data["addends"]) == total["requests"]


def test_what_bills_add_in_the_second_explain_example_is_its_total() -> None:
    data = schemas.load("explain")["examples"][1]["data"]
    counted = [one["amount"] for one in data["addends"] if one["lane"] == "counted"]
    amounts = [*counted, *(one["amount"] for one in data["bills"])]
    assert known_sum(amounts) == Decimal(data["total"]["cost"]["amount"])
    assert [known_sum([one["explained"], one["elsewhere"]]) for one in data["bills"]] == [
        Decimal(one["amount"]) for one in data["bills"]
    ]
    assert len(data["addends"]) + sum(one["requests"] for one in data["bills"]) == data["total"]["requests"]


def test_the_formulas_of_the_explain_example_give_their_amounts() -> None:
    priced = [addend for addend in example_data("explain")["addends"] if addend["formula"] is not None]
    amounts = [Decimal(addend["amount"]) for addend in priced]
    assert amounts == [value_of(addend["formula"]) for addend in priced]


# The contract's own examples


@pytest.mark.parametrize(
    ("shape", "document"),
    [
        ("envelope", ENVELOPE),
        ("summary", ENVELOPE),
        ("error", ERROR),
        ("list-providers", LIST_PROVIDERS),
        ("session-check", session_item("daily:2026-10-05", "daily-report")),
        ("session-check", session_item("weekly:2026-W40", "weekly-report")),
        ("session-check", session_item("monthly:2026-09", "monthly-report")),
        ("session-check", session_item("alert:monthly:provider=openai:exceeded:2026-10-05", "budget-alert")),
        ("session-check", {"schema": 1, "items": []}),
        ("setup-hook-check", HOOKS),
        ("report-state", state_file("daily:2026-10-05")),
        ("alert-state", state_file("alert:daily:warning:2026-10-05")),
        ("due", DUE),
        ("usage-json", {"version": 1, "records": [USAGE_ROW]}),
    ],
)
def test_a_document_of_the_contract_has_its_published_shape(shape: str, document: object) -> None:
    assert complaints(shape, document) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("period", PERIOD),
        ("tokens", TOKENS),
        ("cost", COST),
        ("problem", PROBLEM),
        ("budget", BUDGET),
        ("budget", BUDGET | {"id": "weekly:model=gpt-5", "period": "weekly", "scope": "model=gpt-5"}),
        ("budget", BUDGET | {"state": "incomplete", "spent": None, "left": None, "used_ratio": None}),
        ("freshness", {"source": "claude-code", "last_read": None, "problems": 0}),
        ("freshness", {"provider": "openai", "last_read": "2026-10-05T21:00:02+08:00", "problems": 1}),
    ],
)
def test_a_shared_object_of_the_contract_has_its_published_shape(part: str, value: object) -> None:
    assert part_complaints(part, value) == []


@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_every_code_of_the_closed_list_is_accepted(code: str) -> None:
    assert part_complaints("problem", PROBLEM | {"code": code}) == []


def test_an_unpriced_cost_is_null_and_not_zero() -> None:
    bases = {"billed": "0", "reported": "0", "computed": None, "inferred": "0"}
    unpriced = {"unpriced_tokens": 16200, "unpriced_models": ["in-house-coder"]}
    cost = COST | unpriced | {"amount": None, "by_basis": bases}
    assert part_complaints("cost", cost) == []


# What is refused


@pytest.mark.parametrize("key", list(COST))
def test_a_cost_without_one_of_its_keys_is_refused(key: str) -> None:
    cost = {name: value for name, value in COST.items() if name != key}
    assert part_complaints("cost", cost) == [f"$: '{key}' is a required property"]


@pytest.mark.parametrize("basis", ["billed", "reported", "computed", "inferred"])
def test_a_cost_without_one_of_its_bases_is_refused(basis: str) -> None:
    bases = {name: "0" for name in ("billed", "reported", "computed", "inferred") if name != basis}
    assert part_complaints("by_basis", bases) == [f"$: '{basis}' is a required property"]
    assert part_complaints("cost", COST | {"by_basis": bases}) != []


@pytest.mark.parametrize(
    "amount",
    [12.34, 12, True, "", "12.", ".5", "1e3", "1,234.50", "$12.34", "012", "-0", "-0.00", "+1", "NaN", " 1"],
)
def test_money_that_is_not_an_exact_decimal_string_is_refused(amount: object) -> None:
    assert part_complaints("cost", COST | {"amount": amount}) != []


@pytest.mark.parametrize("amount", ["0", "0.000000", "12", "12.340000", "-3.5", "-0.01", "0.000000000001"])
def test_an_exact_decimal_string_is_money(amount: str) -> None:
    assert part_complaints("decimal", amount) == []


def test_an_unknown_amount_whose_bases_are_all_known_is_refused() -> None:
    assert part_complaints("cost", COST | {"amount": None}) == ["$.amount: None is not of type 'string'"]


def test_an_addend_with_more_than_twelve_decimals_is_refused() -> None:
    document = schemas.load("explain")["examples"][0]
    document["data"]["addends"][0]["amount"] = "0.0000000000001"
    assert len(complaints("explain", document)) == 1


@pytest.mark.parametrize(
    "formula", ["1200*3/1000000", "(12+4)*0.3", "1200*3e-6", "1200*0.1*0.5", "", "12\n+3"]
)
def test_a_formula_that_depends_on_the_scale_of_bc_or_is_no_sum_is_refused(formula: str) -> None:
    document = schemas.load("explain")["examples"][0]
    document["data"]["addends"][0]["formula"] = formula
    assert len(complaints("explain", document)) == 1


@pytest.mark.parametrize("ratio", [float("nan"), float("inf"), -0.01, 1.01, "0.5"])
def test_a_cache_hit_rate_that_is_no_number_from_0_to_1_is_refused(ratio: object) -> None:
    assert complaints("summary", ENVELOPE | {"data": SUMMARY | {"cache_hit_rate": ratio}}) != []


@pytest.mark.parametrize("count", [-1, 1.5, "7", None, True, float("nan"), 2**53])
def test_a_token_count_that_is_no_natural_number_is_refused(count: object) -> None:
    assert part_complaints("tokens", TOKENS | {"input": count}) != []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("problem", PROBLEM | {"code": "line-is-odd"}),
        ("problem", PROBLEM | {"severity": "fatal"}),
        ("problem", PROBLEM | {"count": 0}),
        ("budget", BUDGET | {"state": "over"}),
        ("budget", BUDGET | {"period": "yearly"}),
        ("budget", BUDGET | {"scope": "openai"}),
        ("period", PERIOD | {"start": "2026-10-05T00:00:00"}),
        ("period", PERIOD | {"first_day": "2026-13-05"}),
        ("cost", COST | {"currency": "usd"}),
        ("cost", COST | {"total": "12.34"}),
        ("freshness", {"last_read": None, "problems": 0}),
        ("freshness", {"source": "codex", "provider": "openai", "last_read": None, "problems": 0}),
    ],
)
def test_a_shared_object_with_one_wrong_value_is_refused(part: str, value: object) -> None:
    assert len(part_complaints(part, value)) == 1


@pytest.mark.parametrize(
    ("shape", "document"),
    [
        ("envelope", ENVELOPE | {"schema": 2}),
        ("summary", ENVELOPE | {"command": "bill"}),
        ("summary", ENVELOPE | {"period": None}),
        ("summary", ENVELOPE | {"hello": 1}),
        ("version", ENVELOPE | {"command": "version", "data": example_data("version")}),
        ("error", ERROR | {"hello": 1}),
        ("session-check", session_item("daily:2026-10-05", "daily")),
        ("session-check", session_item("daily:today", "daily-report")),
        ("session-check", session_item("alert:daily:ok:2026-10-05", "budget-alert")),
        ("report-state", state_file("alert:daily:warning:2026-10-05")),
        ("alert-state", state_file("daily:2026-10-05")),
        ("due", DUE | {"lang": "fr"}),
        ("due", DUE | {"not_before": 1791212400}),
        ("usage-json", {"version": 1, "records": [USAGE_ROW | {"cost": 0.05}]}),
    ],
)
def test_a_document_with_one_wrong_value_is_refused(shape: str, document: object) -> None:
    assert len(complaints(shape, document)) == 1


@pytest.mark.parametrize(
    "api_key",
    ["sk-admin-1234567890", "sk-admin-****cdef", "****bcdef", "****f", "sk-admin-12345678****", "cdef"],
)
def test_an_api_key_that_shows_more_than_its_last_four_characters_is_refused(api_key: str) -> None:
    document = LIST_PROVIDERS | {"data": {"providers": [PROVIDER | {"api_key": api_key}]}}
    assert len(complaints("list-providers", document)) == 1
