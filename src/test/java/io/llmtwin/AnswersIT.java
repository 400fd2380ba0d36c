package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.evaluation.command.EvaluateCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** What the service knows of itself, by {@code evals/answers.yaml}, with the embedded parts over some of its documentation. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "RERANK_TIMEOUT=60s"})
class AnswersIT {
    private final RunningService service;
    private final int port;

    AnswersIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.port = port;
    }

    @DynamicPropertySource
    static void parts(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_TWIN_CORPUS", AnswersIT::documentation);
    }

    @Test
    void answers_ofTheEmbeddedParts_pass() {
        service.awaitCorpus(600);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = new EvaluateCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        null)
                .run(List.of("--url=http://127.0.0.1:" + port, "--name=answers"));
        assertThat(exitCode)
                .as(out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    private static String documentation() {
        try {
            Path corpus = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "documentation-");
            Files.createDirectories(corpus.resolve("docs/decisions"));
            for (String file : List.of(
                    "README.md",
                    "docs/architecture.md",
                    "docs/settings.md",
                    "docs/decisions/redaction.md",
                    "docs/decisions/revision-per-camel-context.md",
                    "docs/decisions/store-breaker.md",
                    "docs/decisions/late-interaction-rerank.md")) {
                Files.copy(Path.of(file), corpus.resolve(file));
            }
            return corpus.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
