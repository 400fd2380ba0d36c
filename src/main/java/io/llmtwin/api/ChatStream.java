package io.llmtwin.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The stream of {@code POST /v1/chat/completions}, as OpenAI's clients read it. */
final class ChatStream extends AnswerStream {
    private final ChatReply reply;
    private final boolean includeUsage;
    private @Nullable String revision;
    private boolean begun;

    ChatStream(HttpServletResponse response, ObjectMapper json, ChatReply reply, boolean includeUsage) {
        super(response, json);
        this.reply = reply;
        this.includeUsage = includeUsage;
    }

    @Override
    @SuppressWarnings("unchecked")
    void begin(Exchange exchange) {
        if (!begun) {
            begun = true;
            revision = exchange.getVariable(RequestScope.REVISION, String.class);
            List<Passage> passages = exchange.getVariable("passages", List.class);
            write(null, reply.opening(revision, Answers.sources(passages)));
        }
    }

    @Override
    public void written(String text) {
        write(null, reply.piece(revision, text));
    }

    @Override
    void end(Exchange exchange) {
        endHeartbeats();
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        write(null, reply.ending(revision, completion, RequestScope.warnings(exchange)));
        if (includeUsage) {
            write(null, reply.usage(revision, completion.usage()));
        }
        writeText(null, "[DONE]");
    }

    @Override
    void fail(Problem problem) {
        write(null, OpenAiError.of(HttpStatus.valueOf(problem.status()), problem.detail(), null, null));
    }
}
