package io.llmtwin.retrieval;

import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Retrieval from the embedded store. */
class EmbeddedRetrievalIT extends RetrievalContract {
    @TempDir
    private static Path home;

    private static EmbeddedQdrant store;

    @BeforeAll
    static void startStore() throws Exception {
        store = EmbeddedQdrant.start(home, 0);
    }

    @AfterAll
    static void stopStore() throws Exception {
        store.close();
    }

    @Override
    String address() {
        return "127.0.0.1:" + store.port();
    }
}
