package io.llmtwin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code up.sh} and {@code down.sh}, with an executable in kubectl's place that records how it is called. */
class KubernetesScriptsTest {
    private static final Path FOLDER = Path.of("deploy", "kubernetes").toAbsolutePath();

    /** A cluster with a node, KEDA unless told otherwise, and no secret. */
    private static final String KUBECTL = """
            #!/usr/bin/env bash
            echo "kubectl $*" >>"$RECORD"
            case "$*" in
                *"get secret llm-twin"*) exit 1 ;;
                *"get crd"*) exit "${NO_KEDA:-0}" ;;
                *"create secret"*) cat >>"$RECORD" ;;
                *"get pods"*) echo pod/llm-0 ;;
            esac
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void putInPlaceOfKubectl() throws IOException {
        Path kubectl = Files.writeString(folder.resolve("kubectl"), KUBECTL);
        assertThat(kubectl.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void up_clusterWithoutSecrets_getsThoseOfTheFileAndNoOthers() throws Exception {
        Path secrets = secrets("VLLM_API_KEY=\"v\"", "COMET_API_KEY=", "OPENAI_API_KEY=other");

        assertThat(run(Map.of(), "up.sh", secrets.toString())).isZero();

        assertThat(record())
                .contains("LLM_TWIN_API_KEYS=n:k", "VLLM_API_KEY=v", "QDRANT_APIKEY=q", "GRAFANA_ADMIN_PASSWORD=g")
                .contains("kubectl apply -k " + FOLDER)
                .noneMatch(line -> line.startsWith("COMET_API_KEY") || line.contains("other"));
    }

    @Test
    void up_secretMissing_deploysNothingAndNamesIt() throws Exception {
        Path secrets = secrets("VLLM_API_KEY=");

        assertThat(run(Map.of(), "up.sh", secrets.toString())).isEqualTo(1);

        assertThat(output()).contains("does not set VLLM_API_KEY");
        assertThat(record()).noneMatch(line -> line.contains("apply -k"));
    }

    @Test
    void up_clusterWithoutKeda_deploysNothing() throws Exception {
        assertThat(run(
                        Map.of("NO_KEDA", "1"),
                        "up.sh",
                        secrets("VLLM_API_KEY=v").toString()))
                .isEqualTo(1);

        assertThat(output()).contains("no KEDA");
        assertThat(record()).noneMatch(line -> line.contains("apply"));
    }

    @Test
    void down_always_waitsForThePodsAndKeepsVolumesAndSecrets() throws Exception {
        assertThat(run(Map.of(), "down.sh")).isZero();

        assertThat(record())
                .containsSubsequence(
                        "kubectl delete -k " + FOLDER + " --ignore-not-found",
                        "kubectl --namespace llm-twin wait pod --all --for=delete --timeout=3m",
                        "kubectl --namespace llm-twin get persistentvolumeclaims,secrets")
                .noneMatch(line -> line.contains("delete namespace"));
        assertThat(output()).contains("remain");
    }

    @Test
    void down_everything_deletesTheNamespaceToo() throws Exception {
        assertThat(run(Map.of(), "down.sh", "--everything")).isZero();

        assertThat(record()).contains("kubectl delete namespace llm-twin --ignore-not-found");
    }

    private Path secrets(String... lines) throws IOException {
        return Files.writeString(
                folder.resolve("secrets"),
                "LLM_TWIN_API_KEYS=n:k\nQDRANT_APIKEY=q\nGRAFANA_ADMIN_PASSWORD=g\n" + String.join("\n", lines) + "\n");
    }

    private int run(Map<String, String> environment, String script, String... arguments) throws Exception {
        ProcessBuilder process = new ProcessBuilder(
                        "bash", FOLDER.resolve(script).toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        process.command().addAll(List.of(arguments));
        process.environment().putAll(environment);
        process.environment().put("RECORD", folder.resolve("record").toString());
        process.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        Process running = process.start();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return running.exitValue();
    }

    private List<String> record() throws IOException {
        return Files.readAllLines(folder.resolve("record"));
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }
}
