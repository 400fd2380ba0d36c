package io.llmtwin.deploy;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.kubernetes.client.openapi.JSON;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests of {@code deploy/kubernetes} are as Kubernetes' API asks, and of one mind with the rest. */
class KubernetesTest {
    private static final Path FOLDER = Path.of("deploy", "kubernetes");
    private static final String NAME = "app.kubernetes.io/name";

    /** What the programs in the containers answer with 200 when they are well. */
    private static final Map<String, Set<String>> HEALTH = Map.of(
            "llm-twin", Set.of("/actuator/health/liveness", "/actuator/health/readiness"),
            "llm", Set.of("/health"),
            "qdrant", Set.of("/readyz", "/livez"),
            "prometheus", Set.of("/-/ready", "/-/healthy"),
            "grafana", Set.of("/api/health"));

    static List<JsonNode> manifests() throws IOException {
        List<JsonNode> manifests = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".yaml"))
                    .filter(path -> !path.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList()) {
                manifests.addAll(YamlFile.documents(file));
            }
        }
        return manifests;
    }

    static List<JsonNode> workloads() throws IOException {
        return manifests().stream()
                .filter(manifest ->
                        manifest.at("/spec/template/spec/containers").isArray())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void manifest_always_isAsTheApiAsks(JsonNode manifest) throws Exception {
        if (manifest.path("apiVersion").asText().startsWith("keda.sh/")) {
            assertThat(FetchedSchema.scaledObject().validate(manifest)).isEmpty();
        } else {
            validate(manifest);
        }
    }

    @Test
    void manifest_unknownOrMissingKey_isRefused() throws IOException {
        JsonNode unknown = named("StatefulSet", "llm").deepCopy();
        unknown.withObject("/spec/template/spec/containers/0").put("readynessProbe", "x");
        JsonNode missing = named("StatefulSet", "llm").deepCopy();
        missing.withObject("/spec").remove("selector");

        assertThatThrownBy(() -> validate(unknown)).hasMessageContaining("readynessProbe");
        assertThatThrownBy(() -> validate(missing)).hasMessageContaining("selector");
    }

    @Test
    void scaledObject_unknownKey_isRefused() throws IOException {
        JsonNode unknown = named("ScaledObject", "llm").deepCopy();
        unknown.withObject("/spec").put("maxReplicas", 4);

        assertThat(FetchedSchema.scaledObject().validate(unknown)).isNotEmpty();
    }

    @Test
    void kustomization_always_builds() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "no kubectl on the path");
        Path out = Files.createTempFile(Path.of("target"), "kustomized", ".yaml");
        Process kustomize = new ProcessBuilder("kubectl", "kustomize", FOLDER.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(kustomize.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(kustomize.exitValue()).as(() -> read(out)).isZero();

        assertThat(YamlFile.documents(out))
                .allSatisfy(manifest ->
                        assertThat(manifest.at("/metadata/namespace").asText()).isEqualTo("llm-twin"));
        assertThat(images(YamlFile.documents(out))).isNotEmpty().allSatisfy(image -> assertThat(image)
                .matches(Images.OF_ONE_VERSION));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void pod_always_isRestricted(JsonNode workload) {
        JsonNode pod = workload.at("/spec/template/spec");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isPositive();
        assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(pod.path("containers")).allSatisfy(container -> {
            JsonNode context = container.path("securityContext");
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void probe_always_asksForAPathAndAPortThatExist(JsonNode workload) {
        JsonNode container = workload.at("/spec/template/spec/containers/0");
        Set<String> ports =
                container.path("ports").findValuesAsText("name").stream().collect(toSet());
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            if (container.has(probe)) {
                assertThat(HEALTH.get(name(workload)))
                        .contains(container.path(probe).at("/httpGet/path").asText());
                assertThat(ports)
                        .contains(container.path(probe).at("/httpGet/port").asText());
            }
        }
        assertThat(container.has("readinessProbe")).isTrue();
    }

    @Test
    void selector_always_meetsPods() throws IOException {
        Set<String> pods = workloads().stream().map(KubernetesTest::podName).collect(toSet());
        assertThat(manifests())
                .filteredOn(manifest -> manifest.path("kind").asText().matches("Service|PodDisruptionBudget"))
                .allSatisfy(manifest -> assertThat(pods).containsAll(manifest.findValuesAsText(NAME)));
        assertThat(manifests())
                .filteredOn(manifest -> manifest.path("kind").asText().equals("NetworkPolicy"))
                .allSatisfy(manifest -> assertThat(pods).containsAll(manifest.findValuesAsText(NAME)));
    }

    @Test
    void servicePort_always_isAContainersPort() throws IOException {
        for (JsonNode service : manifests()) {
            if (service.path("kind").asText().equals("Service")) {
                JsonNode workload =
                        workload(service.at("/spec/selector").path(NAME).asText());
                assertThat(workload.at("/spec/template/spec/containers/0/ports").findValuesAsText("name"))
                        .containsAll(service.at("/spec/ports").findValuesAsText("targetPort"));
            }
        }
    }

    @Test
    void languageModel_always_isReachableForTheServiceAndPrometheusOnly() throws IOException {
        JsonNode policy = named("NetworkPolicy", "llm");
        assertThat(policy.at("/spec/ingress")).hasSize(1);
        assertThat(policy.at("/spec/ingress/0/from").findValuesAsText(NAME)).containsExactly("llm-twin", "prometheus");
        assertThat(policy.at("/spec/ingress/0/from"))
                .allSatisfy(from -> assertThat(from).hasSize(1));
        assertThat(named("NetworkPolicy", "nothing-by-default").at("/spec/podSelector"))
                .isEmpty();
    }

    @Test
    void setting_ofOurOwnImages_isDocumented() throws IOException {
        assertThat(DocumentedSettings.ofService())
                .containsAll(environment("llm-twin").keySet());
        assertThat(DocumentedSettings.ofLanguageModel())
                .containsAll(environment("llm").keySet());
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void secret_always_isAReference(JsonNode workload) {
        for (JsonNode variable : workload.at("/spec/template/spec/containers/0/env")) {
            if (variable.path("name").asText().matches(".*(KEY|KEYS|APIKEY|TOKEN|PASSWORD)")) {
                assertThat(variable.at("/valueFrom/secretKeyRef/name").asText()).isEqualTo("llm-twin");
            }
        }
    }

    @Test
    void languageModel_always_takesItsFlagsFromTheStartScript() throws IOException {
        JsonNode container = workload("llm").at("/spec/template/spec/containers/0");
        assertThat(container.has("command") || container.has("args")).isFalse();

        String script = Files.readString(Path.of("vllm", "start.sh"));
        String settings = Files.readString(Path.of("vllm", "adapter", "settings.py"));
        assertThat(environment("llm").keySet())
                .allSatisfy(name -> assertThat(script + settings).contains(name));
    }

    @Test
    void replicas_thatMayBeStarted_areThoseThatTheServiceKnows() throws IOException {
        int replicas = named("ScaledObject", "llm").at("/spec/maxReplicaCount").asInt();

        assertThat(environment("llm-twin").get("LLM_URLS").split(","))
                .containsExactly(IntStream.range(0, replicas)
                        .mapToObj(replica -> "http://llm-" + replica + ".llm:8000/v1")
                        .toArray(String[]::new));
        assertThat(environment("llm-twin"))
                .containsEntry("LLM_MODEL", environment("llm").get("ADAPTER_NAME"));
    }

    @Test
    void gracePeriod_always_coversTheDelayAndTheDrain() throws IOException {
        JsonNode pod = workload("llm").at("/spec/template/spec");
        int delay = pod.at("/containers/0/lifecycle/preStop/exec/command/1").asInt();
        int drain = Integer.parseInt(environment("llm").get("SHUTDOWN_TIMEOUT"));

        assertThat(delay).isPositive();
        assertThat(pod.path("terminationGracePeriodSeconds").asInt()).isGreaterThan(delay + drain);
    }

    private static void validate(JsonNode manifest) throws Exception {
        String version = manifest.path("apiVersion").asText().replaceFirst(".*/", "");
        Class<?> model = Class.forName("io.kubernetes.client.openapi.models."
                + version.substring(0, 1).toUpperCase(Locale.ROOT)
                + version.substring(1)
                + manifest.path("kind").asText());
        try {
            model.getMethod("validateJsonElement", JsonElement.class)
                    .invoke(null, JsonParser.parseString(manifest.toString()));
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception refusal ? refusal : e;
        }
        // the types of the values, which the check above leaves out
        assertThat((Object) JSON.deserialize(manifest.toString(), model)).isNotNull();
    }

    private static JsonNode named(String kind, String name) throws IOException {
        return manifests().stream()
                .filter(manifest -> manifest.path("kind").asText().equals(kind)
                        && name(manifest).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    private static JsonNode workload(String pod) throws IOException {
        return workloads().stream()
                .filter(workload -> podName(workload).equals(pod))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no pods " + pod));
    }

    private static String name(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }

    private static String podName(JsonNode workload) {
        return workload.at("/spec/template/metadata/labels").path(NAME).asText();
    }

    private static Map<String, String> environment(String pod) throws IOException {
        Map<String, String> environment = new TreeMap<>();
        workload(pod)
                .at("/spec/template/spec/containers/0/env")
                .forEach(variable -> environment.put(
                        variable.path("name").asText(), variable.path("value").asText()));
        return environment;
    }

    private static List<String> images(List<JsonNode> manifests) {
        return manifests.stream()
                .flatMap(manifest -> manifest.at("/spec/template/spec").findValuesAsText("image").stream())
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
