package io.llmtwin.embedded.qdrant;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The contract, held against the Qdrant server at {@code QDRANT_TEST_URL}, {@code host:port} of its gRPC API. */
@EnabledIfEnvironmentVariable(named = "QDRANT_TEST_URL", matches = ".+:\\d+")
class QdrantServerIT extends HybridContract {
    @Override
    String address() {
        return System.getenv("QDRANT_TEST_URL");
    }
}
