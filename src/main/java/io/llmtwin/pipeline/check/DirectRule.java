package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Behind each {@code direct:} that is called there is one route, and the door finds those that it enters by. */
final class DirectRule implements Rule {
    /** What the REST door calls. */
    private static final List<String> ENTRIES = List.of("generate", "search", "feedback");

    @Override
    public void check(Candidate candidate, Findings findings) {
        SortedMap<String, Call> served = new TreeMap<>();
        for (PipelineRoute route : candidate.routes()) {
            String name = route.direct();
            if (name == null || route.from() == null) {
                continue;
            }
            Call first = served.putIfAbsent(name, route.from());
            if (first != null) {
                findings.add(
                        route.file().path(),
                        route.from().uri(),
                        "another route begins at direct:" + name + " already, in "
                                + first.file().path(),
                        null);
            }
        }
        if (!candidate.whole()) {
            return;
        }
        TreeSet<String> called = new TreeSet<>(ENTRIES);
        List<Call> dead = new ArrayList<>();
        for (PipelineRoute route : candidate.routes()) {
            for (Call call : route.calls()) {
                String name = call.direct();
                if (name != null && !served.containsKey(name)) {
                    dead.add(call);
                }
                if (name != null) {
                    called.add(name);
                }
            }
        }
        TreeSet<String> uncalled = new TreeSet<>(served.keySet());
        uncalled.removeAll(called);
        for (String entry : ENTRIES) {
            if (!served.containsKey(entry)) {
                missing(entry, served, uncalled, findings);
            }
        }
        for (Call call : dead) {
            String name = String.valueOf(call.direct());
            String meant = Spelling.closest(name, served.keySet());
            findings.add(
                    call.file().path(),
                    call.uri(),
                    "there is no route from direct:" + name,
                    meant == null ? null : "direct:" + meant);
        }
    }

    private static void missing(String entry, SortedMap<String, Call> served, Set<String> uncalled, Findings findings) {
        String reason = "the service calls direct:" + entry + ", and no route begins there";
        String slip = Spelling.closest(entry, uncalled);
        Call call = slip == null ? null : served.get(slip);
        if (call == null) {
            findings.add("routes/pipeline/" + entry + ".camel.yaml", reason);
        } else {
            findings.add(call.file().path(), call.uri(), reason, "direct:" + entry);
        }
    }
}
