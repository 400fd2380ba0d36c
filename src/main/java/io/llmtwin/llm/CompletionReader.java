package io.llmtwin.llm;

import static java.net.HttpURLConnection.HTTP_BAD_REQUEST;
import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.llmtwin.llm.ChatCompletion.Usage;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestScope;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code completionReader}: reads what a replica answers to a chat request, frame by frame, and passes each on
 * at once to the request's {@link AnswerListener}.
 *
 * <p>A stream is at its end with {@code [DONE]} and only then; one that just stops, or is silent for LLM_IDLE_TIMEOUT
 * between two frames, was cut. A server that answers in plain JSON, as some do to any request and all do to one that
 * they refuse, is understood too.
 */
@Component
public final class CompletionReader {
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int MOST_OF_A_REFUSAL = 16 << 10;
    private static final int MOST_OF_AN_ANSWER = 16 << 20;
    private static final String DONE = "[DONE]";
    private static final Pattern WORD = Pattern.compile("[\\w.-]{1,60}");

    private final LlmServer server;
    private final Duration idleTimeout;
    private final ObjectMapper json;

    CompletionReader(LlmServer server, LlmSettings settings, ObjectMapper json) {
        this.server = server;
        this.idleTimeout = settings.idleTimeout();
        this.json = json;
    }

    /** Tokens that the model's server has counted for {@code exchange}'s request so far; null where it has not. */
    public static ChatCompletion.@Nullable Usage usage(Exchange exchange) {
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        CompletionDraft draft = exchange.getVariable("draft", CompletionDraft.class);
        return completion != null ? completion.usage() : draft == null ? null : draft.usage();
    }

    /**
     * Reads the response in the message of {@code exchange}, and sets the variable {@code completion} to the
     * {@link ChatCompletion} and the body to its text; until then, {@code draft} holds the {@link CompletionDraft}. An
     * answer that the model had to cut short gets the warning {@code answer_truncated}.
     *
     * @throws ReplicaFailedException if there is no answer, or not all of it, and the client has nothing of it yet
     * @throws AnswerCutException if there is not all of it, and the client has a part
     * @throws PromptRefusedException if the prompt is too long for the model
     */
    public void read(Exchange exchange) throws ReplicaFailedException {
        ReplicaCall call = exchange.getVariable(LlmReplicas.CALL, ReplicaCall.class);
        CompletionDraft draft = new CompletionDraft();
        exchange.setVariable("draft", draft);
        long begun = System.nanoTime();
        try (InputStream body = body(exchange.getMessage())) {
            try {
                readInto(draft, exchange, body, call);
            } catch (ReplicaFailedException | IOException | RuntimeException e) {
                // closing the body would read the rest of it, while the model goes on writing
                RequestScope.lifetime(exchange).breakCalls();
                throw e;
            }
        } catch (ReplicaFailedException | IOException e) {
            RequestScope.lifetime(exchange).check();
            if (listener(exchange) != null && !draft.isEmpty()) {
                call.failed(e);
                throw new AnswerCutException(e);
            }
            throw e instanceof ReplicaFailedException failed
                    ? failed
                    : ReplicaFailedException.broken("the connection broke: " + e, e);
        } finally {
            exchange.getMessage().setBody(draft.text());
            RequestScope.timings(exchange).upstream(begun, System.nanoTime());
        }
        call.answers();
        call.close();
        ChatCompletion completion = draft.completion(server.model());
        if ("length".equals(completion.finishReason())) {
            RequestScope.warn(exchange, "answer_truncated");
        }
        exchange.setVariable("completion", completion);
    }

    private void readInto(CompletionDraft draft, Exchange exchange, InputStream body, ReplicaCall call)
            throws ReplicaFailedException, IOException {
        Message response = exchange.getMessage();
        int status = response.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (status != HTTP_OK) {
            throw refusal(status, response.getHeader("Retry-After", String.class), body);
        }
        AnswerListener listener = listener(exchange);
        if (listener != null) {
            listener.accepted(exchange);
        }
        String type = response.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        if (type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
            stream(draft, RequestScope.lifetime(exchange), body, call, listener);
        } else {
            whole(draft, body, call, listener);
        }
    }

    private void stream(
            CompletionDraft draft,
            Lifetime lifetime,
            InputStream body,
            ReplicaCall call,
            @Nullable AnswerListener listener)
            throws ReplicaFailedException, IOException {
        Silence silence = new Silence(idleTimeout);
        EventReader events = new EventReader(body);
        Lifetime.Registration watch = lifetime.onTick(() -> silence.breakOff(lifetime));
        try {
            while (true) {
                silence.begins(draft);
                String data = events.next();
                silence.ends();
                if (data == null) {
                    throw ReplicaFailedException.broken("the stream ended without " + DONE);
                }
                if (data.equals(DONE)) {
                    return;
                }
                frame(tree(data), draft, call, listener);
            }
        } catch (IOException e) {
            if (silence.wasTooLong()) {
                throw ReplicaFailedException.broken("no frame came for " + idleTimeout.toMillis() + " ms", e);
            }
            throw e;
        } finally {
            watch.close();
        }
    }

