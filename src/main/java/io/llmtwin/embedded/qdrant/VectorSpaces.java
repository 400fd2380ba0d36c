package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.Vectors;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** The vector spaces of a collection, by name. */
record VectorSpaces(Map<String, VectorSpace> byName) {
    /** Name of the unnamed space. */
    static final String UNNAMED = "";

    static VectorSpaces of(CollectionParams params) {
        Map<String, VectorSpace> spaces = new TreeMap<>();
        if (params.getVectorsConfig().hasParams()) {
            spaces.put(UNNAMED, dense(UNNAMED, params.getVectorsConfig().getParams()));
        }
        params.getVectorsConfig()
                .getParamsMap()
                .getMapMap()
                .forEach((name, vector) -> spaces.put(name, dense(name, vector)));
        params.getSparseVectorsConfig()
                .getMapMap()
                .forEach((name, vector) ->
                        spaces.put(name, new SparseSpace(name, vector.getModifier() == Modifier.Idf)));
        return new VectorSpaces(spaces);
    }

    /** The space {@code name}, or a refusal. */
    VectorSpace get(String name) {
        VectorSpace space = byName.get(name);
        if (space == null) {
            throw Refusal.wrongInput("Not existing vector name error: " + name);
        }
        return space;
    }

    Collection<VectorSpace> all() {
        return byName.values();
    }

    /** Length of the longest dense vectors, or 0 if there are none. */
    int largestDimension() {
        return all().stream()
                .mapToInt(space -> space instanceof DenseSpace dense ? dense.dimension() : 0)
                .max()
                .orElse(0);
    }

    /** The vectors of a point as they are stored, by name; they stand in the request at {@code field}. */
    Map<String, VectorValue> stored(Vectors vectors, String field) {
        Map<String, VectorValue> stored = new TreeMap<>();
        switch (vectors.getVectorsOptionsCase()) {
            case VECTOR -> {
                VectorValue value = VectorValue.of(vectors.getVector(), field + ".vectors_options");
                if (value instanceof SparseValue) {
                    throw Refusal.invalid("Sparse vector must be named");
                }
                stored.put(UNNAMED, get(UNNAMED).stored(value, ""));
            }
            case VECTORS ->
                vectors.getVectors().getVectorsMap().forEach((name, vector) -> {
                    String place = field + ".vectors_options.vectors.[]";
                    String whose = name.isEmpty() ? "" : " for vector '" + name + "'";
                    stored.put(name, get(name).stored(VectorValue.of(vector, place), whose));
                });
            case VECTORSOPTIONS_NOT_SET -> throw Refusal.invalid("No Vector Provided");
        }
        return stored;
    }

    private static DenseSpace dense(String name, VectorParams params) {
        return new DenseSpace(name, (int) params.getSize(), Metric.of(params.getDistance()));
    }
}
