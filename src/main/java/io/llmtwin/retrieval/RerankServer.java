package io.llmtwin.retrieval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server's {@code /rerank}, in one of two dialects. That of Cohere, Jina and vLLM: {@code {model, query, documents,
 * top_n}} to {@code {results: [{index, relevance_score}]}}. That of Hugging Face's text-embeddings-inference: {@code
 * {query, texts}} to {@code [{index, score}]}. The first is spoken until a server refuses it and takes the second.
 * Thread-safe.
 */
public final class RerankServer implements ScoringModel {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/rerank";
    /** Answers of a server that doesn't know a request's fields. */
    private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 422);

    private final HttpClient client;
    private final URI url;
    private final @Nullable String model;
    private final @Nullable String apiKey;
    private volatile Dialect dialect = Dialect.COHERE;

    /**
     * The server at {@code url}, whose path is that of the call or what comes before {@code /rerank}.
     *
     * @param client with the timeouts that a call may take
     */
    public RerankServer(HttpClient client, URI url, @Nullable String model, @Nullable String apiKey) {
        String path = url.getPath().replaceAll("/+$", "");
        this.client = client;
        this.url = url.resolve(path.endsWith(PATH) ? path : path + PATH);
        this.model = model;
        this.apiKey = apiKey;
    }

    /**
     * A score for each passage, in their order. One that the answer leaves out is scored just below all others.
     *
     * @throws IllegalStateException if the answer is none, or names a passage that wasn't sent, or one twice
     * @throws RuntimeException if the server can't be reached, is too slow, or refuses
     */
    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> passages, String question) {
        List<String> texts = passages.stream().map(TextSegment::text).toList();
        Dialect spoken = dialect;
        try {
            return Response.from(ask(spoken, question, texts));
        } catch (HttpException e) {
            if (!NOT_UNDERSTOOD.contains(e.statusCode())) {
                throw e;
            }
            Dialect other = spoken == Dialect.COHERE ? Dialect.TEI : Dialect.COHERE;
            List<Double> scores = ask(other, question, texts);
            dialect = other;
            return Response.from(scores);
        }
    }

    private List<Double> ask(Dialect dialect, String question, List<String> texts) {
        ObjectNode body = JSON.createObjectNode().put("query", question);
        ArrayNode documents = body.putArray(dialect.documents);
        texts.forEach(documents::add);
        if (dialect == Dialect.COHERE) {
            body.put("top_n", texts.size());
        } else {
            body.put("truncate", true);
        }
        if (model != null) {
            body.put("model", model);
        }
        HttpRequest.Builder request = HttpRequest.builder()
                .method(HttpMethod.POST)
                .url(url.toString())
                .addHeader("Content-Type", "application/json")
                .addHeader("Accept", "application/json")
                .body(body.toString());
        if (apiKey != null) {
            request.addHeader("Authorization", "Bearer " + apiKey);
        }
        return scores(client.execute(request.build()).body(), texts.size());
    }

    /** Which dialect an answer is in shows in itself, so a server may answer in the other one than it was asked in. */
    private static List<Double> scores(String answer, int passages) {
        JsonNode results;
        try {
            JsonNode root = JSON.readTree(answer);
            results = root.isArray() ? root : root.path("results");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the reranking server's answer is no JSON", e);
        }
        if (!results.isArray() || (results.isEmpty() && passages > 0)) {
            throw new IllegalStateException("the reranking server's answer has no results");
        }
        Double[] scores = new Double[passages];
        for (JsonNode result : results) {
            JsonNode index = result.path("index");
            JsonNode score = result.has("relevance_score") ? result.get("relevance_score") : result.path("score");
            if (!index.isIntegralNumber()
                    || !index.canConvertToInt()
                    || index.intValue() < 0
                    || index.intValue() >= passages
                    || scores[index.intValue()] != null) {
                throw new IllegalStateException(
                        "the reranking server names a passage that it wasn't sent, or one twice: " + index);
            }
            if (!score.isNumber() || !Double.isFinite(score.doubleValue())) {
                throw new IllegalStateException("the reranking server gives passage " + index + " no score");
            }
            scores[index.intValue()] = score.doubleValue();
        }
        double lowest = Arrays.stream(scores)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        List<Double> all = new ArrayList<>(passages);
        for (Double score : scores) {
            all.add(score == null ? Math.nextDown(lowest) : score);
        }
        return all;
    }

    private enum Dialect {
        COHERE("documents"),
        TEI("texts");

        private final String documents;

        Dialect(String documents) {
            this.documents = documents;
        }
    }
}
