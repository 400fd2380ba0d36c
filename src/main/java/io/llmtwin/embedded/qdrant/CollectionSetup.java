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
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.WalConfigDiff;
import java.nio.charset.StandardCharsets;
import java.util.Map;

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

    private static final String FORBIDDEN_IN_NAMES = "<>:\"/\\|?*\0\u001F";
    private static final int LONGEST_NAME = 200;

    private CollectionSetup() {}

    /** The collection that {@code request} asks for. */
    static CollectionDescriptor of(CreateCollection request) {
        String name = CollectionName.forCreation(request.getCollectionName());
        refuseUnsupported(request);
        check(request);
        CollectionParams.Builder params = CollectionParams.newBuilder()
                .setShardNumber(request.hasShardNumber() ? request.getShardNumber() : 1)
                .setOnDiskPayload(!request.hasOnDiskPayload() || request.getOnDiskPayload())
                .setVectorsConfig(request.getVectorsConfig())
                .setReplicationFactor(1)
                .setWriteConsistencyFactor(1);
        if (request.hasSparseVectorsConfig()) {
            params.setSparseVectorsConfig(request.getSparseVectorsConfig());
        }
        CollectionConfig.Builder config = CollectionConfig.newBuilder()
                .setParams(params)
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
        CollectionConfig old = descriptor.info().getConfig();
        return descriptor.withConfig(old.toBuilder()
                .setParams(params(old.getParams(), request))
                .setHnswConfig(old.getHnswConfig().toBuilder().mergeFrom(request.getHnswConfig()))
                .setOptimizerConfig(old.getOptimizerConfig().toBuilder().mergeFrom(request.getOptimizersConfig()))
                .clearMetadata()
                .putAllMetadata(PayloadEdit.merge(old.getMetadataMap(), Payloads.json(request.getMetadataMap())))
                .build());
    }

    private static CollectionParams params(CollectionParams old, UpdateCollection request) {
        SparseVectorConfig.Builder sparse = old.getSparseVectorsConfig().toBuilder();
        request.getSparseVectorsConfig().getMapMap().forEach((name, change) -> {
            SparseVectorParams params = sparse.getMapMap().get(name);
            if (params == null) {
                throw Refusal.wrongInput("Not existing vector name error: " + name);
            }
            sparse.putMap(name, params.toBuilder().mergeFrom(change).build());
        });
        return old.hasSparseVectorsConfig()
                ? old.toBuilder().setSparseVectorsConfig(sparse).build()
                : old;
    }

    private static void refuseUnsupported(CreateCollection request) {
        if (request.getShardingMethod() == ShardingMethod.Custom) {
            throw Refusal.unsupported("shard keys");
        }
        if (request.getStrictModeConfig().getEnabled()) {
            throw Refusal.unsupported("strict mode");
        }
    }

    private static void check(CreateCollection request) {
        Map<String, VectorParams> named =
                request.getVectorsConfig().getParamsMap().getMapMap();
        Map<String, SparseVectorParams> sparse =
                request.getSparseVectorsConfig().getMapMap();
        if (request.getVectorsConfig().hasParams()) {
            check("vectors_config.config", request.getVectorsConfig().getParams());
        }
        named.forEach((name, vector) -> {
            checkName("dense", name);
            check("vectors_config.config.map[" + name + "]", vector);
        });
        sparse.forEach((name, vector) -> {
            checkName("sparse", name);
            if (name.isEmpty()) {
                throw Refusal.wrongInput("Sparse vector name cannot be empty");
            }
            if (named.containsKey(name)) {
                throw Refusal.wrongInput(
                        "Dense and sparse vector names must be unique - duplicate found with '" + name + "'");
            }
            checkType(vector.getIndex().getDatatype());
        });
    }

    private static void checkName(String kind, String name) {
        for (int i = 0; i < FORBIDDEN_IN_NAMES.length(); i++) {
            if (name.indexOf(FORBIDDEN_IN_NAMES.charAt(i)) >= 0) {
                throw Refusal.wrongInput("Invalid " + kind + " vector name `" + name
                        + "`: vector name cannot contain \"" + FORBIDDEN_IN_NAMES.charAt(i) + "\" char");
            }
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw Refusal.wrongInput("Invalid " + kind + " vector name `" + name + "`: vector name must be at most "
                    + LONGEST_NAME + " bytes long");
        }
    }

    private static void check(String field, VectorParams vector) {
        if (Long.compareUnsigned(vector.getSize() - 1, 65_536) >= 0) {
            throw Refusal.outOfBounds(
                    field + ".size",
                    "value " + Long.toUnsignedString(vector.getSize()) + " invalid, must be from 1 to 65536");
        }
        if (vector.hasMultivectorConfig()) {
            throw Refusal.unsupported("multivectors");
        }
        checkType(vector.getDatatype());
        Metric.of(vector.getDistance());
    }

    private static void checkType(Datatype type) {
        if (type != Datatype.Default && type != Datatype.Float32) {
            throw Refusal.unsupported("vectors of other types than float32");
        }
    }
}
