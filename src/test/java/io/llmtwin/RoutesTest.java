package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route file reads as the conventions ask. */
class RoutesTest {
    private static final Path ROUTES = Path.of("src/main/resources/routes");
    private static final int MAX_LINES = 55;
    /** Steps that do work, and so can be advised, timed and named in a message only by an id. */
    private static final Set<String> WORK = Set.of(
            "to",
            "toD",
            "bean",
            "setBody",
            "setHeader",
            "setVariable",
            "wireTap",
            "choice",
            "doTry",
            "marshal",
            "unmarshal",
            "removeHeaders",
            "convertBodyTo",
            "split",
            "multicast",
            "process",
            "enrich",
            "script");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static JsonSchema schema;

    @BeforeAll
    static void loadCamelsSchema() throws IOException {
        try (InputStream stream = RoutesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(stream);
        }
    }

    static List<Path> routeFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void schema_wrongKey_isRejected() throws IOException {
        JsonNode misspelt = YAML.readTree("""
                - route:
                    from:
                      uri: direct:a
                      stepz: []
                """);
        assertThat(schema.validate(misspelt)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void routeFile_always_isNamedAndFormedAsCamelAsks(Path file) throws IOException {
        assertThat(file.toString()).endsWith(".camel.yaml");
        assertThat(schema.validate(read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void routesAndWorkingSteps_always_haveAnId(Path file) throws IOException {
        List<String> nameless = new ArrayList<>();
        for (JsonNode element : read(file)) {
            if (element.has("route") && !element.at("/route").hasNonNull("id")) {
                nameless.add("route");
            }
            collectNameless(element, nameless);
        }
        assertThat(nameless).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("routeFiles")
    void route_always_fitsOnAScreen(Path file) throws IOException {
        for (String route :
                Pattern.compile("(?m)^- ").splitAsStream(Files.readString(file)).toList()) {
            assertThat(route.lines().count()).as(file + ":\n" + route).isLessThanOrEqualTo(MAX_LINES);
        }
    }

    @Test
    void ids_acrossAllFiles_areUnique() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Path file : routeFiles()) {
            read(file).findValuesAsText("id").forEach(ids::add);
        }
        Set<String> seen = new HashSet<>();
        assertThat(ids.stream().filter(id -> !seen.add(id)).toList()).isEmpty();
    }

    /** A route in another group, or in a misspelt one, would go unnoticed. */
    @Test
    void groups_always_areThoseThatMeanSomething() throws IOException {
        Set<String> groups = new TreeSet<>();
        for (Path file : routeFiles()) {
            read(file).findValuesAsText("group").forEach(groups::add);
        }
        assertThat(groups).containsExactly("completion", "delivery", "step", "upstream");
    }

    @Test
    void directEndpoints_always_haveARouteBehindThem() throws IOException {
        Set<String> called = new TreeSet<>();
        Set<String> served = new TreeSet<>();
        for (Path file : routeFiles()) {
            for (JsonNode element : read(file)) {
                served.add(element.at("/route/from/uri").asText());
                element.findValues("steps").forEach(steps -> steps.findValuesAsText("uri").stream()
                        .filter(uri -> uri.startsWith("direct:"))
                        .forEach(called::add));
            }
        }
        assertThat(served).containsAll(filledIn(called));
    }

    /** {@code uris} with each value that a route made of a template gives its parameter {@code target}. */
    private static Set<String> filledIn(Set<String> uris) throws IOException {
        List<String> targets = new ArrayList<>();
        for (Path file : routeFiles()) {
            read(file)
                    .findValues("templatedRoute")
                    .forEach(
                            route -> targets.add(route.at("/parameters/0/value").asText()));
        }
        Set<String> filledIn = new TreeSet<>();
        for (String uri : uris) {
            targets.forEach(target -> filledIn.add(uri.replace("{{target}}", target)));
        }
        return filledIn;
    }

    @Test
    void schemes_always_areThoseWeShip() throws IOException {
        Set<String> schemes = new TreeSet<>();
        for (Path file : routeFiles()) {
            read(file).findValuesAsText("uri").forEach(uri -> schemes.add(uri.replaceFirst("[:/].*", "")));
        }
        assertThat(schemes)
                .isSubsetOf(
                        "direct",
                        "revision",
                        "qdrant",
                        "mustache",
                        "langchain4j-chat",
                        "platform-http",
                        "scheduler",
                        "${variable.replica}",
                        "${bean");
    }

    private static JsonNode read(Path file) throws IOException {
        return YAML.readTree(Files.readString(file));
    }

    private static void collectNameless(JsonNode node, List<String> nameless) {
        node.properties().forEach(field -> {
            if (WORK.contains(field.getKey())
                    && field.getValue().isObject()
                    && !field.getValue().hasNonNull("id")) {
                nameless.add(field.getKey() + " " + field.getValue());
            }
            collectNameless(field.getValue(), nameless);
        });
        if (node.isArray()) {
            node.forEach(item -> collectNameless(item, nameless));
        }
    }
}
