package io.llmtwin.tracing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** The paths of the contract, {@code openapi.yaml}: what requests are grouped by. */
final class ApiOperations {
    private final List<PathPattern> paths;

    ApiOperations() {
        try (InputStream contract =
                Objects.requireNonNull(ApiOperations.class.getClassLoader().getResourceAsStream("openapi.yaml"))) {
            JsonNode described =
                    new ObjectMapper(new YAMLFactory()).readTree(contract).path("paths");
            Iterable<String> names = described::fieldNames;
            paths = StreamSupport.stream(names.spliterator(), false)
                    .map(PathPatternParser.defaultInstance::parse)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path of the contract, such as {@code /api/v1/traces/{id}}, that {@code path} is one of; null for none. */
    @Nullable
    String of(String path) {
        PathContainer parsed = PathContainer.parsePath(path);
        for (PathPattern pattern : paths) {
            if (pattern.matches(parsed)) {
                return pattern.getPatternString();
            }
        }
        return null;
    }
}
