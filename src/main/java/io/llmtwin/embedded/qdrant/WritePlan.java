package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.ClearPayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.DeletePayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.DeletePoints;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.DeleteVectors;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.OverwritePayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.SetPayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.UpdateVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write as it is logged: checked in full, and naming its points by id, so that applying it again gives the same
 * result whatever filters would find by then. As in Qdrant, changing points of which some don't exist changes the others
 * and then complains of the first that is missing.
 */
final class WritePlan {
    private final PointsUpdateOperation operation;
    private final boolean changesSomething;
    private final @Nullable PointKey missing;

    private WritePlan(PointsUpdateOperation operation, boolean changesSomething, @Nullable PointKey missing) {
        this.operation = operation;
        this.changesSomething = changesSomething;
        this.missing = missing;
    }

    /** Checks {@code operation} against the collection as it is now, and refuses it if any part of it is wrong. */
    static WritePlan of(PointsUpdateOperation operation, CollectionDescriptor descriptor, CollectionIndex index)
            throws IOException {
        return new Planner(descriptor, index).plan(operation);
    }

    PointsUpdateOperation operation() {
        return operation;
    }

    /** Whether there is anything to apply. */
    boolean changesSomething() {
        return changesSomething;
    }

    /** Refuses, after the fact, if a point to be changed doesn't exist. */
    void complain() {
        if (missing != null) {
            throw Refusal.noPoint(missing);
        }
    }

    private static final class Planner {
        private final CollectionDescriptor descriptor;
        private final VectorSpaces spaces;
        private final CollectionIndex index;
        private @Nullable PointKey missing;

        Planner(CollectionDescriptor descriptor, CollectionIndex index) {
            this.descriptor = descriptor;
            this.spaces = descriptor.spaces();
            this.index = index;
        }

        WritePlan plan(PointsUpdateOperation operation) throws IOException {
            PointsUpdateOperation.Builder planned = PointsUpdateOperation.newBuilder();
            int affected =
                    switch (operation.getOperationCase()) {
                        case UPSERT -> upsert(operation.getUpsert(), planned);
                        case DELETE_POINTS -> {
                            PointsIdsList ids = any(operation.getDeletePoints().getPoints());
                            planned.setDeletePoints(DeletePoints.newBuilder().setPoints(selector(ids)));
                            yield ids.getIdsCount();
                        }
                        case SET_PAYLOAD -> set(operation.getSetPayload(), planned);
                        case OVERWRITE_PAYLOAD -> overwrite(operation.getOverwritePayload(), planned);
                        case DELETE_PAYLOAD -> remove(operation.getDeletePayload(), planned);
                        case CLEAR_PAYLOAD -> {
                            PointsIdsList ids =
                                    existing(operation.getClearPayload().getPoints());
                            planned.setClearPayload(ClearPayload.newBuilder().setPoints(selector(ids)));
                            yield ids.getIdsCount();
                        }
                        case UPDATE_VECTORS -> vectors(operation.getUpdateVectors(), planned);
                        case DELETE_VECTORS -> {
                            DeleteVectors request = operation.getDeleteVectors();
                            if (!request.hasVectors()) {
                                throw Refusal.invalid("vectors is expected");
                            }
                            request.getVectors().getNamesList().forEach(spaces::get);
                            PointsIdsList ids = existing(request.getPointsSelector());
                            planned.setDeleteVectors(request.toBuilder().setPointsSelector(selector(ids)));
                            yield request.getVectors().getNamesCount() == 0 ? 0 : ids.getIdsCount();
                        }
                        default -> throw Refusal.invalid("Operation is missing");
                    };
            return new WritePlan(planned.build(), affected > 0, missing);
        }

        private int upsert(PointStructList request, PointsUpdateOperation.Builder planned) throws IOException {
            if (request.getPointsCount() == 0) {
                throw Refusal.badRequest("Empty update request");
            }
            PointStructList.Builder points = PointStructList.newBuilder();
            for (PointStruct point : request.getPointsList()) {
                if (!point.hasId()) {
                    throw Refusal.invalid("Empty ID is not allowed");
                }
                if (!point.hasVectors()) {
                    throw Refusal.invalid("Expected some vectors");
                }
                PointKey key = PointKey.of(point.getId());
                spaces.stored(point.getVectors());
                Map<String, Value> payload = Payloads.json(point.getPayloadMap());
                if (!request.hasUpdateFilter() || isNewOrPasses(key, request.getUpdateFilter())) {
                    points.addPoints(point.toBuilder().clearPayload().putAllPayload(payload));
                }
            }
            planned.setUpsert(points);
            return points.getPointsCount();
        }

