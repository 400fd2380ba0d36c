package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How points are put into an answer: with which part of the payload, and with or without the vector. */
record PointAnswer(PayloadSelection payload, Vectors vectors) {
    enum Vectors {
        OMITTED,
        /** Asked for, but by no name. */
        NONE,
        INCLUDED
    }

    /** Reads which vectors a request asks for. */
    static Vectors vectors(WithVectorsSelector selector) {
        return switch (selector.getSelectorOptionsCase()) {
            case ENABLE -> selector.getEnable() ? Vectors.INCLUDED : Vectors.OMITTED;
            case INCLUDE -> {
                selector.getInclude().getNamesList().forEach(PointVector::checkName);
                yield selector.getInclude().getNamesCount() == 0 ? Vectors.NONE : Vectors.INCLUDED;
            }
            case SELECTOROPTIONS_NOT_SET -> Vectors.OMITTED;
        };
    }

    RetrievedPoint retrieved(PointReader points, PointKey key, int doc) throws IOException {
        RetrievedPoint.Builder point = RetrievedPoint.newBuilder().setId(key.toPointId());
        if (payload.wantsPayload()) {
            point.putAllPayload(payload.of(points.payload(doc)));
        }
        VectorsOutput output = output(points, doc);
        if (output != null) {
            point.setVectors(output);
        }
        return point.build();
    }

    ScoredPoint scored(PointReader points, int doc, float score, long version) throws IOException {
        ScoredPoint.Builder point = ScoredPoint.newBuilder()
                .setId(points.key(doc).toPointId())
                .setScore(score)
                .setVersion(version);
        if (payload.wantsPayload()) {
            point.putAllPayload(payload.of(points.payload(doc)));
        }
        VectorsOutput output = output(points, doc);
        if (output != null) {
            point.setVectors(output);
        }
        return point.build();
    }

    private @Nullable VectorsOutput output(PointReader points, int doc) throws IOException {
        if (vectors == Vectors.OMITTED) {
            return null;
        }
        float[] vector = vectors == Vectors.INCLUDED ? points.vector(doc) : null;
        if (vector == null) {
            return VectorsOutput.newBuilder()
                    .setVectors(NamedVectorsOutput.getDefaultInstance())
                    .build();
        }
        DenseVector.Builder dense = DenseVector.newBuilder();
        for (float component : vector) {
            dense.addData(component);
        }
        return VectorsOutput.newBuilder()
                .setVector(VectorOutput.newBuilder().setDense(dense))
                .build();
    }
}
