package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a pipeline that may become a revision, read.
 *
 * @param texts of all files, by path
 * @param files the route files that are YAML
 * @param whole whether all route files are: where not, what seems to be missing may be in the others
 */
record Candidate(SortedMap<String, String> texts, List<RouteFile> files, boolean whole, List<PipelineRoute> routes) {
    private static final String ROUTES = "routes/pipeline/";

    /** Reads {@code texts}; what is no YAML is among the findings. */
    static Candidate read(SortedMap<String, String> texts, Findings findings) {
        List<RouteFile> files = new ArrayList<>();
        boolean whole = true;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!text.getKey().startsWith(ROUTES)) {
                continue;
            }
            RouteFile file = YamlReader.read(text.getKey(), text.getValue(), findings);
            if (file == null) {
                whole = false;
            } else {
                files.add(file);
            }
        }
        List<PipelineRoute> routes =
                files.stream().flatMap(file -> PipelineRoute.in(file).stream()).toList();
        return new Candidate(texts, files, whole, routes);
    }

    /** The route whose id is {@code id}; null where there is none. */
    @Nullable
    PipelineRoute route(String id) {
        return routes.stream()
                .filter(route -> route.id() != null && route.id().text().equals(id))
                .findFirst()
                .orElse(null);
    }
}