        private int set(SetPayload request, PointsUpdateOperation.Builder planned) throws IOException {
            if (request.hasKey()) {
                PayloadPath.parse(request.getKey());
            }
            PointsIdsList ids = existing(request.getPointsSelector());
            Map<String, Value> payload = Payloads.json(request.getPayloadMap());
            planned.setSetPayload(
                    request.toBuilder().clearPayload().putAllPayload(payload).setPointsSelector(selector(ids)));
            return ids.getIdsCount();
        }

        private int overwrite(OverwritePayload request, PointsUpdateOperation.Builder planned) throws IOException {
            PointsIdsList ids = existing(request.getPointsSelector());
            planned.setOverwritePayload(OverwritePayload.newBuilder()
                    .putAllPayload(Payloads.json(request.getPayloadMap()))
                    .setPointsSelector(selector(ids)));
            return ids.getIdsCount();
        }

        private int remove(DeletePayload request, PointsUpdateOperation.Builder planned) throws IOException {
            request.getKeysList().forEach(PayloadPath::parse);
            PointsIdsList ids = existing(request.getPointsSelector());
            planned.setDeletePayload(request.toBuilder().setPointsSelector(selector(ids)));
            return ids.getIdsCount();
        }

        private int vectors(UpdateVectors request, PointsUpdateOperation.Builder planned) throws IOException {
            UpdateVectors.Builder updates = UpdateVectors.newBuilder();
            for (PointVectors point : request.getPointsList()) {
                if (!point.hasId()) {
                    throw Refusal.invalid("id is expected");
                }
                if (!point.hasVectors()) {
                    throw Refusal.invalid("vectors is expected");
                }
                spaces.stored(point.getVectors());
                PointKey key = PointKey.of(point.getId());
                if (exists(key) && (!request.hasUpdateFilter() || isNewOrPasses(key, request.getUpdateFilter()))) {
                    updates.addPoints(point);
                }
            }
            planned.setUpdateVectors(updates);
            return updates.getPointsCount();
        }

        private boolean isNewOrPasses(PointKey key, Filter filter) throws IOException {
            Matcher matcher = new FilterMatcher(descriptor.textFields()).of(filter);
            return index.read(searcher -> {
                PointDocument point = new PointReader(searcher.getIndexReader()).point(key, spaces);
                return point == null || matcher.matches(point);
            });
        }

        private boolean exists(PointKey key) throws IOException {
            boolean found = index.read(searcher -> new PointReader(searcher.getIndexReader()).find(key)) >= 0;
            if (!found && missing == null) {
                missing = key;
            }
            return found;
        }

        /** The points of {@code selector}, whether or not they exist. */
        private PointsIdsList any(PointsSelector selector) throws IOException {
            return switch (selector.getPointsSelectorOneOfCase()) {
                case POINTS -> {
                    if (selector.getPoints().getIdsCount() == 0) {
                        throw Refusal.badRequest("Empty update request");
                    }
                    selector.getPoints().getIdsList().forEach(PointKey::of);
                    yield selector.getPoints();
                }
                case FILTER -> found(selector.getFilter());
                case POINTSSELECTORONEOF_NOT_SET -> throw Refusal.invalid("Malformed PointsSelector type");
            };
        }

        /** The points of {@code selector} that exist; the first that doesn't is {@link #missing}. */
        private PointsIdsList existing(PointsSelector selector) throws IOException {
            PointsIdsList ids = any(selector);
            if (selector.hasFilter()) {
                return ids;
            }
            PointsIdsList.Builder existing = PointsIdsList.newBuilder();
            for (PointId id : ids.getIdsList()) {
                if (exists(PointKey.of(id))) {
                    existing.addIds(id);
                }
            }
            return existing.build();
        }

        private PointsIdsList found(Filter filter) throws IOException {
            List<PointId> ids = new ArrayList<>();
            index.read(searcher -> {
                new Scroll(searcher, new FilterQuery(descriptor.textFields()).of(filter))
                        .from(null, (key, doc) -> ids.add(key.toPointId()));
                return ids;
            });
            return PointsIdsList.newBuilder().addAllIds(ids).build();
        }

        private static PointsSelector selector(PointsIdsList ids) {
            return PointsSelector.newBuilder().setPoints(ids).build();
        }
    }
}
