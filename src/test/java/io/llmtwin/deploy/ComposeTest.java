package io.llmtwin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docker-compose.yml} is well-formed, closed to strangers, and of one mind with the rest. */
class ComposeTest {
    private static JsonNode compose;

    @BeforeAll
    static void read() throws IOException {
        compose = YamlFile.document(Path.of("docker-compose.yml"));
    }

    static List<Map.Entry<String, JsonNode>> services() throws IOException {
        read();
        return List.copyOf(compose.get("services").properties());
    }

    @Test
    void file_always_isAsTheComposeSpecificationSays() throws IOException {
        assertThat(FetchedSchema.compose().validate(compose)).isEmpty();
    }

    @Test
    void schema_unknownKey_isRefused() throws IOException {
        JsonNode misspelt = compose.deepCopy();
        misspelt.withObject("/services/qdrant").put("restrat", "always");

        assertThat(FetchedSchema.compose().validate(misspelt)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("services")
    void port_published_isOnLoopback(Map.Entry<String, JsonNode> service) {
        assertThat(texts(service.getValue().path("ports")))
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }

    @Test
    void languageModel_always_isNotPublished() throws IOException {
        assertThat(services())
                .filteredOn(service -> service.getKey().startsWith("vllm-"))
                .hasSize(2)
                .allSatisfy(
                        service -> assertThat(service.getValue().path("ports").isMissingNode())
                                .isTrue());
    }

    @ParameterizedTest
    @MethodSource("services")
    void container_always_isReadOnlyWithoutPrivilegesAndLimited(Map.Entry<String, JsonNode> service) {
        JsonNode container = service.getValue();
        assertThat(container.path("read_only").asBoolean()).isTrue();
        assertThat(texts(container.path("cap_drop"))).containsExactly("ALL");
        assertThat(texts(container.path("security_opt"))).containsExactly("no-new-privileges:true");
        assertThat(container.at("/deploy/resources/limits").properties())
                .extracting(Map.Entry::getKey)
                .contains("cpus", "memory", "pids");
    }

    @ParameterizedTest
    @MethodSource("services")
    void image_always_isOfOneVersion(Map.Entry<String, JsonNode> service) {
        assertThat(service.getValue().path("image").asText()).matches(Images.OF_ONE_VERSION);
    }

    @ParameterizedTest
    @MethodSource("services")
    void container_always_hasAHealthCheck(Map.Entry<String, JsonNode> service) throws IOException {
        if (!service.getValue().has("healthcheck")) {
            Path folder = Path.of(service.getValue().path("build").asText());
            assertThat(Files.readString(folder.resolve("Dockerfile"))).contains("\nHEALTHCHECK ");
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void setting_ofOurOwnImages_isDocumented(Map.Entry<String, JsonNode> service) throws IOException {
        Set<String> names = new TreeSet<>();
        service.getValue().path("environment").fieldNames().forEachRemaining(names::add);
        switch (service.getValue().path("build").asText()) {
            case "." -> assertThat(DocumentedSettings.ofService()).containsAll(names);
            case "vllm" -> assertThat(DocumentedSettings.ofLanguageModel()).containsAll(names);
            default -> assertThat(service.getValue().has("build")).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void secret_always_comesFromTheEnvironment(Map.Entry<String, JsonNode> service) {
        assertThat(service.getValue().path("environment").properties())
                .filteredOn(variable -> variable.getKey().matches(".*(KEY|KEYS|APIKEY|TOKEN|PASSWORD)"))
                .allSatisfy(variable -> assertThat(variable.getValue().asText()).matches("\\$\\{[A-Z_]+:(-|\\?.*)}"));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
