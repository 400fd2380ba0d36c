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
 * @param whole whether all routes can be seen: where not, what seems to be missing may be in the others
 */
record Candidate(SortedMap<String, String> texts, List<RouteFile> files, boolean whole, List<PipelineRoute> routes) {
    private static final String ROUTES = "routes/pipeline/";
    private static final String ROUTE = "route";
    private static final String FROM = "from";

    /** Reads {@code texts}; what is wrong with one of them for itself is among the findings. */
    static Candidate read(SortedMap<String, String> texts, RouteFiles reader, Findings findings) {
        List<RouteFile> files = new ArrayList<>();
        boolean whole = true;
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!text.getKey().startsWith(ROUTES)) {
                continue;
            }
            RouteFiles.Outcome read = reader.read(text.getKey(), text.getValue());
            read.problems().forEach(findings::add);
            RouteFile file = read.file();
            if (file == null) {
                whole = false;
            } else {
                files.add(file);
            }
        }
        whole = whole && files.stream().noneMatch(Candidate::hidesRoutes);
        List<PipelineRoute> routes =
                files.stream().flatMap(file -> PipelineRoute.in(file).stream()).toList();
        return new Candidate(texts, files, whole, routes);
    }

    /** Whether a slip at the top of {@code file} keeps a route from being seen. */
    private static boolean hidesRoutes(RouteFile file) {
        return file.entries().stream()
                .anyMatch(entry -> entry.name().equals(ROUTE)
                        ? entry.child(FROM) == null
                        : !entry.name().equals(FROM) && Spelling.closest(entry.name(), List.of(ROUTE, FROM)) != null);
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
