package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A split of the traffic between revisions by weight.
 *
 * @param id names it, and seeds the split: another experiment splits the same conversations otherwise
 * @param ended null while it runs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record Experiment(
        String id, Instant started, @Nullable Instant ended, List<Arm> arms) {

    public Experiment {
        arms = List.copyOf(arms);
    }

    /** Whether requests are split now. */
    @JsonIgnore
    public boolean isRunning() {
        return ended == null;
    }

    /** The revision that serves {@code key}, a conversation's or a client's: always the same one. */
    String armOf(String key) {
        double total = arms.stream().mapToDouble(Arm::weight).sum();
        double place = fraction(key) * total;
        for (Arm arm : arms) {
            place -= arm.weight();
            if (place < 0) {
                return arm.revision();
            }
        }
        return arms.get(arms.size() - 1).revision();
    }

    Experiment endedAt(Instant time) {
        return new Experiment(id, started, time, arms);
    }

    /** Where {@code key} lies in [0, 1), evenly over all keys. */
    private double fraction(String key) {
        long hash = Hashing.murmur3_128()
                .hashString(id + '\0' + key, StandardCharsets.UTF_8)
                .asLong();
        return (hash >>> 11) * 0x1.0p-53;
    }

    /** Where a request came to stand: in which experiment, and on which arm, named by its revision. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Place(String id, String arm) {}

    /** One side of an experiment, and its share in relation to the other's. */
    public record Arm(String revision, double weight) {}
}
