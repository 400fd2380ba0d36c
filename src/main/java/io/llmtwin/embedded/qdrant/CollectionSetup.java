package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Datatype;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.MaxOptimizationThreads;
import io.qdrant.client.grpc.Collections.OptimizerStatus;
import io.qdrant.client.grpc.Collections.OptimizersConfigDiff;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.WalConfigDiff;

/**
 * What a request to create or update a collection comes to. Settings that only tune a server are kept and shown, with
 * its defaults where a request has none, and have no other effect.
 */
final class CollectionSetup {
    private static final HnswConfigDiff HNSW = HnswConfigDiff.newBuilder()
            .setM(SegmentVectorsFormat.MAX_EDGES)
            .setEfConstruct(SegmentVectorsFormat.CANDIDATES)
            .setFullScanThreshold(SegmentVectorsFormat.GRAPH_FROM_BYTES / 1024)
            .setMaxIndexingThreads(0)
            .setOnDisk(false)
            .build();
    private static final OptimizersConfigDiff OPTIMIZERS = OptimizersConfigDiff.newBuilder()
            .setDeletedThreshold(0.2)
            .setVacuumMinVectorNumber(1000)
            .setDefaultSegmentNumber(0)
            .setIndexingThreshold(SegmentVectorsFormat.GRAPH_FROM_BYTES / 1024)
            .setFlushIntervalSec(5)
            .setMaxOptimizationThreads(
                    MaxOptimizationThreads.newBuilder().setSetting(MaxOptimizationThreads.Setting.Auto))
            .build();
    private static final WalConfigDiff WAL = WalConfigDiff.newBuilder()
            .setWalCapacityMb(32)
            .setWalSegmentsAhead(0)
            .setWalRetainClosed(1)
            .build();

    private CollectionSetup() {}

    /** The collection that {@code request} asks for. */
    static CollectionDescriptor of(CreateCollection request) {
        String name = CollectionName.forCreation(request.getCollectionName());
        refuseUnsupported(request);
        VectorParams vector = request.getVectorsConfig().getParams();
        check(vector);
        CollectionConfig.Builder config = CollectionConfig.newBuilder()
                .setParams(CollectionParams.newBuilder()
                        .setShardNumber(request.hasShardNumber() ? request.getShardNumber() : 1)
                        .setOnDiskPayload(!request.hasOnDiskPayload() || request.getOnDiskPayload())
                        .setVectorsConfig(request.getVectorsConfig())
                        .setReplicationFactor(1)
                        .setWriteConsistencyFactor(1))
                .setHnswConfig(HNSW.toBuilder().mergeFrom(request.getHnswConfig()))
                .setOptimizerConfig(OPTIMIZERS.toBuilder().mergeFrom(request.getOptimizersConfig()))
                .setWalConfig(WAL.toBuilder().mergeFrom(request.getWalConfig()))
                .putAllMetadata(Payloads.json(request.getMetadataMap()));
        if (request.hasQuantizationConfig()) {
            config.setQuantizationConfig(request.getQuantizationConfig());
        }
        CollectionInfo info = CollectionInfo.newBuilder()
                .setStatus(CollectionStatus.Green)
                .setOptimizerStatus(OptimizerStatus.newBuilder().setOk(true))
                .setConfig(config)
                .build();
        return new CollectionDescriptor(name, info);
    }

    /** {@code descriptor} with what {@code request} changes; metadata is merged key by key, and null removes a key. */
    static CollectionDescriptor updated(CollectionDescriptor descriptor, UpdateCollection request) {
        if (request.getStrictModeConfig().getEnabled()) {
            throw Refusal.unsupported("strict mode");
        }
        if (request.hasSparseVectorsConfig()) {
            throw Refusal.unsupported("sparse vectors");
        }
        CollectionConfig old = descriptor.info().getConfig();
        return descriptor.withConfig(old.toBuilder()
                .setHnswConfig(old.getHnswConfig().toBuilder().mergeFrom(request.getHnswConfig()))
                .setOptimizerConfig(old.getOptimizerConfig().toBuilder().mergeFrom(request.getOptimizersConfig()))
                .clearMetadata()
                .putAllMetadata(PayloadEdit.merge(old.getMetadataMap(), Payloads.json(request.getMetadataMap())))
                .build());
    }

    private static void refuseUnsupported(CreateCollection request) {
        if (request.hasSparseVectorsConfig()) {
            throw Refusal.unsupported("sparse vectors");
        }
        if (request.getVectorsConfig().hasParamsMap()) {
            throw Refusal.unsupported("named vectors");
        }
        if (!request.getVectorsConfig().hasParams()) {
            throw Refusal.unsupported("collections without a vector");
        }
        if (request.getShardingMethod() == ShardingMethod.Custom) {
            throw Refusal.unsupported("shard keys");
        }
        if (request.getStrictModeConfig().getEnabled()) {
            throw Refusal.unsupported("strict mode");
        }
    }

    private static void check(VectorParams vector) {
        if (Long.compareUnsigned(vector.getSize() - 1, 65_536) >= 0) {
            throw Refusal.outOfBounds(
                    "vectors_config.config.size",
                    "value " + Long.toUnsignedString(vector.getSize()) + " invalid, must be from 1 to 65536");
        }
        if (vector.hasMultivectorConfig()) {
            throw Refusal.unsupported("multivectors");
        }
        if (vector.getDatatype() != Datatype.Default && vector.getDatatype() != Datatype.Float32) {
            throw Refusal.unsupported("vectors of other types than float32");
        }
        Metric.of(vector.getDistance());
    }
}
