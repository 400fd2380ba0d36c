package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** No route calls itself, by whatever way round, without a condition on that way. */
final class EndlessLoopRule implements Rule {
    /** Steps that may leave out what stands below them. */
    private static final Set<String> CONDITIONS = Set.of(
            "when",
            "otherwise",
            "filter",
            "loop",
            "doCatch",
            "onFallback",
            "split",
            "intercept",
            "onException",
            "onCompletion",
            "idempotentConsumer",
            "aggregate",
            "sample",
            "throttle",
            "delay");

    /** Steps behind which a route may not go on. */
    private static final Set<String> ENDS = Set.of("stop", "throwException", "rollback");

    @Override
    public void check(Candidate candidate, Findings findings) {
        Map<String, Map<String, Call>> certain = new LinkedHashMap<>();
        for (PipelineRoute route : candidate.routes()) {
            String name = route.direct();
            if (name != null) {
                certain.put(name, certainCalls(route));
            }
        }
        Set<String> done = new HashSet<>();
        certain.keySet().forEach(name -> follow(name, new ArrayList<>(), certain, done, findings));
    }

    private static Map<String, Call> certainCalls(PipelineRoute route) {
        List<YamlEntry> order = route.entry().flat();
        Map<YamlEntry, Integer> places = new HashMap<>();
        int end = order.size();
        for (int i = 0; i < order.size(); i++) {
            places.put(order.get(i), i);
            if (ENDS.contains(order.get(i).name()) && i < end) {
                end = i;
            }
        }
        Map<String, Call> calls = new LinkedHashMap<>();
        for (Call call : route.calls()) {
            String name = call.direct();
            if (name != null && !isConditional(call.step()) && places.getOrDefault(call.step(), end) < end) {
                calls.putIfAbsent(name, call);
            }
        }
        return calls;
    }

    private static boolean isConditional(YamlEntry step) {
        for (@Nullable YamlEntry outer = step.parent(); outer != null; outer = outer.parent()) {
            if (CONDITIONS.contains(outer.name())) {
                return true;
            }
        }
        return false;
    }

    private static void follow(
            String name,
            List<String> way,
            Map<String, Map<String, Call>> certain,
            Set<String> done,
            Findings findings) {
        if (done.contains(name)) {
            return;
        }
        way.add(name);
        for (Map.Entry<String, Call> next : certain.getOrDefault(name, Map.of()).entrySet()) {
            int begin = way.indexOf(next.getKey());
            if (begin < 0) {
                follow(next.getKey(), way, certain, done, findings);
            } else {
                Call call = next.getValue();
                String round = String.join(" → direct:", way.subList(begin, way.size()));
                findings.add(
                        call.file().path(),
                        call.uri(),
                        "this goes round without an end: direct:" + round + " → direct:" + next.getKey(),
                        null);
            }
        }
        way.remove(way.size() - 1);
        done.add(name);
    }
}
