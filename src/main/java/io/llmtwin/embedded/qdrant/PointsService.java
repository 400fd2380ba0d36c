package io.llmtwin.embedded.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Points.ClearPayloadPoints;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeleteFieldIndexCollection;
import io.qdrant.client.grpc.Points.DeletePayloadPoints;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.DeletePoints;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.ClearPayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.DeletePayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.DeleteVectors;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.OverwritePayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.PointStructList;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.SetPayload;
import io.qdrant.client.grpc.Points.PointsUpdateOperation.UpdateVectors;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateBatchPoints;
import io.qdrant.client.grpc.Points.UpdateBatchResponse;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;

/**
 * Qdrant's service {@code Points}, its writing half. Every write is a {@link PointsUpdateOperation}, however it comes;
 * it is done when it is answered, whether or not the client would wait.
 */
final class PointsService extends PointReadsService {
    /** {@code UpsertPoints.update_mode}, which is younger than the client that this is built with. */
    private static final int UPDATE_MODE = 8;

    PointsService(Catalogue catalogue) {
        super(catalogue);
    }

    @Override
    public void upsert(UpsertPoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            if (request.getUnknownFields().hasField(UPDATE_MODE)) {
                throw Refusal.unsupported("update modes");
            }
            PointStructList.Builder points = PointStructList.newBuilder().addAllPoints(request.getPointsList());
            if (request.hasUpdateFilter()) {
                points.setUpdateFilter(request.getUpdateFilter());
            }
            PointsUpdateOperation operation =
                    PointsUpdateOperation.newBuilder().setUpsert(points).build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void delete(DeletePoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            PointsUpdateOperation operation = PointsUpdateOperation.newBuilder()
                    .setDeletePoints(PointsUpdateOperation.DeletePoints.newBuilder()
                            .setPoints(required(request.hasPoints(), request.getPoints(), "PointSelector is missing")))
                    .build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void setPayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            SetPayload.Builder set = SetPayload.newBuilder()
                    .putAllPayload(request.getPayloadMap())
                    .setPointsSelector(selector(request.hasPointsSelector(), request.getPointsSelector()));
            if (request.hasKey()) {
                set.setKey(request.getKey());
            }
            PointsUpdateOperation operation =
                    PointsUpdateOperation.newBuilder().setSetPayload(set).build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void overwritePayload(SetPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            PointsUpdateOperation operation = PointsUpdateOperation.newBuilder()
                    .setOverwritePayload(OverwritePayload.newBuilder()
                            .putAllPayload(request.getPayloadMap())
                            .setPointsSelector(selector(request.hasPointsSelector(), request.getPointsSelector())))
                    .build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void deletePayload(DeletePayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            PointsUpdateOperation operation = PointsUpdateOperation.newBuilder()
                    .setDeletePayload(DeletePayload.newBuilder()
                            .addAllKeys(request.getKeysList())
                            .setPointsSelector(selector(request.hasPointsSelector(), request.getPointsSelector())))
                    .build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void clearPayload(ClearPayloadPoints request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            PointsUpdateOperation operation = PointsUpdateOperation.newBuilder()
                    .setClearPayload(ClearPayload.newBuilder()
                            .setPoints(required(request.hasPoints(), request.getPoints(), "PointSelector is missing")))
                    .build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void updateVectors(UpdatePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            UpdateVectors.Builder vectors = UpdateVectors.newBuilder().addAllPoints(request.getPointsList());
            if (request.hasUpdateFilter()) {
                vectors.setUpdateFilter(request.getUpdateFilter());
            }
            PointsUpdateOperation operation =
                    PointsUpdateOperation.newBuilder().setUpdateVectors(vectors).build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void deleteVectors(DeletePointVectors request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            PointsUpdateOperation operation = PointsUpdateOperation.newBuilder()
                    .setDeleteVectors(DeleteVectors.newBuilder()
                            .setPointsSelector(selector(request.hasPointsSelector(), request.getPointsSelector()))
                            .setVectors(request.getVectors()))
                    .build();
            return response(write(request.getCollectionName(), operation, request.getWait()), reply);
        });
    }

    @Override
    public void updateBatch(UpdateBatchPoints request, StreamObserver<UpdateBatchResponse> observer) {
        Reply.to(observer, reply -> {
            if (request.getOperationsCount() == 0) {
                throw Refusal.outOfBounds("operations", "value [] invalid, must be at least 1 characters");
            }
            UpdateBatchResponse.Builder response = UpdateBatchResponse.newBuilder();
            for (PointsUpdateOperation operation : request.getOperationsList()) {
                response.addResult(write(request.getCollectionName(), operation, request.getWait()));
            }
            return response.setTime(reply.seconds()).build();
        });
    }

    @Override
    public void createFieldIndex(CreateFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            String field = FieldIndexes.checkedField(request.getFieldName());
            PayloadSchemaInfo schema = FieldIndexes.of(request);
            long number =
                    collection(request.getCollectionName()).describe(descriptor -> descriptor.withIndex(field, schema));
            return response(result(number, request.getWait()), reply);
        });
    }

    @Override
    public void deleteFieldIndex(DeleteFieldIndexCollection request, StreamObserver<PointsOperationResponse> observer) {
        Reply.to(observer, reply -> {
            String field = FieldIndexes.checkedField(request.getFieldName());
            long number =
                    collection(request.getCollectionName()).describe(descriptor -> descriptor.withoutIndex(field));
            return response(result(number, request.getWait()), reply);
        });
    }

    private UpdateResult write(String collection, PointsUpdateOperation operation, boolean wait) {
        return result(collection(collection).write(operation), wait);
    }

    private static UpdateResult result(long number, boolean wait) {
        return UpdateResult.newBuilder()
                .setOperationId(number)
                .setStatus(wait ? UpdateStatus.Completed : UpdateStatus.Acknowledged)
                .build();
    }

    private static PointsOperationResponse response(UpdateResult result, Reply reply) {
        return PointsOperationResponse.newBuilder()
                .setResult(result)
                .setTime(reply.seconds())
                .build();
    }

    private static PointsSelector selector(boolean present, PointsSelector selector) {
        return required(present, selector, "points_selector is expected");
    }

    private static PointsSelector required(boolean present, PointsSelector selector, String otherwise) {
        if (!present) {
            throw Refusal.invalid(otherwise);
        }
        return selector;
    }
}
