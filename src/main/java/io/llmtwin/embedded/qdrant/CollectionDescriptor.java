package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * What a collection is, apart from its points: its name, configuration and declared payload indexes. In a file it is a
 * {@link CollectionDescription} and a {@link CollectionInfo}, each with its length before it.
 */
record CollectionDescriptor(String name, CollectionInfo info) {
    /** Name of the file, in the collection's folder. */
    static final String FILE = "collection.pb";

    static CollectionDescriptor read(Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(FILE))) {
            CollectionDescription description = CollectionDescription.parseDelimitedFrom(in);
            CollectionInfo info = CollectionInfo.parseDelimitedFrom(in);
            if (description == null || info == null) {
                throw new IOException(folder.resolve(FILE) + " is cut off");
            }
            return new CollectionDescriptor(description.getName(), info);
        }
    }

    /** Replaces the file in one step. */
    void write(Path folder) throws IOException {
        Path draft = folder.resolve(FILE + ".new");
        try (OutputStream out = Files.newOutputStream(draft)) {
            CollectionDescription.newBuilder().setName(name).build().writeDelimitedTo(out);
            info.writeDelimitedTo(out);
        }
        Files.move(draft, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    VectorSpaces spaces() {
        return VectorSpaces.of(info.getConfig().getParams());
    }

    CollectionDescriptor withConfig(CollectionConfig config) {
        return new CollectionDescriptor(name, info.toBuilder().setConfig(config).build());
    }

    CollectionDescriptor withIndex(String field, PayloadSchemaInfo schema) {
        return new CollectionDescriptor(
                name, info.toBuilder().putPayloadSchema(field, schema).build());
    }

    CollectionDescriptor withoutIndex(String field) {
        return new CollectionDescriptor(
                name, info.toBuilder().removePayloadSchema(field).build());
    }

    /** The fields whose text is matched by token. */
    TextFields textFields() {
        Map<PayloadPath, TextTokenizer> tokenizers = new HashMap<>();
        info.getPayloadSchemaMap().forEach((field, schema) -> {
            if (schema.getDataType() == PayloadSchemaType.Text) {
                tokenizers.put(
                        PayloadPath.parse(field),
                        new TextTokenizer(schema.getParams().getTextIndexParams()));
            }
        });
        return tokenizers.isEmpty() ? TextFields.NONE : new TextFields(tokenizers);
    }
}
