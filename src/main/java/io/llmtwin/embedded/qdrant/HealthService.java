package io.llmtwin.embedded.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.QdrantGrpc.QdrantImplBase;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;

/** Qdrant's service {@code Qdrant}: says what this is, in a form that clients take for a server they know. */
final class HealthService extends QdrantImplBase {
    /** The Qdrant whose API this speaks; clients compare it with their own version. */
    private static final String VERSION = "1.16.2";

    @Override
    public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> observer) {
        Reply.to(observer, reply -> HealthCheckReply.newBuilder()
                .setTitle("qdrant - vector search engine")
                .setVersion(VERSION)
                .setCommit("embedded")
                .build());
    }
}
