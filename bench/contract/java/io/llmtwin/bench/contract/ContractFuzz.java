package io.llmtwin.bench.contract;

import io.llmtwin.bench.service.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.util.FileSystemUtils;

/**
 * Whether the service keeps its contract, whatever is sent: Schemathesis, with all of its checks, against a service without
 * keys and against one with a key.
 */
public final class ContractFuzz {
    private static final String KEY = "c0ntract";
    /** What makes keys optional in the contract. */
    private static final String NO_KEY = "  - {}\n";

    private final List<String> options;

    private ContractFuzz(List<String> options) {
        this.options = options;
    }

    /** Options for Schemathesis. */
    public static void main(String[] options) throws Exception {
        ContractFuzz fuzz = new ContractFuzz(List.of(options));
        boolean passed = fuzz.run(false);
        passed &= fuzz.run(true);
        System.exit(passed ? 0 : 1);
    }

    private boolean run(boolean withKey) throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("llm-twin-contract");
        Map<String, String> settings = new HashMap<>(Map.of(
                "LLM_TWIN_CORPUS", "none", "LLM_TWIN_PIPELINE", pipeline(home).toString()));
        if (withKey) {
            settings.put("LLM_TWIN_API_KEYS", "contract:" + KEY);
        }
        boolean passed;
        try (ServiceProcess service = new ServiceProcess(home, settings)) {
            service.start();
            passed = schemathesis(service, home, withKey) == 0;
        }
        if (passed) {
            FileSystemUtils.deleteRecursively(home);
        } else {
            System.err.println("see " + home);
        }
        return passed;
    }

    /** The pipeline with one question in its evaluation, because some hundred requests have it asked. */
    private static Path pipeline(Path home) throws IOException {
        Path own = Path.of("src", "main", "resources");
        Path folder = home.resolve("pipeline");
        for (String part : List.of("routes/pipeline", "prompts", "evals")) {
            FileSystemUtils.copyRecursively(own.resolve(part), folder.resolve(part));
        }
        Files.writeString(folder.resolve("evals").resolve("answers.yaml"), "cases: [{question: What is it?}]\n");
        return folder;
    }

    private int schemathesis(ServiceProcess service, Path home, boolean withKey) throws IOException, InterruptedException {
        Path folder = Path.of("bench", "contract").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of("target", "schemathesis", "bin", "schemathesis")
                        .toAbsolutePath()
                        .toString(),
                "--config-file",
                folder.resolve("schemathesis.toml").toString(),
                "run",
                contract(service, home, withKey).toString(),
                "--url",
                service.url("").toString(),
                "--checks",
                "all",
                "--continue-on-failure"));
        if (withKey) {
            command.addAll(List.of("--header", "Authorization: Bearer " + KEY));
        }
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO().directory(home.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SCHEMATHESIS_HOOKS", folder.resolve("hooks.py").toString(), "PYTHONDONTWRITEBYTECODE", "1"));
        return builder.start().waitFor();
    }

    /** The contract as it is served; where there is a key, it has to be asked for. */
    private static Path contract(ServiceProcess service, Path home, boolean withKey)
            throws IOException, InterruptedException {
        String served = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(service.url("/openapi.yaml")).build(), BodyHandlers.ofString())
                .body();
        if (!served.contains(NO_KEY)) {
            throw new IllegalStateException("the contract doesn't say that a key is optional");
        }
        return Files.writeString(home.resolve("openapi.yaml"), withKey ? served.replace(NO_KEY, "") : served);
    }
}
