package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/**
 * A replay in numbers.
 *
 * @param changed of those that are ok, how many have another answer
 * @param cost of those that are ok, in US dollars, together
 * @param latency of those that are ok, in milliseconds, on average
 */
public record ReplaySummary(int total, int ok, int failed, int skipped, int changed, Pair cost, Pair latency) {

    static ReplaySummary of(List<ReplayResult> results) {
        int ok = 0;
        int changed = 0;
        Pair cost = Pair.NOTHING;
        Pair time = Pair.NOTHING;
        for (ReplayResult result : results) {
            Side before = result.before();
            Side after = result.after();
            if (result.status().equals(ReplayResult.OK) && before != null && after != null) {
                ok++;
                changed += Objects.equals(before.answer(), after.answer()) ? 0 : 1;
                cost = cost.plus(before.cost(), after.cost());
                time = time.plus(before.milliseconds(), after.milliseconds());
            }
        }
        int failed = (int) results.stream()
                .filter(result -> result.status().equals(ReplayResult.FAILED))
                .count();
        return new ReplaySummary(
                results.size(), ok, failed, results.size() - ok - failed, changed, cost, time.dividedBy(ok));
    }

    /** The same of the old and of the new. */
    public record Pair(
            @JsonProperty("old") double before,
            @JsonProperty("new") double after) {
        private static final Pair NOTHING = new Pair(0, 0);

        Pair plus(double old, double now) {
            return new Pair(before + old, after + now);
        }

        Pair dividedBy(int count) {
            return count == 0 ? this : new Pair(before / count, after / count);
        }
    }
}
