package io.llmtwin.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Schemas that no Maven artifact ships. {@code deploy/schemas.sh} fetches them; a test that lacks one is skipped. */
final class FetchedSchema {
    private FetchedSchema() {}

    /** The Compose specification's. */
    static JsonSchema compose() throws IOException {
        ObjectNode schema = YamlFile.document(file("compose-spec.json")).deepCopy();
        // it is no URI, which the validator asks of one
        schema.remove("$id");
        return schema(schema);
    }

    /** That of KEDA's ScaledObject, made to refuse keys that it doesn't know, as the API server's strict mode does. */
    static JsonSchema scaledObject() throws IOException {
        JsonNode definition = YamlFile.document(file("keda-scaledobject.yaml"));
        JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
        close(schema.at("/properties/spec"));
        return schema(schema);
    }

    private static JsonSchema schema(JsonNode schema) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(FetchedSchema::close);
    }

    private static Path file(String name) {
        String folder = System.getenv("LLM_TWIN_SCHEMAS");
        Path file = (folder == null
                        ? Path.of(System.getProperty("user.home"), ".cache", "llm-twin", "schemas")
                        : Path.of(folder))
                .resolve(name);
        assumeTrue(Files.isReadable(file), () -> "no " + file + ": deploy/schemas.sh fetches it");
        return file;
    }
}
