package io.llmtwin.pipeline.check;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Every route has an id, and no two routes or steps have the same. */
final class IdRule implements Rule {
    private static final Set<String> NO_STEPS = Set.of("parameters", "properties", "headers", "beans");

    @Override
    public void check(Candidate candidate, Findings findings) {
        for (PipelineRoute route : candidate.routes()) {
            if (route.id() == null) {
                findings.add(
                        route.file().path(),
                        route.entry().key(),
                        "this route has no id: timings, records and messages name it by that",
                        null);
            }
        }
        Map<String, String> seen = new HashMap<>();
        for (RouteFile file : candidate.files()) {
            for (YamlEntry entry : file.all()) {
                YamlEntry step = entry.parent();
                if (!entry.name().equals("id")
                        || entry.scalar() == null
                        || step == null
                        || NO_STEPS.contains(step.name())) {
                    continue;
                }
                int line = entry.key()
                        .getStartMark()
                        .map(mark -> mark.getLine() + 1)
                        .orElse(0);
                String first = seen.putIfAbsent(entry.text(), file.path() + ":" + line);
                if (first != null) {
                    findings.add(
                            file.path(),
                            entry.value(),
                            "the id `" + entry.text() + "` is taken already, at " + first,
                            null);
                }
            }
        }
    }
}
