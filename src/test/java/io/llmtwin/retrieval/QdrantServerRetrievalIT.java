package io.llmtwin.retrieval;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Retrieval from the Qdrant server at {@code QDRANT_TEST_URL}, {@code host:port} of its gRPC API, whose collections {@code
 * vector_posts}, {@code vector_articles} and {@code vector_repositories} it replaces.
 */
@EnabledIfEnvironmentVariable(named = "QDRANT_TEST_URL", matches = ".+:\\d+")
class QdrantServerRetrievalIT extends RetrievalContract {
    @Override
    String address() {
        return System.getenv("QDRANT_TEST_URL");
    }
}
