package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;

/** What a filter looks at: a point, or an object inside its payload, which has neither id nor vectors. */
interface PointView {
    /** The payload, or the object's fields. */
    Map<String, Value> payload();

    /** Whether its id is {@code key}. */
    boolean is(PointKey key);

    /** Whether it has a vector of the space {@code name}. */
    boolean hasVector(String name);

    /** An object inside a payload. */
    record Nested(Map<String, Value> payload) implements PointView {
        @Override
        public boolean is(PointKey key) {
            return false;
        }

        @Override
        public boolean hasVector(String name) {
            return false;
        }
    }
}
