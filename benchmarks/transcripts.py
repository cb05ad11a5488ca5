"""The lines of a transcript in the shapes in which Claude Code writes them, and the bait among them."""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from typing import Final

from benchmarks.known_totals import Expected

MODELS: Final = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101", "claude-opus-4-1-20250805")
AGENT_MODEL: Final = "claude-haiku-4-5-20251001"
VERSIONS: Final = ("1.0.98", "2.0.74", "2.1.12", "2.1.330")
NEWEST: Final = VERSIONS[-1]
COPIED_LINES: Final = 30
PROSE_SEED: Final = 5
WORDS: Final = (
    "build", "cache", "check", "close", "count", "cursor", "default", "error", "event", "export",
    "field", "file", "filter", "format", "handle", "header", "import", "index", "item", "join",
    "key", "length", "line", "list", "match", "merge", "message", "model", "name", "number",
    "order", "output", "parse", "path", "price", "query", "range", "record", "report", "return",
    "row", "scan", "schema", "session", "sort", "source", "status", "store", "table", "test",
    "text", "time", "token", "total", "update", "usage", "value", "window", "write", "zone",
)  # fmt: skip
HANZI: Final = "今日用量费用会话项目模型缓存读取写入输出价格预算账单统计来源日志错误文件测试结果时间"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
USAGE_IN_TEXT: Final = '{"type":"assistant","message":{"id":"msg_in_text","usage":{"output_tokens":77}}}'


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation as far as it is written; `agent_id` is "" in a main one."""

    path: str
    id: str
    cwd: str
    branch: str
    version: str
    model: str
    at_ms: int
    context: int
    agent_id: str = ""


class Prose:
    """Text that stands in a JSON string already: source code, paths, Chinese, usage in words."""

    def __init__(self, rng: random.Random, blocks: int = 1500) -> None:
        self._rng = rng
        self._blocks = [self._block() for _ in range(blocks)]
        self._mean = sum(map(len, self._blocks)) / blocks

    def about(self, size: float) -> str:
        """Give text of about so many characters."""
        count = round(size / self._mean)
        if count > 1:
            return "".join(self._rng.choices(self._blocks, k=count))
        block = self._rng.choice(self._blocks)
        end = block.find(" ", int(size))  # a blank is never inside an escape
        return block if end < 0 else block[:end]

    def _block(self) -> str:
        rng = self._rng
        lines = []
        for _ in range(rng.randint(3, 20)):
            kind = rng.random()
            if kind < 0.75:
                line = "    " * rng.randint(0, 3) + " ".join(rng.choices(WORDS, k=rng.randint(3, 12)))
            elif kind < 0.85:
                line = "".join(rng.choices(HANZI, k=rng.randint(6, 30)))
            elif kind < 0.95:
                line = f'src/{rng.choice(WORDS)}.py:{rng.randint(1, 900)}:\tname = "{rng.choice(WORDS)}"'
            else:
                line = USAGE_IN_TEXT
            lines.append(line)
        return json.dumps("\n".join(lines) + "\n", ensure_ascii=False)[1:-1]


class Writer:
    """Writes sessions below a home and counts what it writes."""

    def __init__(self, place: Path, expected: Expected, seed: int) -> None:
        self.place = place
        self.expected = expected
        self.rng = random.Random(seed)
        self.prose = Prose(random.Random(PROSE_SEED))
        self.written = 0
        self._tool_id = ""
        self._happened: set[str] = set()

    def new_session(self, cwd: str, at_ms: int) -> Session:
        """Think of a session that has no lines yet."""
        rng, session_id = self.rng, self._uuid()
        folder = "home/.claude/projects/" + cwd.replace("/", "-")
        branch = rng.choice(("main", "main", "dev", "fix/cursor"))
        version, model = rng.choice(VERSIONS), rng.choice(MODELS)
        path = f"{folder}/{session_id}.jsonl"
        return Session(path, session_id, cwd, branch, version, model, at_ms, rng.randint(9_000, 20_000))

    def write(
        self, session: Session, size: float, resumed: list[str] | None = None
    ) -> tuple[Session, list[str]]:
        """Write a conversation of about `size` bytes; give its end, and its first lines to be copied.

        `resumed`: lines of an older session that this one begins with.
        """
        path = self.place / session.path
        path.parent.mkdir(parents=True, exist_ok=True)
        first_lines = list(resumed or ())
        with path.open("ab") as file:
            for line in first_lines:
                self._put(file, line)
            if not session.agent_id:
                self._put(
                    file, f'{{"type":"summary","summary":"{self._title()}","leafUuid":"{self._uuid()}"}}\n'
                )
            end = self.written + size
            while self.written < end:
                session, lines = self._exchange(session)
                first_lines += lines[: max(0, COPIED_LINES - len(first_lines))]
                for line in lines:
                    self._put(file, line)
        return session, first_lines

    def write_torn(self, session: Session) -> None:
        """End a file as a host that was killed does: in the middle of a line."""
        with (self.place / session.path).open("ab") as file:
            self._put(
                file, '{"parentUuid":null,"type":"assistant","message":{"id":"msg_01torn","usage":{"outp'
            )

    def half_response(self, session: Session) -> tuple[Session, str, str]:
        """Give one response as the part of its only line that is written, and the rest."""
        lines, _ = self._response(session, blocks=1)
        cut = len(lines[0]) // 2
        return replace(session, at_ms=session.at_ms + 60_000), lines[0][:cut], lines[0][cut:]

    def rarely(self, what: str, probability: float) -> bool:
        """Say yes now and then, and the first time always: the smallest corpus holds every trap."""
        is_first = what not in self._happened
        self._happened.add(what)
        return self.rng.random() < probability or is_first

    def size(self, median: float, most: float) -> float:
        """Give a size as sizes are in real logs: mostly small, now and then huge."""
        return min(most, self.rng.lognormvariate(math.log(median), 1.15))

    def _put(self, file: BinaryIO, line: str) -> None:
        raw = line.encode()
        self.written += len(raw)
        self.expected.document["lines"]["all"] += 1
        self.expected.document["lines"]["with_usage"] += '"type":"message","role":"assistant"' in line
        file.write(raw)

    def _exchange(self, session: Session) -> tuple[Session, list[str]]:
        """Give the lines of a prompt and its answers, and the session after them."""
        rng = self.rng
        at_ms = session.at_ms + rng.randint(2_000, 240_000)
        session = replace(session, at_ms=at_ms)
        prompt = f'{{"role":"user","content":"{self._text(500, 20_000)}"}}'
        lines = [self._line(session, f'"type":"user","message":{prompt},"todos":[]', at_ms)]
        for _ in range(rng.choice((1, 2, 3, 5, 8, 12))):
            at_ms += rng.randint(2_000, 25_000)
            context = session.context + min(28_000, int(rng.lognormvariate(7, 1.2)))
            if context > 150_000:
                context = rng.randint(9_000, 20_000)
            answers, at_ms = self._response(replace(session, at_ms=at_ms, context=context))
            session = replace(session, at_ms=at_ms, context=context)
            lines += [*answers, self._tool_result(session)]
            if session.agent_id:
                continue
            lines += [self._noise(session) for _ in range(rng.choice((0, 1, 2, 2, 3, 5)))]
            if self.rarely("agent", 0.008):
                lines.append(self._agent_progress(session))
            if self.rarely("synthetic", 0.004):
                lines.append(self._synthetic(session))
        return session, lines

    def _response(self, session: Session, blocks: int | None = None) -> tuple[list[str], int]:
        """Give the lines of one response, one for each block, and the time after its last."""
        rng = self.rng
        model = session.model if rng.random() < 0.9 else rng.choice(MODELS)
        message_id, request_id = "msg_01" + self._letters(22), "req_011C" + self._letters(20)
        self._tool_id = "toolu_01" + self._letters(22)
        written = min(28_000, int(rng.lognormvariate(6.5, 1.3)))
        hour = rng.choice((0, 0, 0, written, written // 3))
        output = 10 + min(32_000, int(rng.lognormvariate(5.5, 1.1)))
        final = (
            rng.choice((1, 2, 3, 4, 6, 8, 10, rng.randint(20, 4_000))),
            session.context,
            written - hour,
            hour,
            output,
            output // 3 if session.version == NEWEST and rng.random() < 0.4 else 0,
            rng.choice((1, 2)) if self.rarely("search", 0.02) else 0,
        )
        self.expected.add(session.at_ms, model, session.cwd, final)
        blocks = blocks or rng.choice((1, 1, 1, 2, 2, 2, 3, 4))
        # The newest hosts write the final figures on every line, older ones on the last.
        early = final if session.version == NEWEST else (*final[:4], rng.randint(1, 9), 0, 0)
        at_ms, lines = session.at_ms, []
        for number in range(blocks):
            is_last = number == blocks - 1
            body = (
                f'"message":{{"model":"{model}","id":"{message_id}","type":"message","role":"assistant",'
                f'"content":[{self._block(number, is_last)}],'
                f'"stop_reason":{self._stop_reason(session, is_last, blocks)},"stop_sequence":null,'
                f'"usage":{self._usage(session, final if is_last else early)}}},"requestId":"{request_id}",'
                f'"type":"assistant"'
            )
            lines.append(self._line(session, body, at_ms))
            at_ms += rng.randint(5, 1_900)
        self._last = (message_id, request_id, model, final)
        return lines, at_ms

    def _stop_reason(self, session: Session, is_last: bool, blocks: int) -> str:
        if not is_last and session.version != NEWEST:
            return "null"
        return '"tool_use"' if blocks > 1 else '"end_turn"'

    def _block(self, number: int, is_last: bool) -> str:
        if number == 0 and not is_last:
            signature = self._letters(400)
            return f'{{"type":"thinking","thinking":"{self._text(650, 9_000)}","signature":"{signature}"}}'
        if number:
            path, command = self.rng.choice(WORDS), self._text(550, 16_000)
            return (
                f'{{"type":"tool_use","id":"{self._tool_id}","name":"Edit",'
                f'"input":{{"file_path":"/src/{path}.py","new_string":"{command}"}}}}'
            )
        return f'{{"type":"text","text":"{self._text(600, 8_000)}"}}'

    def _usage(self, session: Session, counts: tuple[int, ...]) -> str:
        fresh, read, write_5m, write_1h, output, reasoning, searches = counts
        lifetimes = f'"ephemeral_5m_input_tokens":{write_5m},"ephemeral_1h_input_tokens":{write_1h}'
        split = f'"cache_creation":{{{lifetimes}}}'
        prompt = (
            f'"input_tokens":{fresh},"cache_creation_input_tokens":{write_5m + write_1h},'
            f'"cache_read_input_tokens":{read}'
        )
        tools = f'"server_tool_use":{{"web_search_requests":{searches},"web_fetch_requests":0}}'
        if session.version != NEWEST:
            return f'{{{prompt},{split},"output_tokens":{output},{tools},"service_tier":"standard"}}'
        one_pass = f'{{{prompt},"output_tokens":{output},{split},"type":"message"}}'
        return (
            f'{{{prompt},"output_tokens":{output},"output_tokens_details":{{"thinking_tokens":{reasoning}}},{tools},'
            f'"service_tier":"standard",{split},"inference_geo":"not_available","iterations":[{one_pass}],'
            f'"speed":"standard"}}'
        )

    def _tool_result(self, session: Session) -> str:
        """Give the line after a tool call; now and then with usage that is not the message's."""
        kind = self.rng.random()
        text = self._text(2_300, 150_000)
        if kind < 0.04:
            extra = (
                '{"status":"completed","totalTokens":13307,"usage":{"input_tokens":7,"output_tokens":400,'
                '"cache_creation_input_tokens":900,"cache_read_input_tokens":12000}}'
            )
        elif kind < 0.6:
            extra = f'{{"type":"text","file":{{"filePath":"/src/index.py","content":"{text}","numLines":9}}}}'
        else:
            extra = f'{{"stdout":"{text}","stderr":"","interrupted":false,"isImage":false}}'
        result = f'{{"tool_use_id":"{self._tool_id}","type":"tool_result","content":"{text}"}}'
        body = f'"type":"user","message":{{"role":"user","content":[{result}]}},"toolUseResult":{extra}'
        return self._line(session, body, session.at_ms + 300)

    def _noise(self, session: Session) -> str:
        """Give a line that is neither prompt nor answer."""
        kind, at_ms = self.rng.random(), session.at_ms + 500
        if kind < 0.2:
            text = self._text(900, 20_000)
            progress = f'{{"type":"bash_progress","output":"{text}","fullOutput":"{text}","totalLines":9}}'
            return self._line(session, f'"type":"progress","data":{progress}', at_ms)
        if kind < 0.6:
            hook = '{"type":"hook_progress","hookEvent":"PostToolUse","command":"callback"}'
            return self._line(session, f'"type":"progress","data":{hook}', at_ms)
        if kind < 0.8:
            return self._line(session, '"type":"system","subtype":"turn_duration","durationMs":4100', at_ms)
        return f'{{"type":"file-history-snapshot","messageId":"{self._uuid()}","snapshot":{{}}}}\n'

    def _agent_progress(self, session: Session) -> str:
        """Write a sub-agent's file; give the parent's line that holds its last message again."""
        agent = replace(
            session,
            agent_id=f"a{self.rng.getrandbits(28):07x}",
            model=AGENT_MODEL,
            context=self.rng.randint(5_000, 12_000),
        )
        stem = f"{session.path.removesuffix('.jsonl')}/subagents/agent-{agent.agent_id}"
        end, _ = self.write(replace(agent, path=f"{stem}.jsonl"), self.size(60_000, 600_000))
        (self.place / f"{stem}.meta.json").write_text('{"agentType":"Explore"}', encoding="utf-8")
        message_id, request_id, model, counts = self._last
        message = (
            f'{{"type":"assistant","message":{{"model":"{model}","id":"{message_id}","type":"message",'
            f'"role":"assistant","content":[],"usage":{self._usage(agent, counts)}}},'
            f'"requestId":"{request_id}"}}'
        )
        data = f'{{"type":"agent_progress","agentId":"{agent.agent_id}","message":{message}}}'
        return self._line(session, f'"type":"progress","data":{data}', end.at_ms)

    def _synthetic(self, session: Session) -> str:
        """Give the line of an answer that never came: it has usage, and nobody was asked."""
        body = (
            f'"message":{{"id":"{self._uuid()}","model":"<synthetic>","role":"assistant","type":"message",'
            '"stop_reason":"stop_sequence","usage":{"input_tokens":0,"output_tokens":0,'
            '"cache_creation_input_tokens":0,"cache_read_input_tokens":0},'
            '"content":[{"type":"text","text":"API Error: 529"}]},"type":"assistant","isApiErrorMessage":true'
        )
        return self._line(session, body, session.at_ms)

    def _line(self, session: Session, body: str, at_ms: int) -> str:
        """Put a body into its envelope; the newest hosts write what belongs to it last."""
        side = "true" if session.agent_id else "false"
        agent = f'"agentId":"{session.agent_id}",' if session.agent_id else ""
        seconds, rest = divmod(at_ms, 1000)
        stamp = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        head = f'{{"parentUuid":"{self._uuid()}","isSidechain":{side},{agent}'
        what = f'{body},"uuid":"{self._uuid()}","timestamp":"{stamp}.{rest:03d}Z"'
        where = (
            f'"userType":"external","cwd":"{session.cwd}","sessionId":"{session.id}",'
            f'"version":"{session.version}","gitBranch":"{session.branch}"'
        )
        return f"{head}{what},{where}}}\n" if session.version == NEWEST else f"{head}{where},{what}}}\n"

    def _text(self, median: float, most: float) -> str:
        return self.prose.about(self.size(median, most))

    def _title(self) -> str:
        return " ".join(self.rng.choices(WORDS, k=5))

    def _letters(self, count: int) -> str:
        return "".join(self.rng.choices(LETTERS, k=count))

    def _uuid(self) -> str:
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
