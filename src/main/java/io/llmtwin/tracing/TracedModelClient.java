package io.llmtwin.tracing;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client of models other than the one that answers: those that expand questions, embed and rerank. What a call is shows
 * in the end of its path: {@code /chat/completions} and {@code /embeddings} are OpenAI's, and their spans say which model
 * was asked and how many tokens it took. No text of a request or an answer is on a span.
 */
final class TracedModelClient implements HttpClient {
    private final HttpClient client;
    private final Spans spans;
    private final ObjectMapper json;

    TracedModelClient(HttpClient client, Spans spans, ObjectMapper json) {
        this.client = client;
        this.spans = spans;
        this.json = json;
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        Context context = Context.current();
        if (!Spans.isTraced(context)) {
            return client.execute(request);
        }
        Span span = begin(request, context);
        try {
            SuccessfulHttpResponse response = client.execute(with(request, Spans.inCall(span, context)));
            Spans.answered(span, response.statusCode());
            if (span.isRecording() && Operation.of(request) != null) {
                note(span, response.body());
            }
            return response;
        } catch (HttpException e) {
            Spans.answered(span, e.statusCode());
            throw e;
        } catch (RuntimeException e) {
            Spans.failed(span, e);
            throw e;
        } finally {
            span.end();
        }
    }

    /** A stream, which none of our models is asked for: it takes the trace along, and has no span. */
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        client.execute(with(request, Context.current()), parser, listener);
    }

    private Span begin(HttpRequest request, Context parent) {
        URI url = URI.create(request.url());
        Operation operation = Operation.of(request);
        String method = request.method().name();
        Span span;
        if (operation == null) {
            span = spans.call(method, parent).startSpan().setAttribute(Names.URL_PATH, url.getPath());
        } else {
            Asked asked = read(request.body(), Asked.class);
            String model = asked == null || asked.model == null ? "" : asked.model;
            span = spans.call((operation.word + " " + model).strip(), parent)
                    .startSpan()
                    .setAttribute(Names.OPERATION, operation.word)
                    .setAttribute(Names.PROVIDER, Names.OPENAI)
                    .setAttribute(Names.SYSTEM, Names.OPENAI)
                    .setAttribute(Names.REQUEST_MODEL, model);
            if (asked != null && asked.temperature != null) {
                span.setAttribute(Names.TEMPERATURE, asked.temperature);
            }
            if (asked != null && asked.maxTokens != null) {
                span.setAttribute(Names.MAX_TOKENS, asked.maxTokens);
            }
        }
        Spans.server(span, url);
        return span.setAttribute(Names.HTTP_METHOD, method);
    }

    private void note(Span span, @Nullable String body) {
        Answered answered = read(body, Answered.class);
        if (answered == null) {
            return;
        }
        if (answered.model != null) {
            span.setAttribute(Names.RESPONSE_MODEL, answered.model);
        }
        if (answered.usage != null && answered.usage.promptTokens != null) {
            span.setAttribute(Names.INPUT_TOKENS, answered.usage.promptTokens);
        }
        if (answered.usage != null && answered.usage.completionTokens != null) {
            span.setAttribute(Names.OUTPUT_TOKENS, answered.usage.completionTokens);
        }
        if (answered.choices != null) {
            List<String> reasons = answered.choices.stream()
                    .map(Choice::finishReason)
                    .filter(Objects::nonNull)
                    .toList();
            span.setAttribute(Names.FINISH_REASONS, reasons);
        }
    }

    private HttpRequest with(HttpRequest request, Context context) {
        Map<String, List<String>> headers = new HashMap<>(request.headers());
        spans.inject(context, headers, (carrier, name, value) -> {
            if (carrier != null) {
                carrier.put(name, List.of(value));
            }
        });
        return HttpRequest.builder()
                .method(request.method())
                .url(request.url())
                .headers(headers)
                .formDataFields(request.formDataFields())
                .formDataFiles(request.formDataFiles())
                .body(request.body())
                .build();
    }

    /** What {@code text} holds; null where it is not that, which whoever asked the model will notice. */
    private <T> @Nullable T read(@Nullable String text, Class<T> type) {
        try {
            return text == null ? null : json.readValue(text, type);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private enum Operation {
        CHAT("chat", "/chat/completions"),
        EMBEDDINGS("embeddings", "/embeddings");

        private final String word;
        private final String path;

        Operation(String word, String path) {
            this.word = word;
            this.path = path;
        }

        static @Nullable Operation of(HttpRequest request) {
            for (Operation operation : values()) {
                if (request.url().endsWith(operation.path)) {
                    return operation;
                }
            }
            return null;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Asked(
            @Nullable String model,
            @Nullable Double temperature,
            @Nullable Long maxTokens) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Answered(
            @Nullable String model,
            @Nullable List<Choice> choices,
            @Nullable Usage usage) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Choice(@Nullable String finishReason) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Usage(@Nullable Long promptTokens, @Nullable Long completionTokens) {}
}
