package io.llmtwin.evaluation.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.evaluation.CaseResult;
import io.llmtwin.evaluation.EvaluationReport;
import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.SeriesListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** An evaluation by a service, over its API. */
final class RemoteEvaluation {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String EVENT = "event: ";
    private static final String DATA = "data: ";

    private final Arguments arguments;
    private final ObjectMapper json;

    RemoteEvaluation(Arguments arguments, ObjectMapper json) {
        this.arguments = arguments;
        this.json = json;
    }

    /**
     * The report, with its cases.
     *
     * @param listener told of what is through
     * @throws CommandFailedException if there is none
     */
    EvaluationReport run(SeriesListener<CaseResult> listener) throws CommandFailedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        try {
            HttpResponse<Stream<String>> response = client.send(request(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() != 200) {
                    throw new CommandFailedException(
                            refusal(response.statusCode(), lines.collect(Collectors.joining("\n"))));
                }
                return report(lines.iterator(), listener);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailedException(
                    "there is no service at " + arguments.url() + " ("
                            + e.getClass().getSimpleName()
                            + "): start it with java -jar llm-twin.jar, or say where it is with --url",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }

    private HttpRequest request() throws JsonProcessingException {
        ObjectNode body = json.createObjectNode().put("stream", true);
        put(body, "name", arguments.name());
        put(body, "revision", arguments.revision());
        put(body, "judge", arguments.judge());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        arguments.url().resolve(arguments.url().getPath() + "/api/v1/evaluations"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body), StandardCharsets.UTF_8));
        if (arguments.key() != null) {
            request.header("Authorization", "Bearer " + arguments.key());
        }
        return request.build();
    }

    private static void put(ObjectNode body, String field, @Nullable String value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private EvaluationReport report(Iterator<String> lines, SeriesListener<CaseResult> listener)
            throws CommandFailedException, JsonProcessingException {
        List<CaseResult> cases = new ArrayList<>();
        String event = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(EVENT)) {
                event = line.substring(EVENT.length());
            } else if (line.startsWith(DATA)) {
                JsonNode data = json.readTree(line.substring(DATA.length()));
                switch (event) {
                    case "progress" ->
                        listener.progress(
                                data.path("done").asInt(), data.path("total").asInt());
                    case "result" -> {
                        CaseResult result = json.treeToValue(data, CaseResult.class);
                        cases.add(result);
                        listener.result(result);
                    }
                    case "done" -> {
                        cases.sort(Comparator.comparing(CaseResult::evaluation).thenComparing(CaseResult::line));
                        return json.treeToValue(data, EvaluationReport.class).with(cases);
                    }
                    case "error" ->
                        throw new CommandFailedException(
                                "the service gave up: " + data.path("detail").asText());
                    default -> {
                        // a later version may say more
                    }
                }
            }
        }
        throw new CommandFailedException("the service broke off; its log says why");
    }

    private String refusal(int status, String body) {
        JsonNode problem;
        try {
            problem = json.readTree(body);
        } catch (JsonProcessingException e) {
            return arguments.url() + " answers " + status + ", but not as LLM Twin does: say where it is with --url";
        }
        String text =
                switch (status) {
                    case 401 -> "the service asks for a key: give one of its LLM_TWIN_API_KEYS with --key";
                    case 403 -> "the key may not evaluate: give one with the role engineer with --key";
                    default ->
                        "the service refuses (" + status + "): "
                                + problem.path("detail").asText("without a reason");
                };
        return text + problems(problem.path("problems"));
    }

    private String problems(JsonNode problems) {
        return StreamSupport.stream(problems.spliterator(), false)
                .map(one -> "\n  " + json.convertValue(one, PipelineProblem.class))
                .collect(Collectors.joining());
    }
}
