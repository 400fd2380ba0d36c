package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What a client gets wrong, it is told; nothing of it is logged as an error of ours. */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "LLM_TWIN_CORPUS=none"})
class BadInputIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunningService service;
    private final int port;

    BadInputIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.port = port;
    }

    @DynamicPropertySource
    static void home(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
    }

    @AfterEach
    void nextRequestWorks(CapturedOutput output) throws Exception {
        assertThat(service.generate("{\"query\":\"Does it still work? 😀\"}").statusCode())
                .isEqualTo(200);
        assertThat(output.getOut()).doesNotContain("ERROR").doesNotContain("\tat ");
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("not JSON", "query=hello", "JSON"),
                Arguments.of("cut off", "{\"query\":\"hel", "JSON"),
                Arguments.of("trailing text", "{\"query\":\"hello\"} x", "JSON"),
                Arguments.of("field twice", "{\"query\":\"a\",\"query\":\"b\"}", "query"),
                Arguments.of("empty body", "", "body"),
                Arguments.of("no object", "[]", "object"),
                Arguments.of("null", "null", "null"),
                Arguments.of("no query", "{}", "query"),
                Arguments.of("query is an object", "{\"query\":{\"a\":1}}", "query"),
                Arguments.of("query is a number", "{\"query\":1}", "query"),
                Arguments.of("query is null", "{\"query\":null}", "query"),
                Arguments.of("query is empty", "{\"query\":\"\"}", "query"),
                Arguments.of("query is blank", "{\"query\":\" \\n\\t \"}", "query"),
                Arguments.of("query is long", "{\"query\":\"" + "x".repeat(20_001) + "\"}", "query"),
                Arguments.of("NUL", "{\"query\":\"a\\u0000b\"}", "NUL"),
                Arguments.of("raw NUL", "{\"query\":\"a\u0000b\"}", "JSON"),
                Arguments.of("lone surrogate", "{\"query\":\"a\\ud83d\"}", "surrogate"),
                Arguments.of("reversed surrogates", "{\"query\":\"\\ude00\\ud83d\"}", "surrogate"),
                Arguments.of("only invisible", "{\"query\":\"\\u200b\\ufeff\"}", "query"),
                Arguments.of("unknown field", "{\"query\":\"a\",\"quary\":\"b\"}", "quary"),
                Arguments.of("stream is a text", "{\"query\":\"a\",\"stream\":\"yes\"}", "stream"),
                Arguments.of("temperature", "{\"query\":\"a\",\"temperature\":7}", "temperature"),
                Arguments.of("max_tokens", "{\"query\":\"a\",\"max_tokens\":0}", "max_tokens"),
                Arguments.of("huge number", "{\"query\":\"a\",\"max_tokens\":1e999}", "max_tokens"),
                Arguments.of("deep nesting", "{\"query\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}", "JSON"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badBodies")
    void generate_badBody_isA400ThatSaysWhy(String name, String body, String reason) throws Exception {
        HttpResponse<String> response = service.generate(body);
        assertProblem(response, 400);
        assertThat(JSON.readTree(response.body()).get("detail").asText()).containsIgnoringCase(reason);
    }

    @Test
    void generate_questionOverTheTokenBudget_isA422() throws Exception {
        assertProblem(service.generate("{\"query\":\"" + "word ".repeat(3_000) + "\"}"), 422);
    }

    @Test
    void generate_aMegabyteAndMore_isA413() throws Exception {
        assertProblem(service.generate("{\"query\":\"" + "x".repeat(1 << 20) + "\"}"), 413);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "nonsense"
            },
            delimiter = '|')
    void generate_wrongContentType_isA415(String contentType) throws Exception {
        assertProblem(service.send("POST", "/api/v1/generate", "{\"query\":\"a\"}", "Content-Type", contentType), 415);
    }

    @Test
    void generate_withoutContentType_isA415() throws Exception {
        assertProblem(service.send("POST", "/api/v1/generate", "{\"query\":\"a\"}", "X-Nothing", "x"), 415);
    }

    @Test
    void post_withoutABodyAndItsLength_needsNoContentType() throws Exception {
        try (RawClient client = new RawClient(port)) {
            client.send("POST /api/v1/revisions/000000000000/activate HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.readUntil("HTTP/1.1")).contains(" 404 ");
        }
    }

    @Test
    void generate_compressedBody_isA415() throws Exception {
        assertProblem(
                service.send(
                        "POST",
                        "/api/v1/generate",
                        "{\"query\":\"a\"}",
                        "Content-Type",
                        "application/json",
                        "Content-Encoding",
                        "gzip"),
                415);
    }

    @Test
    void generate_jsonWithCharset_isFine() throws Exception {
        assertThat(service.send(
                                "POST",
                                "/api/v1/generate",
                                "{\"query\":\"a\"}",
                                "Content-Type",
                                "application/json; charset=utf-8")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"GET", "PUT", "DELETE", "PATCH"})
    void generate_wrongMethod_isA405(String method) throws Exception {
        HttpResponse<String> response = service.send(method, "/api/v1/generate", "GET".equals(method) ? null : "{}");
        assertProblem(response, 405);
        assertThat(response.headers().firstValue("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains("POST"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/documents/a%2Fb, 'DELETE, OPTIONS'",
        "PUT, /api/v1/revisions/x, 'DELETE, GET, HEAD, OPTIONS'",
        "DELETE, /api/v1/revisions/x/activate, 'OPTIONS, POST'",
        "OPTIONS, /api/v1/revisions/x/activate, 'OPTIONS, POST'",
        "OPTIONS, /api/v1/experiment, 'DELETE, GET, HEAD, OPTIONS, PUT'"
    })
    void allow_ofAnyPath_namesItsOwnMethodsAlone(String method, String path, String allowed) throws Exception {
        HttpResponse<String> response = service.send(method, path, null);
        assertThat(response.statusCode()).isEqualTo(method.equals("OPTIONS") ? 200 : 405);
        assertThat(response.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @CsvSource({"GET, /api/v1/traces", "DELETE, /api/v1/traces/x"})
    void bodilessMethod_withABody_isA400(String method, String path) throws Exception {
        assertProblem(service.send(method, path, "x".repeat(100)), 400);
    }

    @Test
    void generate_wrongMethodWithABody_isA405() throws Exception {
        assertProblem(service.send("GET", "/api/v1/generate", "x".repeat(100)), 405);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/traces, , 200",
        "DELETE, /api/v1/traces/x, , 404",
        "POST, /api/v1/revisions/x/activate, , 404",
        "POST, /api/v1/feedback, {}, 415",
        "PUT, /api/v1/experiment, {}, 415"
    })
    void formWithoutABoundary_anywhere_isNoErrorOfOurs(String method, String path, String body, int status)
            throws Exception {
        assertThat(service.send(method, path, body, "Content-Type", "multipart/form-data")
                        .statusCode())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/traces/%20",
        "DELETE, /api/v1/traces/%0D%15%02",
        "DELETE, /api/v1/documents/%20",
        "GET, /api/v1/revisions/%0D"
    })
    void blankId_always_isA404(String method, String path) throws Exception {
        assertProblem(service.send(method, path, null), 404);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/nothing",
        "/api/v2/generate",
        "/nothing",
        "/api/v1/traces/1/2",
        "/..%2f..%2fetc/passwd",
        "/api%2Fv1/traces",
        "/api%5Cv1/traces"
    })
    void unknownPath_always_isA404OrA400(String path) throws Exception {
        HttpResponse<String> response = service.send("GET", path, null);
        assertThat(response.statusCode()).isIn(400, 404);
        assertThat(response.body()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({"0", "201", "x", "-1", "1.5", "''"})
    void traces_badLimit_isA400(String limit) throws Exception {
        assertProblem(service.send("GET", "/api/v1/traces?limit=" + limit, null), 400);
    }

    @ParameterizedTest
    @CsvSource({
        "from=yesterday",
        "to=2026-13-01T00:00:00Z",
        "status=fine",
        "min_score=2",
        "max_score=x",
        "cursor=%C3%A4",
        "cursor=eA"
    })
    void traces_badFilter_isA400(String filter) throws Exception {
        assertProblem(service.send("GET", "/api/v1/traces?" + filter, null), 400);
    }

    @ParameterizedTest
    @CsvSource({"nope", "01a20505-f89b-7ec3-a248-0a85bf92120d", "%24%7Bbody%7D"})
    void trace_unknown_isA404(String id) throws Exception {
        assertProblem(service.send("GET", "/api/v1/traces/" + id, null), 404);
    }

    static Stream<Arguments> badDocuments() {
        String good = "{\"type\":\"post\",\"author\":\"Ada\",\"content\":\"text\"}";
        return Stream.of(
                Arguments.of("not JSON", "type=post", "JSON"),
                Arguments.of("cut off", "[" + good, "JSON"),
                Arguments.of("empty body", "", "body"),
                Arguments.of("empty list", "[]", "no document"),
                Arguments.of("a list in a list", "[[" + good + "]]", "/0"),
                Arguments.of("a number in a list", "[" + good + ",1]", "/1"),
                Arguments.of("null", "null", "null"),
                Arguments.of("no author", "[" + good + ",{\"type\":\"post\",\"content\":\"x\"}]", "/1"),
                Arguments.of("no author, named", "{\"type\":\"post\",\"content\":\"x\"}", "author"),
                Arguments.of("blank author", good.replace("Ada", " "), "author"),
                Arguments.of("no type", "{\"author\":\"Ada\",\"content\":\"x\"}", "type"),
                Arguments.of("unknown type", good.replace("post", "poem"), "type"),
                Arguments.of("content is an object", good.replace("\"text\"", "{}"), "content"),
                Arguments.of("unknown field", good.replace("author", "authors"), "authors"),
                Arguments.of("id with a line end", good.replace("{", "{\"id\":\"a\\nb\","), "id"),
                Arguments.of("id that no path can end in", good.replace("{", "{\"id\":\"..\","), "id"),
                Arguments.of("empty id", good.replace("{", "{\"id\":\"\","), "id"),
                Arguments.of("id is a number", good.replace("{", "{\"id\":7,"), "id"),
                Arguments.of("field twice", good.replace("{", "{\"author\":\"Bob\","), "author"),
                Arguments.of("NUL", good.replace("text", "a\\u0000b"), "NUL"),
                Arguments.of("lone surrogate", "[" + good.replace("text", "\\ud83d") + "]", "/0/content"),
                Arguments.of("nothing after cleaning", good.replace("text", "\\u200b"), "no content"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badDocuments")
    void documents_badBody_isA400ThatSaysWhere(String name, String body, String reason) throws Exception {
        HttpResponse<String> response = service.send("POST", "/api/v1/documents", body);
        assertProblem(response, 400);
        assertThat(JSON.readTree(response.body()).get("detail").asText()).containsIgnoringCase(reason);
    }

    @Test
    void documents_badLine_isA400ThatSaysWhichAndStoresNothing() throws Exception {
        String good = "{\"id\":\"line\",\"type\":\"post\",\"author\":\"Ada\",\"content\":\"text\"}";
        HttpResponse<String> response = service.send(
                "POST", "/api/v1/documents", good + "\n\n{\"type\":1}\n", "Content-Type", "application/x-ndjson");
        assertProblem(response, 400);
        assertThat(JSON.readTree(response.body()).get("detail").asText()).startsWith("line 3: ");
        assertProblem(service.send("DELETE", "/api/v1/documents/line", null), 404);
    }

    @Test
    void documents_moreThanAQuestionMayHave_isFineAndMoreThanTheirOwnLimitA413() throws Exception {
        String start = "{\"type\":\"post\",\"author\":\"Ada\",\"content\":\"text";
        HttpResponse<String> fine = service.send("POST", "/api/v1/documents", start + " ".repeat(2 << 20) + "\"}");
        assertThat(fine.statusCode()).as(fine.body()).isEqualTo(202);
        assertProblem(service.send("POST", "/api/v1/documents", start + " ".repeat(10 << 20) + "\"}"), 413);
        assertProblem(service.send("POST", "/api/v1/generate", "{}", "Content-Type", "application/x-ndjson"), 415);
    }

    @ParameterizedTest
    @CsvSource({"nope", "%2F..%2Fetc", "a%2Fb%5Cc", "%24%7Bbody%7D", "%23", "a%0Ab"})
    void document_unknown_isA404(String id) throws Exception {
        assertProblem(service.send("DELETE", "/api/v1/documents/" + id, null), 404);
    }

    private static void assertProblem(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotEmpty();
        assertThat(problem.get("detail").asText()).isNotEmpty();
        assertThat(problem.get("type").asText()).startsWith("urn:llm-twin:problem:");
        assertThat(problem.get("trace_id").asText())
                .isEqualTo(response.headers().firstValue("X-Trace-Id").orElseThrow());
    }
}
