package io.llmtwin.retrieval;

/**
 * Where the vector store's gRPC API is.
 *
 * @param embedded whether it is the one in this process
 */
public record QdrantAddress(String host, int port, boolean tls, boolean embedded) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
