package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How points are put into an answer: with which part of the payload, and with the vectors of which spaces, if any. */
record PointAnswer(PayloadSelection payload, @Nullable Collection<VectorSpace> vectors) {

    /** Reads which vectors a request asks for. */
    static PointAnswer of(PayloadSelection payload, WithVectorsSelector selector, VectorSpaces spaces) {
        return new PointAnswer(
                payload,
                switch (selector.getSelectorOptionsCase()) {
                    case ENABLE -> selector.getEnable() ? spaces.all() : null;
                    case INCLUDE ->
                        selector.getInclude().getNamesList().stream()
                                .distinct()
                                .map(spaces::get)
                                .toList();
                    case SELECTOROPTIONS_NOT_SET -> null;
                });
    }

    RetrievedPoint retrieved(PointReader points, PointKey key, int doc) throws IOException {
        RetrievedPoint.Builder point = RetrievedPoint.newBuilder().setId(key.toPointId());
        if (payload.wantsPayload()) {
            point.putAllPayload(payload.of(points.payload(doc)));
        }
        if (vectors != null) {
            point.setVectors(output(points.vectors(doc, vectors)));
        }
        return point.build();
    }

    ScoredPoint scored(PointReader points, Hit hit, long version) throws IOException {
        ScoredPoint.Builder point = ScoredPoint.newBuilder()
                .setId(points.key(hit.doc()).toPointId())
                .setScore(hit.score())
                .setVersion(version);
        if (payload.wantsPayload()) {
            point.putAllPayload(payload.of(points.payload(hit.doc())));
        }
        if (vectors != null) {
            point.setVectors(output(points.vectors(hit.doc(), vectors)));
        }
        return point.build();
    }

    /** Vectors by name, unless the unnamed one is all there is. */
    private static VectorsOutput output(Map<String, VectorValue> vectors) {
        VectorValue unnamed = vectors.get(VectorSpaces.UNNAMED);
        if (unnamed != null && vectors.size() == 1) {
            return VectorsOutput.newBuilder().setVector(unnamed.toOutput()).build();
        }
        NamedVectorsOutput.Builder named = NamedVectorsOutput.newBuilder();
        vectors.forEach((name, value) -> named.putVectors(name, value.toOutput()));
        return VectorsOutput.newBuilder().setVectors(named).build();
    }
}
