package io.llmtwin;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service in a process of its own, killed while it takes in documents. */
class KillIT {
    private static final int ARTICLES = 60;

    @TempDir
    Path corpus;

    @TempDir
    Path home;

    private Process process;
    private RunningService service;

    @BeforeEach
    void writeArticles() throws IOException {
        for (int i = 0; i < ARTICLES; i++) {
            StringBuilder article = new StringBuilder("# Island number " + i + "\n");
            for (int part = 0; part < 4; part++) {
                article.append("\n## Part ").append(part).append("\n\n");
                article.append(
                        ("The harbour master of island " + i + " writes page " + part + " of the log. ").repeat(12));
                article.append("\n");
            }
            Files.writeString(corpus.resolve("island-" + i + ".md"), article);
        }
    }

    @AfterEach
    void kill() {
        process.destroyForcibly();
    }

    @Test
    void killedWhileIngesting_nextStart_goesOnAndLosesNoRecord() throws Exception {
        start();
        await().atMost(ofSeconds(60)).ignoreExceptions().until(() -> chunks() > 32);
        String traceId = service.answer("Who writes the log?").get("trace_id").asText();
        String document =
                "{\"id\":\"mine\",\"type\":\"post\",\"author\":\"Cy\",\"content\":\"The heron is called Otto.\"}";
        assertThat(service.send("POST", "/api/v1/documents", document).statusCode())
                .isEqualTo(202);
        killAndAwait();

        start();
        assertThat(service.send("POST", "/api/v1/search", "{\"query\":\"heron\",\"author\":\"Cy\"}")
                        .body())
                .contains("The heron is called Otto.");
        assertThat(service.json("/api/v1/traces/" + traceId).get("trace_id").asText())
                .isEqualTo(traceId);
        service.awaitCorpus(120);
        JsonNode corpusHealth = service.health().at("/components/corpus/details");
        assertThat(corpusHealth.get("documents").asInt()).isEqualTo(ARTICLES);
        assertThat(corpusHealth.get("unchanged").asInt()).isBetween(1, ARTICLES - 1);
        killAndAwait();

        start();
        service.awaitCorpus(60);
        assertThat(service.health().at("/components/corpus/details/unchanged").asInt())
                .isEqualTo(ARTICLES);
        assertThat(service.answer("What does the harbour master of island 59 write?")
                        .at("/sources/0/document_id")
                        .asText())
                .isEqualTo("island-59.md");
    }

    @Test
    void toldToEndWhileAnswering_requestsInFlight_areAnsweredFirst() throws Exception {
        start();
        await().atMost(ofSeconds(60)).ignoreExceptions().until(() -> chunks() > 32);
        ExecutorService clients = Executors.newFixedThreadPool(8);
        CountDownLatch asked = new CountDownLatch(8);
        List<Future<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body = "{\"query\":\"" + "harbour master ".repeat(200 + i) + "\"}";
            answers.add(clients.submit(() -> {
                asked.countDown();
                return service.send("POST", "/api/v1/search", body).statusCode();
            }));
        }
        asked.await();
        await().atMost(ofSeconds(20)).ignoreExceptions().until(() -> answers.stream()
                .anyMatch(Future::isDone));
        process.destroy();
        for (Future<Integer> answer : answers) {
            assertThat(answer.get()).isEqualTo(200);
        }
        clients.shutdown();
        assertThat(process.waitFor()).isEqualTo(128 + 15);
    }

    @Test
    void toldToEndWhileStreaming_streamsGetTheirTimeAndThoseThatNeedMoreEndInAnError() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        try (LlmStub model = new LlmStub()) {
            model.behave(call -> {
                call.stream("begun");
                if (call.contents().get(0).contains("endless")) {
                    call.isLeftWithin(ofSeconds(60));
                } else {
                    stopping.await();
                    call.token("ended").done();
                }
            });
            start(Map.of("LLM_URLS", model.baseUrl(), "LLM_TWIN_CORPUS", "none", "SHUTDOWN_TIMEOUT", "6s"));
            try (RawClient brief = service.stream("brief");
                    RawClient endless = service.stream("endless")) {
                brief.readUntil("begun");
                endless.readUntil("begun");
                process.destroy();
                await().atMost(ofSeconds(5)).until(() -> !service.accepts());
                stopping.countDown();
                brief.readUntil("ended");
                brief.readUntil("event: done");
                endless.readUntil("event: error");
                assertThat(endless.readUntil("data: ")).contains("the service is stopping");
            }
            assertThat(process.waitFor()).isEqualTo(128 + 15);
        }
    }

    private long chunks() throws Exception {
        return service.health().at("/components/corpus/details/chunks_embedded").asLong();
    }

    @Test
    void killedWithABrokenPipeline_nextStart_goesOnWithTheLastGoodOneAndSaysSo(@TempDir Path pipeline)
            throws Exception {
        PipelineCopy.into(pipeline);
        Path template = pipeline.resolve("prompts/answer.mustache");
        try (LlmStub model = new LlmStub()) {
            Map<String, String> settings = Map.of(
                    "LLM_TWIN_PIPELINE",
                    pipeline.toString(),
                    "LLM_URLS",
                    model.baseUrl(),
                    "LLM_TWIN_CORPUS",
                    "none",
                    "RERANK",
                    "none");
            start(settings);
            String first = service.active();
            Files.writeString(template, "Edited: {{variables.query}}");
            await().until(() -> !service.active().equals(first));
            String second = service.active();
            Files.writeString(template, "{{#variables.sources}}");
            await().until(() -> !service.pipelineFault().isMissingNode());
            killAndAwait();

            start(settings);
            assertThat(service.active()).isEqualTo(second);
            assertThat(service.pipelineFault().at("/problems/0/file").asText()).isEqualTo("prompts/answer.mustache");
            Files.writeString(template, "Edited: {{variables.query}}");
            await().until(() -> service.pipelineFault().isMissingNode());
            service.send("POST", "/api/v1/revisions/" + first + "/activate", null);
            assertThat(service.active()).isEqualTo(first);
            killAndAwait();

            start(settings);
            assertThat(service.active()).isEqualTo(first);
            assertThat(service.pipelineFault().isMissingNode()).isTrue();
        }
    }

    private void start() throws IOException {
        start(Map.of());
    }

    private void start(Map<String, String> settings) throws IOException {
        int port = freePort();
        int managementPort = freePort();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx320m",
                "-cp",
                System.getProperty("java.class.path"),
                LlmTwinApplication.class.getName()));
        builder.environment()
                .putAll(Map.of(
                        "LLM_TWIN_HOME", home.toString(),
                        "LLM_TWIN_CORPUS", corpus.toString(),
                        "SERVER_PORT", String.valueOf(port),
                        "MANAGEMENT_SERVER_PORT", String.valueOf(managementPort)));
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true).redirectOutput(new File("target", "kill-it.log"));
        process = builder.start();
        service = new RunningService(port, managementPort);
        await().atMost(ofSeconds(60))
                .ignoreExceptions()
                .until(() -> service.health().get("status").asText().equals("UP"));
    }

    private void killAndAwait() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
