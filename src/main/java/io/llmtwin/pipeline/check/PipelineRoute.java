package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A route of a candidate.
 *
 * @param entry the topmost of it: {@code route}, or {@code from} where it has no other
 * @param id null where it has none
 * @param from null where it has none
 * @param calls that it makes, without {@code from}
 */
record PipelineRoute(
        RouteFile file,
        YamlEntry entry,
        @Nullable YamlEntry id,
        @Nullable Call from,
        List<Call> calls) {

    /** The routes in {@code file}, from top to bottom. */
    static List<PipelineRoute> in(RouteFile file) {
        List<Call> calls = Call.in(file);
        List<PipelineRoute> routes = new ArrayList<>();
        for (YamlEntry entry : file.entries()) {
            if (!entry.name().equals("route") && !entry.name().equals("from")) {
                continue;
            }
            Set<YamlEntry> mine = Set.copyOf(entry.flat());
            Call from = null;
            List<Call> made = new ArrayList<>();
            for (Call call : calls) {
                if (!mine.contains(call.step())) {
                    continue;
                }
                if (call.isFrom()) {
                    from = from == null ? call : from;
                } else {
                    made.add(call);
                }
            }
            routes.add(new PipelineRoute(file, entry, entry.child("id"), from, made));
        }
        return routes;
    }

    /** The name behind the {@code direct:} that it begins at; null where it begins elsewhere. */
    @Nullable
    String direct() {
        return from == null ? null : from.direct();
    }
}
