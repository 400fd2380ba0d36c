package io.llmtwin.embedded.qdrant;

import static java.util.Objects.requireNonNull;

import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.SetPayload;
import io.qdrant.client.grpc.Points.Vectors;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Does planned writes to an index: at once, and again from the log when a collection is opened. */
final class WriteApplier {
    private final VectorSpaces spaces;
    private final CollectionIndex index;

    WriteApplier(CollectionDescriptor descriptor, CollectionIndex index) {
        this.spaces = descriptor.spaces();
        this.index = index;
    }

    /** Does {@code operation}, which came out of a {@link WritePlan}; the points it writes get {@code version}. */
    void apply(long version, PointsUpdateOperation operation) throws IOException {
        switch (operation.getOperationCase()) {
            case UPSERT -> {
                for (PointStruct point : operation.getUpsert().getPointsList()) {
                    index.put(new PointDocument(
                            PointKey.of(point.getId()),
                            spaces.stored(point.getVectors(), "vectors"),
                            point.getPayloadMap(),
                            version));
                }
            }
            case DELETE_POINTS -> index.delete(keys(operation.getDeletePoints().getPoints()));
            case SET_PAYLOAD -> set(version, operation.getSetPayload());
            case OVERWRITE_PAYLOAD ->
                edit(version, operation.getOverwritePayload().getPointsSelector(), payload -> operation
                        .getOverwritePayload()
                        .getPayloadMap());
            case DELETE_PAYLOAD -> {
                List<PayloadPath> paths = operation.getDeletePayload().getKeysList().stream()
                        .map(PayloadPath::parse)
                        .toList();
                edit(version, operation.getDeletePayload().getPointsSelector(), payload -> {
                    Map<String, Value> left = payload;
                    for (PayloadPath path : paths) {
                        left = PayloadEdit.remove(left, path);
                    }
                    return left;
                });
            }
            case CLEAR_PAYLOAD -> edit(version, operation.getClearPayload().getPoints(), payload -> Map.of());
            case UPDATE_VECTORS -> {
                Map<PointKey, Vectors> vectors = new LinkedHashMap<>();
                for (PointVectors point : operation.getUpdateVectors().getPointsList()) {
                    vectors.put(PointKey.of(point.getId()), point.getVectors());
                }
                replace(
                        vectors.keySet(),
                        old -> old.withVectors(
                                spaces.stored(requireNonNull(vectors.get(old.key())), "vectors"), version));
            }
            case DELETE_VECTORS -> {
                List<String> names = operation.getDeleteVectors().getVectors().getNamesList();
                replace(
                        keys(operation.getDeleteVectors().getPointsSelector()),
                        // a log of before vectors had names deletes the unnamed one without naming it
                        old -> old.withoutVectors(names.isEmpty() ? List.of(VectorSpaces.UNNAMED) : names, version));
            }
            default -> throw new IOException("a logged write of an unknown kind: " + operation.getOperationCase());
        }
    }

    private void set(long version, SetPayload request) throws IOException {
        Map<String, Value> changes = request.getPayloadMap();
        if (request.hasKey()) {
            PayloadPath path = PayloadPath.parse(request.getKey());
            edit(version, request.getPointsSelector(), payload -> PayloadEdit.merge(payload, path, changes));
        } else {
            edit(version, request.getPointsSelector(), payload -> PayloadEdit.merge(payload, changes));
        }
    }

    private void edit(long version, PointsSelector selector, UnaryOperator<Map<String, Value>> change)
            throws IOException {
        replace(keys(selector), old -> old.withPayload(change.apply(old.payload()), version));
    }

    /** No key may be there twice: all points are read as they were before. */
    private void replace(Iterable<PointKey> keys, UnaryOperator<PointDocument> change) throws IOException {
        index.read(searcher -> {
            PointReader points = new PointReader(searcher.getIndexReader());
            for (PointKey key : keys) {
                PointDocument old = points.point(key, spaces);
                if (old != null) {
                    index.put(change.apply(old));
                }
            }
            return points;
        });
    }

    private static List<PointKey> keys(PointsSelector selector) {
        return selector.getPoints().getIdsList().stream()
                .map(PointKey::of)
                .distinct()
                .toList();
    }
}
