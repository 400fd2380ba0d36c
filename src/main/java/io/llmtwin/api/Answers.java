package io.llmtwin.api;

import io.llmtwin.llm.AnswerListener;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.LlmCostSettings;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code answers}: what the pipeline came to, as clients get it. */
@Component("answers")
final class Answers {
    private final LlmCostSettings cost;

    Answers(LlmCostSettings cost) {
        this.cost = cost;
    }

    /** The {@link Answer} in the variables of {@code exchange}. */
    @SuppressWarnings("unchecked")
    public Answer of(Exchange exchange) {
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        return answer(exchange, completion.text(), sources(exchange.getVariable("passages", List.class)));
    }

    /** The same without what a stream has already sent: text and sources. */
    Answer end(Exchange exchange) {
        return answer(exchange, null, null);
    }

    /** The {@link Answer} in OpenAI's form. */
    public ChatReply.Body chat(Exchange exchange) {
        ChatReply reply = exchange.getVariable("chatReply", ChatReply.class);
        return reply.whole(of(exchange), exchange.getVariable("completion", ChatCompletion.class));
    }

    /** Ends the answer of {@code exchange} that was streamed to the client. */
    public void endStream(Exchange exchange) {
        exchange.getVariable(AnswerListener.VARIABLE, AnswerStream.class).end(exchange);
        exchange.getMessage().setBody(null);
    }

    static List<Answer.Source> sources(List<Passage> passages) {
        return passages.stream().map(Answer.Source::of).toList();
    }

    private Answer answer(Exchange exchange, @Nullable String text, @Nullable List<Answer.Source> sources) {
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        Map<String, Double> timings = RequestScope.timings(exchange).milliseconds();
        ChatCompletion.Usage usage = completion.usage();
        return new Answer(
                text,
                sources,
                completion.model(),
                usage == null ? null : Answer.Usage.of(usage, cost.of(usage, timings.getOrDefault("llm", 0.0) / 1000)),
                exchange.getVariable("traceId", String.class),
                exchange.getVariable(RequestScope.REVISION, String.class),
                timings,
                RequestScope.warnings(exchange));
    }

    /** The ranked passages in the body of {@code exchange}, with each stage's scores and whose they were limited to. */
    public Map<String, Object> search(Exchange exchange, List<Passage> passages) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("sources", passages);
        @Nullable String author = exchange.getVariable("author", String.class);
        if (author != null) {
            found.put("author", author);
        }
        found.put("trace_id", exchange.getVariable("traceId", String.class));
        found.put("revision", exchange.getVariable(RequestScope.REVISION, String.class));
        found.put("timings", RequestScope.timings(exchange).milliseconds());
        found.put("warnings", RequestScope.warnings(exchange));
        return found;
    }

    /** Value of the Server-Timing header: each step with its milliseconds. */
    public String serverTiming(Exchange exchange) {
        return RequestScope.timings(exchange).milliseconds().entrySet().stream()
                .map(step -> step.getKey() + ";dur=" + step.getValue())
                .collect(Collectors.joining(", "));
    }
}
