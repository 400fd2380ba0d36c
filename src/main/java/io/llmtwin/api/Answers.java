package io.llmtwin.api;

import io.llmtwin.llm.ChatCompletion;
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

    /** The {@link Answer} in the variables of {@code exchange}. */
    @SuppressWarnings("unchecked")
    public Answer of(Exchange exchange) {
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        List<Passage> passages = exchange.getVariable("passages", List.class);
        return new Answer(
                completion.text(),
                passages.stream().map(Answer.Source::of).toList(),
                completion.model(),
                completion.usage() == null ? null : Answer.Usage.of(completion.usage()),
                exchange.getVariable("traceId", String.class),
                exchange.getVariable(RequestScope.REVISION, String.class),
                RequestScope.timings(exchange).milliseconds(),
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
