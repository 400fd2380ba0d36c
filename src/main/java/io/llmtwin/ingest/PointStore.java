package io.llmtwin.ingest;

import io.qdrant.client.grpc.Points.PointStruct;
import java.util.List;

/** Where points go. */
@FunctionalInterface
public interface PointStore {
    /**
     * Stores {@code points}, in place of those with the same ids. Returns once they are stored; thread-safe.
     *
     * @throws RuntimeException if they may not be; with a gRPC status among its causes, it is tried again when that
     *     says that it may help
     */
    void upsert(String collection, List<PointStruct> points);
}