    private void frame(JsonNode frame, CompletionDraft draft, ReplicaCall call, @Nullable AnswerListener listener)
            throws ReplicaFailedException {
        if (frame.hasNonNull("error")) {
            throw ReplicaFailedException.broken("the stream carried an error: " + kind(frame));
        }
        describe(frame, draft);
        write(frame.path("choices").path(0).path("delta").path("content"), draft, call, listener);
    }

    private void whole(CompletionDraft draft, InputStream body, ReplicaCall call, @Nullable AnswerListener listener)
            throws ReplicaFailedException, IOException {
        JsonNode answer = tree(new String(body.readNBytes(MOST_OF_AN_ANSWER), UTF_8));
        JsonNode choice = answer.path("choices").path(0);
        if (!choice.path("message").isObject()) {
            throw ReplicaFailedException.broken("the answer has no message");
        }
        describe(answer, draft);
        write(choice.path("message").path("content"), draft, call, listener);
    }

    /** Takes over what {@code answer}, whole or a frame, says of itself. */
    private void describe(JsonNode answer, CompletionDraft draft) throws ReplicaFailedException {
        if (answer.path("model").isTextual()) {
            draft.model(answer.get("model").textValue());
        }
        if (answer.hasNonNull("usage")) {
            draft.usage(usage(answer.get("usage")));
        }
        JsonNode reason = answer.path("choices").path(0).path("finish_reason");
        if (reason.isTextual()) {
            draft.finish(reason.textValue());
        }
    }

    private static void write(
            JsonNode content, CompletionDraft draft, ReplicaCall call, @Nullable AnswerListener listener)
            throws ReplicaFailedException {
        String text = content.asText("");
        if (!text.isEmpty()) {
            call.answers();
            draft.write(text);
            if (listener != null) {
                listener.written(text);
            }
        }
    }

    private Usage usage(JsonNode usage) throws ReplicaFailedException {
        try {
            return json.treeToValue(usage, Usage.class);
        } catch (JsonProcessingException e) {
            throw ReplicaFailedException.broken("the usage is none", e);
        }
    }

    private JsonNode tree(String text) throws ReplicaFailedException {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw ReplicaFailedException.broken("what came is not JSON");
        }
    }

    private ReplicaFailedException refusal(int status, @Nullable String retryAfter, InputStream body)
            throws IOException {
        JsonNode refusal;
        try {
            refusal = json.readTree(body.readNBytes(MOST_OF_A_REFUSAL));
        } catch (JsonProcessingException e) {
            refusal = MissingNode.getInstance();
        }
        JsonNode error = refusal.path("error");
        boolean tooLong = "input_tokens".equals(error.path("param").asText())
                || "context_length_exceeded".equals(error.path("code").asText());
        if (status == HTTP_BAD_REQUEST && tooLong) {
            throw new PromptRefusedException();
        }
        String message = ("status " + status + " " + kind(refusal)).strip();
        Duration rest = RetryAfter.of(retryAfter);
        boolean isBusy = status == TOO_MANY_REQUESTS || (status == HTTP_UNAVAILABLE && rest != null);
        return isBusy ? ReplicaFailedException.busy(message, rest) : ReplicaFailedException.broken(message);
    }

    /** What kind of error it is, as far as single words say. Not its text: some servers quote the key or the prompt there. */
    private static String kind(JsonNode refusal) {
        JsonNode error = refusal.path("error");
        return Stream.of(error.path("type"), error.path("code"), error.path("param"), refusal.path("error_type"))
                .map(JsonNode::asText)
                .filter(word -> WORD.matcher(word).matches())
                .collect(joining(" "));
    }

    private static InputStream body(Message response) {
        InputStream body = response.getBody(InputStream.class);
        return body == null ? InputStream.nullInputStream() : body;
    }

    private static @Nullable AnswerListener listener(Exchange exchange) {
        return exchange.getVariable(AnswerListener.VARIABLE, AnswerListener.class);
    }

    /**
     * How long the reader waits for a frame. Before the first token, LLM_FIRST_TOKEN_TIMEOUT counts instead, where another
     * replica could be asked: a server may have a queue.
     */
    private static final class Silence {
        private static final long NONE = 0;

        private final long most;
        private volatile long since = NONE;
        private volatile boolean tooLong;

        Silence(Duration most) {
            this.most = most.toNanos();
        }

        void begins(CompletionDraft draft) {
            since = draft.isEmpty() ? NONE : System.nanoTime();
        }

        void ends() {
            since = NONE;
        }

        void breakOff(Lifetime lifetime) {
            long begun = since;
            if (begun != NONE && System.nanoTime() - begun > most) {
                tooLong = true;
                lifetime.breakCalls();
            }
        }

        boolean wasTooLong() {
            return tooLong;
        }
    }
}
